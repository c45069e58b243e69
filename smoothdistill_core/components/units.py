"""`Units`: the option of a dataset that says which units its columns are in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from smoothdistill_core.components.frozen_mapping import FrozenMapping


def _checked(text: str) -> str:
    """Return text that is a unit; raises `DataError` for any other."""
    from smoothdistill_core.units import Unit  # formulas stand behind it, which listing plugins must not wait for

    return Unit.of(text).text


Given = dict[str, Annotated[str, AfterValidator(_checked)]]
"""What a recipe may give."""


class Units(FrozenMapping[str]):
    """The unit of columns by their names, immutable; a column that is left out has one that is not known.

    ``places`` says where each stands in the recipe, for a column that turns out not to be there.
    """

    def __init__(
        self,
        units: Mapping[str, str] = MappingProxyType({}),
        places: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(units)
        self.places = dict(places)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda given: dict(given) if isinstance(given, Mapping) else given,
            core_schema.with_info_after_validator_function(cls._placed, handler.generate_schema(Given)),
            serialization=core_schema.plain_serializer_function_ser_schema(dict),
        )

    @classmethod
    def _placed(cls, units: dict[str, str], info: ValidationInfo) -> Units:
        """Return the units with their places, where what is read has such: which columns there are is known later."""
        place = (info.context or {}).get("place")
        return cls(units, {} if place is None else {column: place("units", column) for column in units})
