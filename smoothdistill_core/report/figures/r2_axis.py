"""`Scale`: the range of an axis that a few hopeless formulas cannot blow up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.report.averages import quantile

REACH = 3.0
"""A value this many interquartile ranges beyond the middle half lies outside of the picture."""

LEAST_SPREAD = 0.05
"""Where the middle half is narrower than this, it is taken as this wide."""

AIR = 0.06
"""The empty share of an axis at each end."""


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high``; ``beyond`` values are drawn at its edge, and the caption says so."""

    low: float
    high: float
    beyond: int

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the axis with some air."""
        width = self.high - self.low
        return self.low - AIR * width, self.high + AIR * width

    def clip(self, value: float) -> float:
        """Return a value that is within the axis."""
        return min(max(value, self.low), self.high)

    @property
    def remark(self) -> str:
        """What the caption says of values beyond the axis; empty where there are none."""
        if not self.beyond:
            return ""
        lie = "values lie" if self.beyond > 1 else "value lies"
        return f" {self.beyond} far {lie} beyond the axis, as an arrowhead at its end."


def scale(values: Sequence[float], unit: str = "") -> Scale:
    """Return the scale for R2 values, or for such in a ``unit``; what is not finite is not drawn."""
    ordered = sorted(value for value in values if math.isfinite(value))
    if not ordered:
        return Scale(0.0, 1.0, 0)
    lower, upper = quantile(ordered, 0.25), quantile(ordered, 0.75)
    least = LEAST_SPREAD * max(abs(lower), abs(upper)) if unit else LEAST_SPREAD  # a unit says nothing of sizes
    reach = REACH * max(upper - lower, least)
    low = next(value for value in ordered if value >= lower - reach)
    high = next(value for value in reversed(ordered) if value <= upper + reach)
    beyond = sum(not low <= value <= high for value in ordered)
    if high - low < least / 2:
        middle = (high + low) / 2
        low, high = middle - least / 2, middle + least / 2
    return Scale(low, high, beyond)


FULL = Scale(0.0, 1.0, 0)
"""All shares between none and one."""
