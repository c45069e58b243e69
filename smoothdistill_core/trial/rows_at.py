"""`rows_at`: a few rows of several parts of a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rows_at(places: NDArray[np.intp], parts: Sequence[Array]) -> Array:
    """Return the rows at ``places`` (k,) of ``parts`` (n, d) end to end, without a copy of all, which may be large."""
    found, begin = np.empty((len(places), parts[0].shape[1])), 0
    for X in parts:
        here = (begin <= places) & (places < begin + len(X))
        found[here] = X[places[here] - begin]
        begin += len(X)
    return found
