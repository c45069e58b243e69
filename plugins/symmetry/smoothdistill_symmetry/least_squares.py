"""`least_squares`: the factors by which a sum of columns comes closest to a target, in whatever units these are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def least_squares(columns: Array, target: Array) -> Array:
    """Return the factors (m,) of ``columns`` (n, m) that leave least of ``target`` (n,).

    Columns count by their direction: what is 1e-9 beside 1 is as good a column.
    """
    sizes = np.abs(columns).max(axis=0)
    sizes[sizes == 0.0] = 1.0
    factors: Array = np.linalg.lstsq(columns / sizes, target, rcond=None)[0] / sizes
    return factors
