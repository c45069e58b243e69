"""`rows_axis`: an axis that holds all that was so, and is not blown up by a hopeless prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.report.figures.r2_axis import Scale
from smoothdistill_core.wording.numbers import plural

REACH = 0.5
"""A prediction may lie beyond all actual values by this share of their range."""


def rows_axis(actual: Sequence[float], predicted: Sequence[float]) -> Scale:
    """Return the axis of actual and predicted values; what is not finite is not drawn."""
    said = [value for value in predicted if math.isfinite(value)]
    low, high = min(actual), max(actual)
    return within(said, low, high, REACH * (high - low) or abs(high) or 1.0)


def within(values: Sequence[float], low: float, high: float, reach: float) -> Scale:
    """Return an axis from ``low`` to ``high``, and on to finite values that are not farther than ``reach`` away."""
    least = max(min(values, default=low), low - reach)
    most = min(max(values, default=high), high + reach)
    low, high = min(low, least), max(high, most)
    return Scale(low, high if high > low else low + reach, sum(not low <= value <= high for value in values))


def remark(axis: Scale) -> str:
    """Return what the caption says of rows beyond an axis; empty where there are none."""
    if not axis.beyond:
        return ""
    return f" {plural(axis.beyond, 'row lies', 'rows lie')} beyond, and stand{'s' * (axis.beyond == 1)} at the edge."
