"""`Unit`: a unit of measure, as text that pint reads; and `DataUnits`, those of a table."""

from __future__ import annotations

import difflib
import math
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from smoothdistill_core.errors import DataError

if TYPE_CHECKING:
    import pint

LONGEST = 100
"""Nobody writes a unit with more characters."""

ENDLESS = re.compile(r"\d{5}|(\*\*|\^)[^*/]*(\*\*|\^)")
"""Numbers of more digits, and powers of powers: pint computes them, and 9**9**9**9 takes for ever."""

REFUSALS = (AssertionError, AttributeError, TypeError, ArithmeticError, SyntaxError, RecursionError)
"""What pint raises for text that is no unit, besides errors of its own."""

DIGITS = 10**12
"""Logarithms of sizes are kept to so many parts of 1."""

LARGEST = 1000
"""Exponents are fractions whose denominators are no larger."""

EXAMPLES = 'write it as pint does: kg, m/s^2, J/(kg*K), "" for a plain number; or leave the column out'


@dataclass(frozen=True)
class Unit:
    """A unit of measure; ``text`` is what the recipe writes, such as ``m/s``, and empty for a plain number.

    `Unit.of` reads one and says what is wrong with it.
    """

    text: str

    @classmethod
    def of(cls, text: str) -> Unit:
        """Return the unit; raises `DataError` for text that is none, and for a scale with a zero of its own."""
        unit = cls(text)
        if not _quantity(unit._parsed)._is_multiplicative:
            raise DataError(_not_a_factor(text, unit.powers))
        try:
            countable = 0.0 < unit.size < math.inf
        except ArithmeticError:
            countable = False
        if not countable:
            raise DataError(f"the unit {text!r} is beyond the range of numbers; {EXAMPLES}")
        return unit

    @cached_property
    def dimensions(self) -> dict[str, Fraction]:
        """The exponents of the base dimensions, ``{"[length]": 1, "[time]": -1}``; none for a plain number."""
        return _exact(self._parsed.dimensionality)

    @cached_property
    def size(self) -> float:
        """How many of the base units (kg, m, s, A, K, mol, cd) it is: 1000 for km."""
        return float(_quantity(self._parsed).to_base_units().magnitude)

    @cached_property
    def powers(self) -> dict[str, Fraction]:
        """The exponents of the units that it is written in, by pint's names: ``{"kilometer": 1, "hour": -1}``."""
        return _exact(self._parsed._units)

    @property
    def magnitude(self) -> Fraction:
        """The decimal logarithm of its size: under multiplication it adds up, as the dimensions do."""
        return _fraction(math.log10(self.size))

    @cached_property
    def _parsed(self) -> pint.Unit:
        import pint

        text = self.text.strip()
        if len(text) > LONGEST:
            raise DataError(f"the unit {text[:LONGEST]!r}... is too long; {EXAMPLES}")
        if ENDLESS.search(text):
            raise DataError(f"the unit {text!r} holds a long number, or a power of a power; {EXAMPLES}")
        try:
            parsed = registry().parse_units(text)
            _exact(parsed._units)
            _exact(parsed.dimensionality)
            return parsed
        except pint.UndefinedUnitError as error:
            unknown = error.unit_names
            name = unknown if isinstance(unknown, str) else str(next(iter(unknown)))
            where = "" if name == text else f" in {text!r}"
            raise DataError(f"there is no unit {name!r}{where}; {_near(name)}{EXAMPLES}") from None
        except ValueError as error:
            if "scaling factor" in str(error):
                wrong = f"the unit {text!r} holds a number"
                raise DataError(f"{wrong}; convert the column, and write the unit alone") from None
            raise DataError(f"{text!r} is no unit; {EXAMPLES}") from None
        except (*REFUSALS, pint.PintError) as error:
            raise DataError(f"{text!r} is no unit ({type(error).__name__}); {EXAMPLES}") from None
        except tokenize.TokenError:
            raise DataError(f"{text!r} is no unit, a bracket is open; {EXAMPLES}") from None

    def __reduce__(self) -> tuple[type[Unit], tuple[str]]:
        """Pickle the text alone: what pint made of it refers to its whole registry."""
        return Unit, (self.text,)


@dataclass(frozen=True)
class DataUnits:
    """The units of the inputs, in their order, and of the target; None for one that is not known."""

    inputs: tuple[Unit | None, ...]
    target: Unit | None


@cache
def registry() -> pint.UnitRegistry[Any]:
    """Return pint's units; it takes half a second to read them, so it is done where a unit is asked for."""
    import pint

    return pint.UnitRegistry()


def _quantity(unit: pint.Unit) -> Any:
    return registry().Quantity(1.0, unit)


def _not_a_factor(text: str, powers: Iterable[str]) -> str:
    """Say why values in a unit cannot be multiplied, and what can."""
    kelvins = {"degree_Celsius": "delta_degC", "degree_Fahrenheit": "delta_degF", "degree_Reaumur": "delta_degRe"}
    scale = next((name for name in powers if name in kelvins), None)
    if scale is None:
        return f"{text!r} is a logarithmic scale, no unit; convert the column to a unit that can be multiplied"
    return (
        f"{text!r} has a zero of its own, so that twice as much of it means nothing; write {kelvins[scale]} where "
        "the column holds differences, or convert it to K"
    )


def _near(name: str) -> str:
    """Say which units are written nearly so."""
    known: dict[str, str] = {}
    for unit in dir(registry()):
        known.setdefault(unit.casefold(), unit)
    near = difflib.get_close_matches(name.casefold(), known, n=2, cutoff=0.6)
    return f"did you mean {' or '.join(repr(known[lowered]) for lowered in near)}? " if near else ""


def _exact(exponents: Any) -> dict[str, Fraction]:
    """Return exponents as fractions: a third is one."""
    powers = {str(name): Fraction(exponent).limit_denominator(LARGEST) for name, exponent in exponents.items()}
    return {name: power for name, power in powers.items() if power}


def _fraction(value: float) -> Fraction:
    return Fraction(round(value * DIGITS), DIGITS)
