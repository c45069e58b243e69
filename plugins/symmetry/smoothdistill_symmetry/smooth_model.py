"""`SmoothModel`: a smooth model of the target that is learnt from its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_symmetry.model import ROWS, Model
from smoothdistill_symmetry.surrogate import WIDTHS, Surrogate

Array = NDArray[np.float64]

LOOK = 300
"""So many rows tell as what a target is seen, and how wide kernels are: time grows as the cube of the rows."""

CLEAR = 1e-4
"""A smaller share of the variance that is left is no noise, but want of rows."""

WIDE = 40.0
"""An input whose largest value is more times its least is its logarithm only where that is spread more evenly."""


@dataclass(frozen=True)
class View:
    """A function ``of`` the target that a model is learnt of, what undoes it, and the slope of that at a target."""

    of: Callable[[Array], Array]
    undo: Callable[[Array], Array]
    slope: Callable[[Array], Array]


def _views(y: Array) -> Iterator[tuple[View, float]]:
    """Yield the views of a target, each with the share of its variance from which on it is worth a try."""
    yield View(lambda y: y, lambda t: t, np.ones_like), 0.0
    sign, middle = float(np.sign(y[0])), float(np.median(np.abs(y))) or 1.0
    if (sign * y > 0).all():
        yield View(lambda y: np.log(np.abs(y)), lambda t: sign * np.exp(t), lambda y: y), 1e-10
    else:
        yield View(lambda y: np.arcsinh(y / middle), lambda t: middle * np.sinh(t), lambda y: np.hypot(y, middle)), 1e-6


class SmoothModel(Model):
    """A model of ``y`` (n,) at ``X`` (n, d), learnt from the first rows; ``values`` and ``slopes`` at these.

    The target, its logarithm or its inverse hyperbolic sine is learnt, whichever goes best. Squared errors of a row
    count ``importance`` (n,) squared times. ``left_out`` is their mean at a row that is left out of the fit, ``share``
    the same as a share of the variance.
    """

    def __init__(self, X: Array, y: Array, importance: Array | None = None) -> None:
        self.X, y = X[:ROWS], y[:ROWS]
        importance = np.ones(len(y)) if importance is None else importance[:ROWS]
        self._seen, logs = smooth_coordinates(self.X)
        Z = self._seen(self.X)
        variance = float(np.mean((importance * (y - y.mean())) ** 2)) or 1.0
        least = np.inf
        for view, from_here in _views(y):
            if least > from_here * variance:
                weights = importance * np.abs(view.slope(y))
                first = Surrogate(Z[:LOOK], view.of(y[:LOOK]), weights[:LOOK])
                if first.left_out < least or least == np.inf:
                    least, self._view, self._surrogate, chosen = first.left_out, view, first, weights
        if len(y) > LOOK:
            widths = _near(self._surrogate.width, least / variance)
            self._surrogate = Surrogate(Z, self._view.of(y), chosen, widths=widths)
        self.left_out = self._surrogate.left_out
        self.share = self.left_out / variance
        seen, gradient = self._surrogate.predict_and_gradient(Z)
        self.values = self._view.undo(seen)
        self.slopes = gradient / np.where(logs, self.X, 1.0) * self._view.slope(self.values)[:, None]

    def predict(self, X: Array) -> Array:
        """Return what the model says of the target at rows ``X`` (m, d)."""
        return self._view.undo(self._surrogate.predict(self._seen(X)))


def _near(width: float, share: float) -> Sequence[float]:
    """Return the widths for all rows, where some rows show that ``width`` is best: more allow a narrower one.

    What is noise, more than a small share of the variance, does not.
    """
    place = WIDTHS.index(width)
    return WIDTHS[max(0, place - 1) : place + 1] if share < CLEAR else (width,)


def smooth_coordinates(X: Array) -> tuple[Callable[[Array], Array], NDArray[np.bool_]]:
    """Return the map to coordinates in which targets are smooth, and of which inputs these are the logarithms."""
    positive = (X > 0).all(axis=0)
    even = _skew(np.log(np.where(positive, X, 1.0))) < _skew(X)
    logs = np.asarray(positive & ((X.max(axis=0) < WIDE * X.min(axis=0)) | even), dtype=np.bool_)

    def coordinates(X: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.where(logs, np.log(np.where(logs, X, 1.0)), X)

    return coordinates, logs


def _skew(X: Array) -> Array:
    """Return how unevenly each column of ``X`` (n, d) is spread about its median, from 0 to 1 (Kelly)."""
    low, middle, high = np.quantile(X, (0.1, 0.5, 0.9), axis=0)
    return np.asarray(np.abs(low + high - 2.0 * middle) / np.maximum(high - low, np.finfo(np.float64).tiny))
