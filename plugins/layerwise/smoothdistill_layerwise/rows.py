"""`Prepared`: the rows of a task that count, checked, split for fitting and for comparing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import DataError, DistillationTask
from smoothdistill_layerwise.least_squares import Rows
from smoothdistill_layerwise.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FLAT = 1e-12
"""A target that varies by less than this share of its mean is a constant."""

FEWEST = 10
"""Fewer rows than this are not split: formulas are compared on the rows on which they are fitted."""

FURTHEST = 256
"""Of the rows of weight 0 so many are kept apart, those furthest out."""

EVEN = 4.0
"""A target whose spread is within this factor of 1, and whose mean is within this many of 0, is taken as it is."""


@dataclass(frozen=True)
class Prepared:
    """Inputs ``X`` (n, d), target ``y`` (n,) and ``weights`` (n,) of mean 1, and the rows' numbers of the two parts.

    The task's target is ``y * scale + shift``. Rows of weight 0 are not among them: nothing is learnt from these. A
    formula has to agree with its network there too: ``outside`` (m, d) are the inputs of the furthest of them.
    """

    X: Array
    y: Array
    weights: Array
    scale: float
    shift: float
    fitting: NDArray[np.intp]
    comparing: NDArray[np.intp]
    outside: Array

    @classmethod
    def of(cls, task: DistillationTask, validation: float, seed: int) -> Prepared:
        """Return the rows of a task; raises `DataError` where nothing can be learnt from them."""
        shares = _shares(task)
        counts = shares > 0.0
        X, y, weights = task.X[counts], task.y[counts], shares[counts] / shares[counts].mean()
        _check(X, y)
        mean = float(np.sum(weights * y) / len(weights))
        spread = float(np.sqrt(np.sum(weights * (y - mean) ** 2) / len(weights)))
        scale, shift = 1.0, 0.0
        if spread <= FLAT * abs(mean):
            y = np.full_like(y, mean)
        elif not (1.0 / EVEN < spread < EVEN and abs(mean) < EVEN):
            scale, shift, y = spread, mean, (y - mean) / spread
        order = np.random.default_rng([seed, len(y)]).permutation(len(y))
        cut = round(validation * len(y)) if len(y) >= FEWEST else 0
        fitting, comparing = order[cut:], order[:cut]
        if not (len(comparing) and len(fitting)):
            fitting = comparing = order
        return cls(X, y, weights, scale, shift, fitting, comparing, _furthest(task.X[~counts]))

    @property
    def is_constant(self) -> bool:
        """Whether the target has one value only."""
        return bool(np.ptp(self.y) == 0.0)

    @property
    def weighted_mean(self) -> float:
        """The mean of the task's target."""
        return self.scale * float(np.sum(self.weights * self.y) / len(self.y)) + self.shift

    def part(self, chosen: NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        weights = self.weights[chosen]
        return Rows(self.X[chosen], self.y[chosen], weights / weights.sum())

    def restored(self, network: Network) -> Network:
        """Return a network of ``y`` as one of the task's target."""
        output = self.scale * network.maps[-1]
        output[0, -1] += self.shift
        return replace(network, maps=(*network.maps[:-1], output))


def _shares(task: DistillationTask) -> Array:
    """Return the weights (n,), the largest of them 1; raise `DataError` where they say nothing."""
    if len(task.X) == 0:
        raise DataError("student 'layerwise' needs at least one row")
    if task.weights is None:
        return np.ones(len(task.y))
    if not (np.isfinite(task.weights).all() and (task.weights >= 0.0).all() and task.weights.any()):
        raise DataError("the weights must be finite, not negative, and not all 0")
    shares: Array = task.weights / task.weights.max()
    return shares


def _check(X: Array, y: Array) -> None:
    """Raise `DataError` where these rows cannot be learnt from."""
    if not np.isfinite(X).all():
        raise DataError("student 'layerwise' needs finite inputs; remove or fill in the rows that are not")
    if not (np.abs(y) <= np.finfo(np.float64).max ** 0.25).all():
        raise DataError("the target must be finite, and not beyond 1e77: a teacher that diverged gives nan")


def _furthest(X: Array) -> Array:
    """Return the `FURTHEST` rows of ``X`` whose largest input is largest."""
    return X[np.argsort(-np.abs(X).max(axis=1, initial=0.0), kind="stable")[:FURTHEST]]
