"""`drawn`: a sample of rows, where there are more than are looked at.

The first rows are none: where rows are split by time, they are the earliest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def drawn(rows: int | Places, most: int, seed: int = 0) -> Places:
    """Return the places of ``most`` of so many rows, or so many of these places, drawn by chance; all if there are few.

    They ascend, and the seed decides which they are.
    """
    return np.sort(np.random.default_rng(seed).permutation(rows)[:most])
