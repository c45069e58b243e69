"""`Equations`: linear equations between unknown units, solved exactly, one after the other.

Units multiply, so their exponents add up: a unit is a vector of exponents, and that two units agree is a linear
equation for each coordinate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from smoothdistill_core.units.unit import Unit

MAGNITUDE = "[size]"
"""The coordinate of how large a unit is, as a decimal logarithm; it is rounded."""

TOLERANCE = Fraction(1, 10**9)

Powers = dict[str, Fraction]
"""A unit: the exponents of dimensions, in brackets, and without brackets those of the names that it is written with.

Only dimensions are compared. The names go along, so that in the end there is a unit to write: a joule and a newton
metre are the same and not written alike.
"""


@cache
def powers_of(unit: Unit) -> Powers:
    """Return a unit as such."""
    return {**unit.dimensions, MAGNITUDE: unit.magnitude, **unit.powers}


def is_number(powers: Mapping[str, Fraction]) -> bool:
    """Say whether a unit is that of a plain number, whatever it is written with."""
    return all(
        abs(power) < TOLERANCE if name == MAGNITUDE else not power
        for name, power in powers.items()
        if name.startswith("[")
    )


@dataclass(frozen=True)
class Form:
    """A unit that depends on unknown ones: the product of their powers and of a known unit."""

    unknown: Mapping[int, Fraction] = field(default_factory=dict)
    known: Mapping[str, Fraction] = field(default_factory=dict)

    def times(self, other: Form, power: Fraction = Fraction(1)) -> Form:
        """Return the product with a power of another."""
        return Form(_sum(self.unknown, other.unknown, power), _sum(self.known, other.known, power))

    def over(self, other: Form) -> Form:
        """Return the quotient."""
        return self.times(other, Fraction(-1))

    def to_the(self, power: Fraction) -> Form:
        """Return a power of it."""
        return Form().times(self, power)


class Equations:
    """Equations that hold together; of each, one unknown is expressed by those that nothing is known about."""

    def __init__(self) -> None:
        self._solved: dict[int, Form] = {}

    def add(self, form: Form) -> bool:
        """Demand that a form is a plain number; return False, and change nothing, where that contradicts the others."""
        form = self.reduced(form)
        if not form.unknown:
            return is_number(form.known)
        unknown = min(form.unknown)
        factor = form.unknown[unknown]
        rest = Form({key: value for key, value in form.unknown.items() if key != unknown}, form.known)
        self._solved[unknown] = rest.to_the(-1 / factor)
        self._solved = {key: self.reduced(solved) for key, solved in self._solved.items()}
        return True

    def reduced(self, form: Form) -> Form:
        """Return a form in which only those unknowns are left that nothing is known about."""
        left = Form({key: value for key, value in form.unknown.items() if key not in self._solved}, form.known)
        for key, power in form.unknown.items():
            if key in self._solved:
                left = left.times(self._solved[key], power)
        return left


def _sum(one: Mapping, other: Mapping, factor: Fraction) -> dict:  # type: ignore[type-arg]
    total = dict(one)
    for key, value in other.items():
        total[key] = total.get(key, Fraction(0)) + factor * value
    return {key: value for key, value in total.items() if value}
