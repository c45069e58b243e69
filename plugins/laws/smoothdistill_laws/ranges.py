"""`Ranges`: the interval of each input of a law, an option that is immutable and has a hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, FiniteFloat, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from smoothdistill_core import DataError
from smoothdistill_core.components.frozen_mapping import FrozenMapping

Range = tuple[float, float]


def _ordered(ends: tuple[float, ...]) -> tuple[float, ...]:
    low, high = ends
    if low >= high:
        raise DataError(f"the range [{low:g}, {high:g}] is empty; write the lower end first")
    if high - low == float("inf"):
        raise DataError(f"the range [{low:g}, {high:g}] is wider than numbers go; write a narrower one")
    return ends


Given = dict[str, Annotated[tuple[FiniteFloat, ...], Field(min_length=2, max_length=2), AfterValidator(_ordered)]]
"""What a recipe may give."""


class Ranges(FrozenMapping[Range]):
    """The (low, high) of each input, by name and in their order."""

    def __eq__(self, other: object) -> bool:
        # the order of the inputs decides the data
        return isinstance(other, Ranges) and list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        return hash(tuple(self.items()))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        given = handler.generate_schema(Given)
        return core_schema.no_info_before_validator_function(
            _plain,
            core_schema.no_info_after_validator_function(cls, given),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda ranges: {name: list(ends) for name, ends in ranges.items()}
            ),
        )


def _plain(given: Any) -> Any:
    """Take lists for tuples, as components do, and ranges for what they were made of."""
    if not isinstance(given, Mapping):
        return given
    return {name: tuple(ends) if isinstance(ends, list) else ends for name, ends in given.items()}
