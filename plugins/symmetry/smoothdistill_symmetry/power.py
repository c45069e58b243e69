"""`nearest_powers`: the power products that are nearest to a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.term import Term, Variable, columns

Array = NDArray[np.float64]

STEPS = 4
"""Steps in which the powers are fitted."""


DIGITS = 3
"""Decimals of a power that is no half."""

CERTAIN = 2.0
"""A power within so many of its standard errors of a half may be that."""


def nearest_powers(variables: Sequence[Variable], y: Array, roots: Array | None = None) -> Iterator[Term]:
    """Yield the power products that are nearest to ``y`` (n,), where all variables are positive.

    The first has all powers rounded to halves. Where that is off by more than chance there is a second, in which the
    powers that are certainly no halves keep their decimals: d^1.9*h^1.1. ``roots`` (n,) are those of the rows' weights.
    """
    X = columns(variables)
    sign = 1.0 if np.median(y) > 0 else -1.0
    kept = sign * y > 0
    if not (X > 0).all() or kept.sum() <= X.shape[1]:
        return
    logs, heights = np.column_stack([np.ones(len(y)), np.log(X)]), sign * y
    each = np.ones(len(y)) if roots is None else roots
    target, weights = np.log(heights[kept]), (heights * each)[kept]
    numbers = np.linalg.lstsq(logs[kept] * weights[:, None], target * weights, rcond=None)[0]
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            fitted = np.exp(logs @ numbers)
        if not np.isfinite(fitted).all():
            return
        slopes, left = logs * (fitted * each)[:, None], (heights - fitted) * each
        squares = slopes.T @ slopes
        if not np.isfinite(squares).all():
            return
        numbers = numbers + np.linalg.lstsq(slopes, left, rcond=None)[0]
    halves = np.round(numbers[1:] * 2) / 2
    yield Term.of(variables, halves)
    variance = float(np.mean(left**2)) * np.diag(np.linalg.pinv(squares))[1:]
    powers = np.where(
        np.abs(numbers[1:] - halves) <= CERTAIN * np.sqrt(variance), halves, np.round(numbers[1:], DIGITS)
    )
    if (powers != halves).any():
        yield Term.of(variables, powers)
