"""`Prepared`: the rows of a task that count, checked, split for fitting and for comparing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import DistillationTask
from smoothdistill_core.searching import BestConstant, as_shares, best_constant, checked, training_box, weights_of
from smoothdistill_layerwise.least_squares import Rows
from smoothdistill_layerwise.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

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
    ``constant`` is the best for the task's target, and ``box`` the (low, high) of each input in the training data.
    """

    X: Array
    y: Array
    weights: Array
    scale: float
    shift: float
    fitting: NDArray[np.intp]
    comparing: NDArray[np.intp]
    outside: Array
    constant: BestConstant
    box: list[tuple[float, float]]

    @classmethod
    def of(cls, task: DistillationTask, validation: float, seed: int) -> Prepared:
        """Return the rows of a task; raises `DataError` where nothing can be learnt from them."""
        counted = checked(task)
        X, y, weights = counted.X, counted.y, weights_of(counted)
        weights = weights / weights.mean()
        constant = best_constant(counted)
        mean, spread = constant.value, constant.spread
        scale, shift = 1.0, 0.0
        if not (constant.is_exact or (1.0 / EVEN < spread < EVEN and abs(mean) < EVEN)):
            scale, shift, y = spread, mean, (y - mean) / spread
        order = np.random.default_rng([seed, len(y)]).permutation(len(y))
        cut = round(validation * len(y)) if len(y) >= FEWEST else 0
        fitting, comparing = order[cut:], order[:cut]
        if not (len(comparing) and len(fitting)):
            fitting = comparing = order
        outside = _furthest(task.X[weights_of(task) == 0.0])
        return cls(X, y, weights, scale, shift, fitting, comparing, outside, constant, training_box(counted))

    def part(self, chosen: NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        return Rows(self.X[chosen], self.y[chosen], as_shares(self.weights[chosen]))

    def restored(self, network: Network) -> Network:
        """Return a network of ``y`` as one of the task's target."""
        output = self.scale * network.maps[-1]
        output[0, -1] += self.shift
        return replace(network, maps=(*network.maps[:-1], output))


def _furthest(X: Array) -> Array:
    """Return the `FURTHEST` rows of ``X`` whose largest input is largest."""
    return X[np.argsort(-np.abs(X).max(axis=1, initial=0.0), kind="stable")[:FURTHEST]]
