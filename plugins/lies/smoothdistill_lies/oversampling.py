"""Where a network is worst: the cell of a grid over the inputs from which training draws more rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from smoothdistill_lies.compiled_training import Data

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 8
"""Bins of equal width an input. Only cells that hold rows are kept: of the 8^d there are never more than rows."""

EXTRA = 0.3
"""Rows drawn from the worst cell, as a share of all."""


def worst_rows(data: Data, errors: Floats, generator: np.random.Generator) -> Ints:
    """Return rows of the cell of least R2, drawn with replacement; ``errors`` (n,) are squared.

    R2 is 1 less the cell's mean squared error over the variance of all targets: of several inputs most cells
    hold one row, and have no variance of their own.
    """
    cells = cells_of(data.X)
    weight = np.bincount(cells, data.weights)
    error = np.bincount(cells, data.weights * errors) / np.where(weight > 0.0, weight, np.inf)
    members = np.flatnonzero(cells == error.argmax())
    return generator.choice(members, size=max(1, round(EXTRA * len(data.y))), replace=True)


def cells_of(X: Floats) -> Ints:
    """Return the number of each row's cell, shape (n,), among those that hold rows."""
    low, high = X.min(axis=0), X.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    bins = np.minimum((X - low) / width * BINS, BINS - 1).astype(np.int64)
    cells = np.zeros(len(X), dtype=np.int64)
    for column in bins.T:  # numbering anew after each input keeps numbers small, however many inputs there are
        cells = np.unique(cells * BINS + column, return_inverse=True)[1].reshape(len(X))
    return cells
