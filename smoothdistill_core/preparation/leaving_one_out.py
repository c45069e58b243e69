"""`errors_of_leaving_one_out`: how a kernel ridge regression would miss each row, had it not been fitted to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST = 1e-9
"""A row keeps at least so much of its own error: one that rules its own prediction would have none."""


def errors_of_leaving_one_out(
    values: Array, vectors: Array, targets: Array, ridges: Iterable[float]
) -> Iterator[tuple[float, Array]]:
    """Yield each ridge with the mean squared errors of leaving one row out, one for each column of ``targets``.

    ``values`` (n,), from 0 on, and ``vectors`` (n, n) are those of the kernel of the rows; ``targets`` are (n, k).
    """
    along, squares = vectors.T @ targets, vectors**2
    for ridge in ridges:
        shrunk = values / (values + ridge)
        missed = targets - vectors @ (shrunk[:, None] * along)
        kept = np.maximum(1.0 - squares @ shrunk, LEAST)
        yield ridge, ((missed / kept[:, None]) ** 2).mean(axis=0)
