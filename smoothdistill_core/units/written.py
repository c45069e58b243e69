"""`written`: a product of units as text that pint reads, in the units that the data have where these are shorter."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from smoothdistill_core.units.equations import MAGNITUDE, TOLERANCE, is_number
from smoothdistill_core.units.unit import registry

BASE = {
    **{"[mass]": "kilogram", "[length]": "meter", "[time]": "second", "[current]": "ampere"},
    **{"[temperature]": "kelvin", "[substance]": "mole", "[luminosity]": "candela"},
}
"""The units of size 1 of each dimension."""


def written(powers: Mapping[str, Fraction]) -> str:
    """Write a unit, such as ``kg*m/s^2``; empty for a plain number.

    >>> written({"[length]": Fraction(1), "[time]": Fraction(-2), "meter": Fraction(1), "second": Fraction(-2)})
    'm/s^2'
    """
    if is_number(powers):
        return ""
    named = {name: power for name, power in powers.items() if not name.startswith("[")}
    dimensions = {name: power for name, power in powers.items() if name.startswith("[") and name != MAGNITUDE}
    choices = [named]
    if abs(powers.get(MAGNITUDE, Fraction(0))) < TOLERANCE and dimensions.keys() <= BASE.keys():
        choices.append({BASE[name]: power for name, power in dimensions.items()})
    return _product(min(choices, key=lambda each: (len(each), sum(map(abs, each.values())))))


def _product(powers: Mapping[str, Fraction]) -> str:
    above = sorted(_power(name, power) for name, power in powers.items() if power > 0)
    below = sorted(_power(name, -power) for name, power in powers.items() if power < 0)
    text = "*".join(above) or "1"
    if not below:
        return text
    return f"{text}/{below[0]}" if len(below) == 1 else f"{text}/({'*'.join(below)})"


def _power(name: str, power: Fraction) -> str:
    symbol = registry().get_symbol(name)
    if power == 1:
        return symbol
    return f"{symbol}^{power}" if power.denominator == 1 else f"{symbol}^({power})"
