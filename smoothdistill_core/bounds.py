"""What may stand in a file that comes from anybody: types that pydantic checks on reading, with their bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from smoothdistill_core.errors import DataError

Read = TypeVar("Read")

MOST_NOTES = 10_000
"""Nobody reads more."""

Count = Annotated[int, Field(ge=0, lt=2**63)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0.0)]
Number = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]
"""A number; one that is not finite is null in JSON."""

Numbers = Annotated[tuple[Number, ...], Field(max_length=100_000)]
Notes = Annotated[tuple[str, ...], Field(max_length=MOST_NOTES)]


def kept(notes: Sequence[str]) -> list[str]:
    """Return the notes of one piece of work that are kept: of too many the first, and how many there were besides."""
    if len(notes) <= MOST_NOTES:
        return list(notes)
    return [*notes[: MOST_NOTES - 1], f"and {len(notes) - MOST_NOTES + 1:,} more notes"]


def read_json(adapter: TypeAdapter[Read], text: str) -> Read:
    """Return JSON as what the adapter is of; raises `DataError`, in one line, where it does not fit."""
    try:
        return adapter.validate_json(text, strict=True)
    except ValidationError as error:
        raise DataError(first_problem(error)) from None


def first_problem(error: ValidationError) -> str:
    """Return the first thing that does not fit, and where it stands, in one line."""
    detail = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, detail["loc"]))
    return f"{place}: {detail['msg']}" if place else detail["msg"]
