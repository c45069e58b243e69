"""What the units of the data say about a formula, in words."""

from __future__ import annotations

from smoothdistill_core.explanation import READABLE_DIGITS
from smoothdistill_core.formula import Formula
from smoothdistill_core.units import ConstantUnit, UnitCheck

MOST_CONSTANTS = 12
"""The units of so many constants are told; the rest are counted."""

UNKNOWN = "unit not known"
"""What stands with a constant that a column without a unit is multiplied by."""


def units_in_words(check: UnitCheck | None) -> str:
    """Say which units constants carry, or what breaks the units; empty where no unit is known.

    ``constants: 9.81 m/s^2, 0.5 (no unit)``, or ``breaks units: x + t adds m and s``.
    """
    if check is None:
        return ""
    if check.breaks:
        return f"breaks units: {check.breaks}"
    if not check.constants:
        return "units agree"
    shown = [_constant(constant) for constant in check.constants[:MOST_CONSTANTS]]
    left = len(check.constants) - MOST_CONSTANTS
    return f"constants: {', '.join(shown)}{f' and {left} more' if left > 0 else ''}"


def broken_in_words(check: UnitCheck | None) -> str:
    """Say what breaks the units; empty where nothing does, or no unit is known."""
    return units_in_words(check) if check is not None and check.breaks else ""


def _constant(constant: ConstantUnit) -> str:
    value = Formula.constant(constant.value).text(digits=READABLE_DIGITS)
    return (
        f"{value} {constant.unit}" if constant.unit else f"{value} ({UNKNOWN if constant.unit is None else 'no unit'})"
    )
