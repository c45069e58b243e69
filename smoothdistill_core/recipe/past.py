"""`Past`: the option that says how far back a row looks, column by column; and who cannot do without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from smoothdistill_core.components.frozen_mapping import FrozenMapping

if TYPE_CHECKING:
    from smoothdistill_core.components import Teacher
    from smoothdistill_core.recipe.prepare import Prepare


def _distinct(rows: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers; raises `ValueError` where one stands twice."""
    twice = sorted(back for back, times in Counter(rows).items() if times > 1)
    if twice:
        raise ValueError(f"{twice[0]} is listed twice; list it once")
    return rows


Given = dict[
    str, Annotated[tuple[Annotated[int, Field(ge=1, le=100_000)], ...], Field(min_length=1), AfterValidator(_distinct)]
]
"""What a recipe may give."""


class Past(FrozenMapping[tuple[int, ...]]):
    """Numbers of rows by the names of columns, immutable: ``{sales: [1, 7]}``."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            _tuples,
            core_schema.no_info_after_validator_function(cls, handler.generate_schema(Given)),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda past: {column: list(rows) for column, rows in past.items()}
            ),
        )


def _tuples(given: Any) -> Any:
    """Return what was given with tuples for lists, which YAML and JSON have instead."""
    if not isinstance(given, Mapping):
        return given
    return {column: tuple(rows) if isinstance(rows, list) else rows for column, rows in given.items()}


def without_past(teacher: Teacher, prepare: Prepare) -> tuple[str, str, str] | None:
    """Return the option that is wrong, what is wrong and the remedy, where a teacher of past values has none.

    Nor has it where rows are not split by time: what comes after would teach what was before.
    """
    if not teacher.needs_lags:
        return None
    if prepare.split != "time":
        how = {"random": "at random", "group": "by group"}[prepare.split]
        wrong = f"the teacher {teacher} learns from the past what comes after, and rows are split {how}"
        return "split", wrong, "write split: time and by: COLUMN, and lags: {COLUMN: [1, 2, 3]}"
    if not prepare.lags:
        wrong = f"the teacher {teacher} looks at past values, and there are none"
        return "lags", wrong, "add lags: {COLUMN: [1, 2, 3]}"
    return None
