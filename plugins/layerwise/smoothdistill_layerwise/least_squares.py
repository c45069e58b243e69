"""`Fit`: a network's weights by least squares (Levenberg and Marquardt), and what it costs to prune one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smoothdistill_layerwise.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

FIRST_DAMPING, MOST_DAMPING = 1e-3, 1e7
"""Damping of the first step, in units of each weight's curvature; beyond the second nothing is gained."""

CONVERGED = 1e-7
"""A fit ends when a step lowers the error by less than this part of it."""

EXACT = 1e-14
"""And where the error is below this part of the target's variance: the rest is rounding."""

STIFFNESS = 0.03
"""Added to each curvature in pruning, in units of it. Two weights in a row may share a factor between them at no
cost; to second order that goes on for ever, and to prune one of them would seem to cost nothing."""

LOSS = 0.02
"""A simplification may raise the squared error by this part of it."""

ALLOWED = 1e-9
"""And by this part of the target's variance."""

TINIEST = 1e-300
"""In place of a weight that is fitted to exactly 0."""


class Rows(NamedTuple):
    """Inputs (n, d), targets (n,) and weights (n,), which sum to 1."""

    X: Array
    y: Array
    shares: Array

    def error(self, network: Network) -> float:
        """Return the weighted mean squared error, infinite where a prediction is not finite."""
        with np.errstate(all="ignore"):
            error = float(np.sum(self.shares * (network.predict(self.X) - self.y) ** 2))
        return error if np.isfinite(error) else float("inf")


class Fit(NamedTuple):
    """A network and its weighted mean squared error."""

    network: Network
    error: float

    def is_as_good_as(self, other: Fit) -> bool:
        """Say whether a simplification may take the place of ``other``."""
        return self.error <= other.error * (1.0 + LOSS) + ALLOWED


def fitted(network: Network, rows: Rows, steps: int, held: Sequence[Mask] | None = None) -> Fit:
    """Return the network with the weights that at most ``steps`` steps of damped Gauss-Newton find (Marquardt 1963).

    The error never rises; pruned weights stay pruned, and those that are ``held``, a mask a map, stay as they are.
    """
    best, error = network, rows.error(network)
    free = np.concatenate(
        [
            np.ones(np.count_nonzero(matrix), dtype=bool) if held is None else ~held[place][matrix != 0.0]
            for place, matrix in enumerate(network.maps)
        ]
    )
    if not np.isfinite(error) or not free.any():
        return Fit(best, error)
    damping = FIRST_DAMPING
    normal = _normal(best, rows, free)
    for _ in range(steps):
        step = _solved(normal, damping)
        new = None if step is None else best.with_weights(_moved(best.weights, step, free))
        new_error = float("inf") if new is None else rows.error(new)
        if new is None or not new_error < error:
            damping *= 8.0
            if damping > MOST_DAMPING:
                break
            continue
        gain, best, error = error - new_error, new, new_error
        if gain < CONVERGED * error or error < EXACT:
            break
        damping = max(damping / 5.0, 1e-9)
        normal = _normal(best, rows, free)
    return Fit(best, error)


def prices(network: Network, rows: Rows) -> tuple[Array, Array]:
    """Return what pruning each weight adds to the squared error if the others adapt, and the inverse curvature.

    Shapes (k,) and (k, k). To second order (Hassibi and Stork 1993, optimal brain surgeon), with the curvature of
    Gauss and Newton.
    """
    curvature, _ = _normal(network, rows, np.ones(network.size, dtype=bool))
    size = np.diagonal(curvature)
    stiff = curvature + np.diag(STIFFNESS * size + 1e-6 * size.mean() + EXACT)
    inverse = np.asarray(np.linalg.inv(stiff), dtype=np.float64)
    return network.weights**2 / np.diagonal(inverse), inverse


def _normal(network: Network, rows: Rows, free: Mask) -> tuple[Array, Array]:
    """Return the matrix (k, k) and the right-hand side (k,) of the normal equations for the free weights."""
    output, slopes = network.slopes(rows.X)
    slopes = slopes if free.all() else slopes[free]
    finite = np.isfinite(slopes)
    if not finite.all():
        slopes = np.where(finite, slopes, 0.0)
    weighted = slopes * rows.shares
    matrix: Array = weighted @ slopes.T
    side: Array = weighted @ (output - rows.y)
    return matrix, side


def _solved(normal: tuple[Array, Array], damping: float) -> Array | None:
    matrix, side = normal
    scale = np.diagonal(matrix)
    try:
        found = np.linalg.solve(matrix + np.diag(damping * scale + 1e-12 * (1.0 + scale.max())), side)
    except np.linalg.LinAlgError:
        return None
    step = np.asarray(found, dtype=np.float64)
    return step if np.isfinite(step).all() else None


def _moved(weights: Array, step: Array, free: Mask) -> Array:
    """Return the weights after a step, none of them exactly 0: that would prune one by accident."""
    moved = weights.copy()
    moved[free] -= step
    return np.where(moved == 0.0, TINIEST, moved)
