"""The weights of a task's rows, and weights as shares of 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core.components import DistillationTask

    Array = NDArray[np.float64]


def weights_of(task: DistillationTask) -> Array:
    """Return the weight of each row (n,), the largest of them 1; all are 1 where the task has no weights.

    So no sum of weights overflows. Raises `DataError` unless there is one weight for each row, and they are finite,
    not negative and not all 0.
    """
    if task.weights is None:
        return np.ones(len(task.X))
    weights = np.asarray(task.weights, dtype=np.float64)
    if weights.shape != (len(task.X),):
        raise DataError(f"the weights must be one for each of {len(task.X)} rows, not of shape {weights.shape}")
    if not (np.isfinite(weights).all() and (weights >= 0.0).all() and weights.any()):
        raise DataError("the weights must be finite, not negative, and not all 0")
    return np.asarray(weights / weights.max())


def as_shares(weights: Array) -> Array:
    """Return weights (n,) over their sum: ``as_shares(weights) @ values`` is the weighted mean."""
    return np.asarray(weights / weights.sum())
