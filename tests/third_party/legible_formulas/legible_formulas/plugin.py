"""Tells smoothdistill of `BestPair` and `SlopeLimit`."""

from __future__ import annotations

from legible_formulas.best_pair import BestPair
from legible_formulas.slope_limit import SlopeLimit
from smoothdistill_core import Regularizer, Student, hookimpl


@hookimpl
def smoothdistill_students() -> list[type[Student]]:
    """Return the student."""
    return [BestPair]


@hookimpl
def smoothdistill_regularizers() -> list[type[Regularizer]]:
    """Return the regularizer."""
    return [SlopeLimit]
