"""What is to be said about the constants of a formula: their standard errors, their units, or what breaks the units."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.explanation import READABLE_DIGITS
from smoothdistill_core.formula import Formula, constants
from smoothdistill_core.results import Outcome
from smoothdistill_core.units import UnitCheck

MOST_CONSTANTS = 12
"""So many constants are told; the rest are counted."""

UNKNOWN = "unit not known"
"""What stands with a constant that a column without a unit is multiplied by."""


def constants_in_words(outcome: Outcome, errors: Sequence[float] = ()) -> str:
    """Say the constants of a formula as it is shown, with their units and standard ``errors`` (k,), as far as known.

    ``constants, +- standard error: 9.81 +- 0.02 m/s^2, 0.5 (no unit)`` (with a sign of one letter), ``constants: 9.81
    m/s^2, 0.5 (no unit)``, or ``breaks units: x + t adds m and s``. Empty where neither is known.
    """
    check = outcome.units
    if check is not None and check.breaks:
        return broken_in_words(check)
    if check is None:
        values, units = constants(outcome.chosen.rounded).tolist(), [""] * len(errors)
        around = len(values) - len(constants(outcome.scaling.before_restored(outcome.chosen.rounded)))
        if around > 0 and len(errors) == len(values):  # the numbers of 1 / (1 + exp(-...)) are none of its constants
            values, units, errors = values[around:], units[around:], errors[around:]
    else:
        values, units = [one.value for one in check.constants], [_unit(one.unit) for one in check.constants]
    known = len(errors) == len(values) and any(map(math.isfinite, errors))  # else units are those of the exact formula
    if not values:
        return "" if check is None else "units agree"
    if check is None and not known:
        return ""
    told = zip(values, errors if known else [math.nan] * len(values), units, strict=True)
    shown = [_constant(*constant) for constant in list(told)[:MOST_CONSTANTS]]
    left = len(values) - MOST_CONSTANTS
    heading = "constants, ± standard error" if known else "constants"
    return f"{heading}: {', '.join(shown)}{f' and {left} more' if left > 0 else ''}"


def broken_in_words(check: UnitCheck | None) -> str:
    """Say what breaks the units; empty where nothing does, or no unit is known."""
    return f"breaks units: {check.breaks}" if check is not None and check.breaks else ""


def _constant(value: float, error: float, unit: str) -> str:
    text = Formula.constant(value).text(digits=READABLE_DIGITS)
    return f"{text}{f' ± {error:.2g}' if math.isfinite(error) else ''}{unit}"


def _unit(unit: str | None) -> str:
    return f" {unit}" if unit else f" ({UNKNOWN if unit is None else 'no unit'})"
