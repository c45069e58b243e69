"""`Model`: a model of a target and its slopes, and the symmetries that these show."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.scalings import Reduction, reductions, rows_of_scalings

Array = NDArray[np.float64]

ROWS = 600
"""A model tells its slopes at so many rows, and learns from no more."""

PARALLEL = 0.05
"""Slopes that differ by less than this share of their size are equal."""


def vanishing(X: Array) -> NDArray[np.bool_]:
    """Return which columns of ``X`` (n, d) can be 0, or change their sign."""
    return np.asarray((X <= 0).any(axis=0) & (X >= 0).any(axis=0), dtype=np.bool_)


class Model(ABC):
    """Has the ``values`` (n,) and ``slopes`` (n, d) of a target at rows ``X`` (n, d).

    ``left_out`` is the mean squared error at a row that it did not learn from, ``share`` the same as a share of the
    variance.
    """

    X: Array
    values: Array
    slopes: Array
    left_out: float
    share: float

    @abstractmethod
    def predict(self, X: Array) -> Array:
        """Return what the model says of the target at rows ``X`` (m, d)."""

    @property
    def influence(self) -> Array:
        """How much each input moves the target: the mean size of its slope times the input's standard deviation."""
        moved: Array = np.abs(self.slopes).mean(axis=0) * self.X.std(axis=0)
        return moved

    def reductions(self) -> Iterator[Reduction]:
        """Yield what scaling symmetries leave."""
        yield from reductions(self.rows(self.slopes * self.X), vanishing(self.X))

    def rows(self, slopes: Array) -> Array:
        """Return the `rows_of_scalings` of the target's ``slopes`` (n, d), in some coordinates."""
        return rows_of_scalings(self.values, slopes, math.sqrt(self.left_out))

    def apart(self, i: int, j: int, sign: float) -> float:
        """How far from equal (1), or opposite (-1), the slopes of two inputs are: 0 where they are."""
        one, other = self.slopes[:, i], self.slopes[:, j]
        size = max(float(np.mean(one**2)), float(np.mean(other**2)), np.finfo(np.float64).tiny)
        return float(np.mean((one - sign * other) ** 2)) / size

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """Yield pairs of inputs of which only the difference (-1) or the sum (1) matters."""
        slopes = self.rows(self.slopes)[:, 1:]
        size = np.sqrt((slopes**2).mean(axis=0))
        moved = size * self.X.std(axis=0)  # as far as it varies: slopes are in different units
        used: set[int] = set()
        for i in range(slopes.shape[1]):
            for j in range(i + 1, slopes.shape[1]):
                for sign in (-1.0, 1.0):
                    off = np.sqrt(np.mean((slopes[:, i] - sign * slopes[:, j]) ** 2))
                    if off < PARALLEL * max(size[i], size[j]) and not {i, j} & used and moved[i] > 1e-3 * moved.max():
                        used |= {i, j}
                        yield i, j, sign
