"""`nearest_power`: the power product that is nearest to a target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.term import Term, Variable, columns

Array = NDArray[np.float64]

STEPS = 4
"""Steps in which the powers are fitted."""


def nearest_power(variables: Sequence[Variable], y: Array, roots: Array | None = None) -> Term | None:
    """Return the power product that is nearest to ``y`` (n,), where all variables are positive.

    ``roots`` (n,) are those of the rows' weights.
    """
    X = columns(variables)
    sign = 1.0 if np.median(y) > 0 else -1.0
    kept = sign * y > 0
    if not (X > 0).all() or kept.sum() <= X.shape[1]:
        return None
    logs, heights = np.column_stack([np.ones(len(y)), np.log(X)]), sign * y
    each = np.ones(len(y)) if roots is None else roots
    target, weights = np.log(heights[kept]), (heights * each)[kept]
    numbers = np.linalg.lstsq(logs[kept] * weights[:, None], target * weights, rcond=None)[0]
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            fitted = np.exp(logs @ numbers)
        if not np.isfinite(fitted).all():
            return None
        step = np.linalg.lstsq(logs * (fitted * each)[:, None], (heights - fitted) * each, rcond=None)[0]
        numbers = numbers + step
    return Term.of(variables, np.round(numbers[1:] * 2) / 2)
