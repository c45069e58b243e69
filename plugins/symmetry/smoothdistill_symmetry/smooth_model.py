"""`SmoothModel`: a smooth model of the target, and the symmetries that its slopes show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.scalings import Flags, Reduction, reductions, rows_of_scalings
from smoothdistill_symmetry.surrogate import Surrogate

Array = NDArray[np.float64]

ROWS = 600
"""The model learns from so many rows."""

WIDE = 40.0
"""An input whose largest value is more times its least is no logarithm of its own."""

PARALLEL = 0.05
"""Slopes that differ by less than this share of their size are equal."""


@dataclass(frozen=True)
class SmoothModel:
    """``values`` (n,) and ``slopes`` (n, d) at rows ``X`` (n, d); ``left_out`` is the error at rows left out."""

    X: Array
    values: Array
    slopes: Array
    left_out: float
    predict: Callable[[Array], Array]
    """Gives the target (m,) at rows (m, d)."""
    seen: Callable[[Array], Array]
    """The function of the target that was learned, and whose errors ``left_out`` counts."""

    @classmethod
    def of(cls, X: Array, y: Array) -> SmoothModel:
        """Learn from the first rows: the target, its logarithm or its inverse hyperbolic sine, whichever goes best."""
        X, y = X[:ROWS], y[:ROWS]
        coordinates, logs = smooth_coordinates(X)
        Z = coordinates(X)
        middle = float(np.median(np.abs(y))) or 1.0
        best, kind = Surrogate(Z, y), "itself"
        if best.left_out > 1e-10 and ((y > 0).all() or (y < 0).all()):
            other = Surrogate(Z, np.log(np.abs(y)))
            best, kind = (other, "log") if other.left_out < best.left_out else (best, kind)
        if best.left_out > 1e-6 and kind == "itself":
            other = Surrogate(Z, np.arcsinh(y / middle))
            best, kind = (other, "asinh") if other.left_out < best.left_out else (best, kind)
        values, slopes = best.predict_and_gradient(Z)
        slopes = slopes / np.where(logs, X, 1.0)
        seen: Callable[[Array], Array] = np.asarray
        undo: Callable[[Array], Array] = np.asarray
        if kind == "log":
            sign = 1.0 if y[0] > 0 else -1.0
            values, slopes = y, slopes * y[:, None]
            seen, undo = lambda y: np.log(np.abs(y)), lambda t: sign * np.exp(t)
        elif kind == "asinh":
            values, slopes = middle * np.sinh(values), slopes * middle * np.cosh(values)[:, None]
            seen, undo = lambda y: np.arcsinh(y / middle), lambda t: middle * np.sinh(t)
        return cls(X, values, slopes, best.left_out, lambda X: undo(best.predict(coordinates(X))), seen)

    def missed(self, values: Array, y: Array) -> float:
        """Return what ``values`` miss of ``y`` (n,), counted as ``left_out`` is; nan where they have no value."""
        with np.errstate(all="ignore"):
            t, its = self.seen(y[:ROWS]), self.seen(values[:ROWS])
            return float(np.mean((its - t) ** 2) / np.var(t))

    @property
    def influence(self) -> Array:
        """How much each input moves the target: the mean size of its slope times the input's standard deviation."""
        moved: Array = np.abs(self.slopes).mean(axis=0) * self.X.std(axis=0)
        return moved

    def reductions(self, vanishing: Flags) -> Iterator[Reduction]:
        """Yield what scaling symmetries leave; ``vanishing`` (d,) says which inputs can be 0."""
        yield from reductions(rows_of_scalings(self.values, self.slopes * self.X), vanishing)

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """Yield pairs of inputs of which only the difference (-1) or the sum (1) matters."""
        slopes = rows_of_scalings(self.values, self.slopes)[:, 1:]
        size = np.sqrt((slopes**2).mean(axis=0))
        used: set[int] = set()
        for i in range(slopes.shape[1]):
            for j in range(i + 1, slopes.shape[1]):
                for sign in (-1.0, 1.0):
                    off = np.sqrt(np.mean((slopes[:, i] - sign * slopes[:, j]) ** 2))
                    if off < PARALLEL * max(size[i], size[j]) and not {i, j} & used and size[i] > 1e-3 * size.max():
                        used |= {i, j}
                        yield i, j, sign


def smooth_coordinates(X: Array) -> tuple[Callable[[Array], Array], Flags]:
    """Return the map to coordinates in which targets are smooth, and of which inputs these are the logarithms."""
    logs = np.asarray((X > 0).all(axis=0) & (X.max(axis=0) < WIDE * X.min(axis=0)), dtype=np.bool_)
    return lambda X: np.where(logs, np.log(np.where(logs, X, 1.0)), X), logs
