"""Means and quantiles of scores, of which some may be missing."""

from __future__ import annotations

import math
from collections.abc import Sequence


def mean(values: list[float]) -> float:
    """Return the mean of those values that are finite; NaN where there is none."""
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else math.nan


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of values in ascending order, between two of them by a straight line; NaN for none."""
    if not ordered:
        return math.nan
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
