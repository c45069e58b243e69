"""`Monotone`: the inputs with which a chosen formula may only rise, or only fall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.formula import Direction
from smoothdistill_core.scaling import Scaling

MOST_LISTED = 5
"""So many indicators of a column are named as a remedy."""


class Monotone(BaseModel):
    """What is known of a relation beforehand: that a dose never lowers a response, say.

    Inputs go by their names: a column of numbers, or an indicator of a category, ``[sex = female]``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rising: tuple[str, ...] = Field((), description="inputs with which the formula may rise and never falls")
    falling: tuple[str, ...] = Field((), description="inputs with which the formula may fall and never rises")
    _places: dict[str, str] = PrivateAttr(default_factory=dict)
    """Where in the recipe each name stands, for one that turns out not to be an input."""

    @model_validator(mode="before")
    @classmethod
    def _take_lists_for_tuples(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key: tuple(names) if isinstance(names, list) else names for key, names in given.items()}

    @model_validator(mode="after")
    def _check_names(self) -> Monotone:
        names = (*self.rising, *self.falling)
        if not names:
            raise ValueError("no input is named; write for example rising: [age], or leave monotone out")
        for name in names:
            if name in self.rising and name in self.falling:
                raise ValueError(f"{name!r} is in both lists; a formula either rises or falls with it")
            if names.count(name) > 1:
                raise ValueError(f"{name!r} is listed twice; list it once")
        return self

    def model_post_init(self, context: Any) -> None:
        """Note where the names stand, where what is read has places."""
        place: Callable[..., str] | None = (context or {}).get("place")
        if place is not None:
            for key, names in (("rising", self.rising), ("falling", self.falling)):
                self._places.update((name, place("monotone", key, number)) for number, name in enumerate(names))

    @property
    def directions(self) -> dict[str, Direction]:
        """The direction of each input that is named; empty where none is."""
        return {**dict.fromkeys(self.rising, 1), **dict.fromkeys(self.falling, -1)}

    def check(self, scaling: Scaling, left_out: set[str]) -> None:
        """Raise `DataError` for a name that is no input, unless it is a column that was ``left_out`` of them."""
        for name in self.directions:
            if name in scaling.names or name in left_out:
                continue
            indicators = [feature.name for feature in scaling.features if feature.column == name]
            if indicators:
                shown = ", ".join(f'"{indicator}"' for indicator in indicators[:MOST_LISTED])
                wrong = f"{name!r} holds categories, which have no order; name an indicator ({shown}), or give numbers"
            else:
                wrong = f"there is no input {name!r}; {did_you_mean(name, scaling.names)}"
            place = self._places.get(name)
            raise DataError(f"{f'{place}: ' if place else ''}choose.monotone: {wrong}")


ANYTHING = Monotone.model_construct()
"""No direction is demanded."""
