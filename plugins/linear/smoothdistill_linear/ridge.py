"""`ridge`: ridge regression whose strength is chosen by generalised cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def ridge(X: Array, y: Array, rows: int, strengths: Sequence[float]) -> Array:
    """Return the coefficients (k,) for centred inputs (m, k) and targets (m,), which may stand for more ``rows``.

    Of the ``strengths`` the one is taken whose sum of squared errors over (n - d)^2 is least, where d are the effective
    degrees of freedom, the intercept among them (Golub, Heath and Wahba, 1979); of equals the strongest.
    """
    left, values, right = np.linalg.svd(X, full_matrices=False)
    along = left.T @ y
    unexplained = float(np.sum((y - left @ along) ** 2))  # whatever the strength
    best, least = np.zeros(X.shape[1]), np.inf
    for strength in sorted(strengths, reverse=True):
        lost = strength / (values**2 + strength)
        free = rows - 1 - len(values) + lost.sum()
        error = (unexplained + np.sum((lost * along) ** 2)) / free**2 if free > 0.0 else np.inf
        if error < least:
            best, least = right.T @ (values * along / (values**2 + strength)), error
    return np.asarray(best)
