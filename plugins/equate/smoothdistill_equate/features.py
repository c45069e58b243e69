"""`features_of`: the rows of a table as the networks see them, free of the scale of inputs and of target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_equate.expression import MOST_INPUTS

COUNT = 4 * MOST_INPUTS + 3
"""For each input its scaled value, its standardised value, the logarithm of its size and whether it is there; the
target in the same three ways."""
FARTHEST = 6.0


def features_of(X: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return X (n, d), d at most 5, and y (n,) as features (n, 23)."""
    rows, count = X.shape
    features = np.zeros((rows, COUNT), np.float32)
    for place, columns in enumerate(_three_ways(X)):
        features[:, place * MOST_INPUTS : place * MOST_INPUTS + count] = columns
    features[:, 3 * MOST_INPUTS : 3 * MOST_INPUTS + count] = 1.0
    features[:, 4 * MOST_INPUTS :] = np.hstack(_three_ways(y[:, None]))
    return features


def _three_ways(columns: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    scaled = columns / (np.abs(columns).max(axis=0) + 1e-300)
    standardised = (scaled - scaled.mean(axis=0)) / (scaled.std(axis=0) + 1e-300)
    sizes = 0.5 * np.maximum(np.log(np.abs(scaled) + 1e-4), -7.0) + 0.5
    return [scaled, np.clip(standardised, -FARTHEST, FARTHEST), sizes]
