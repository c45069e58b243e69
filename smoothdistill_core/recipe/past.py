"""`Past`: the option that says how far back a row looks, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


def _distinct(rows: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers; raises `ValueError` where one stands twice."""
    twice = sorted({back for back in rows if rows.count(back) > 1})
    if twice:
        raise ValueError(f"{twice[0]} is listed twice; list it once")
    return rows


Given = dict[
    str, Annotated[tuple[Annotated[int, Field(ge=1, le=100_000)], ...], Field(min_length=1), AfterValidator(_distinct)]
]
"""What a recipe may give."""


class Past(Mapping[str, tuple[int, ...]]):
    """Numbers of rows by the names of columns, immutable: ``{sales: [1, 7]}``."""

    def __init__(self, rows: Mapping[str, tuple[int, ...]] = MappingProxyType({})) -> None:
        self._rows = dict(rows)

    def __getitem__(self, column: str) -> tuple[int, ...]:
        return self._rows[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Past) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(frozenset(self._rows.items()))

    def __repr__(self) -> str:
        return repr(self._rows)

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
