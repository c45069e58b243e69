"""What the rows of a table weigh: read from a column that the recipe names, and scaled to a mean of 1 in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Places = NDArray[np.intp]

LEAST_SHARE = 1e-100
"""A weight that is above 0, and by more than this below the largest, would be 0 in sums and squares."""


def weights_of(column: pd.Series[Any], what: str) -> Array:
    """Return the weights (n,) that a column holds; messages call it ``what``.

    Raises `DataError` where one is no finite number from 0 on, and where all are 0.
    """
    weights = np.array([_number(value) for value in column.tolist()])
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0.0)))
    if len(wrong):
        first = int(wrong[0])
        raise DataError(
            f"{what} holds {_shown(column.tolist()[first])} in data row {first + 1}, where a weight belongs "
            f"({len(wrong)} of {len(weights)} rows); a weight is a number from 0 on, and 0 leaves a row out"
        )
    if len(weights) and not weights.any():
        raise DataError(f"{what} is zero in all {len(weights)} rows, so that none is left; give other weights")
    least = weights.min(where=weights > 0.0, initial=np.inf)
    if weights.max(initial=0.0) * LEAST_SHARE > least:
        raise DataError(
            f"{what} goes from {least:.3g} to {weights.max():.3g}, and numbers cannot hold what the lightest add "
            "to the heaviest; give those the weight 0"
        )
    return weights


def _number(value: Any) -> float:
    """Return a value as a number, NaN where it is none, or beyond all numbers."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _shown(value: Any) -> str:
    if value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and np.isnan(value)):
        return "nothing"
    try:
        shown = repr(value)
    except ValueError:  # Python writes no whole numbers of thousands of digits
        return "a number of thousands of digits"
    return shown if len(shown) <= 60 else f"{shown[:40]}... ({len(shown)} letters)"


def counting(rows: Places, weights: Array, notes: list[str]) -> Places:
    """Return those of the ``rows`` whose weight is above 0, and say how many are left out."""
    counts = weights[rows] > 0.0
    left_out = int((~counts).sum())
    if left_out:
        notes.append(f"{left_out} of {len(rows)} rows left out: their weight is 0")
    return rows[counts]


def normalised(weights: Array, train: Places) -> Array:
    """Return weights (n,) whose mean over the training rows is 1."""
    scaled = weights / weights.max()  # so that no sum overflows
    return np.asarray(scaled / scaled[train].mean())


def said(name: str, weights: Array, train: Places) -> str:
    """Say that rows are weighted, by normalised weights (n,)."""
    low, high = float(weights[train].min()), float(weights[train].max())
    return (
        f"rows are weighted by {name}, from {low:.3g} to {high:.3g} times the mean of the training rows: in what is "
        "fitted, in the scores and in the choice"
    )
