"""`grown`: a small network with a few weights more, those that its errors ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_layerwise.least_squares import TINIEST, Fit, Rows, fitted
from smoothdistill_layerwise.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MORE = 4
"""So many weights come back at once."""

STEPS = 12
"""Steps of the fit with them."""


def grown(network: Network, rows: Rows) -> Fit:
    """Return the network with the absent weights into its living units that lower the error most, to first order.

    What was pruned early may be missed by what was left. The gain of a weight is that of a score test: the
    part of the errors along its slope, as far as the weights that are there cannot move that way.
    """
    open_maps = tuple(_opened(matrix) for matrix in network.maps)
    candidate = replace(network, maps=open_maps)
    output, slopes = candidate.slopes(rows.X)
    slopes = np.where(np.isfinite(slopes), slopes, 0.0) * np.sqrt(rows.shares)
    errors = np.sqrt(rows.shares) * (rows.y - output)
    there = np.abs(candidate.weights) > TINIEST
    basis, _ = np.linalg.qr(slopes[there].T)
    free = slopes[~there] - (slopes[~there] @ basis) @ basis.T
    rest = errors - basis @ (basis.T @ errors)
    size = np.sum(free**2, axis=1)
    gains = np.where(
        size > 1e-9 * np.sum(slopes[~there] ** 2, axis=1), (free @ rest) ** 2 / np.maximum(size, TINIEST), 0.0
    )
    chosen = np.flatnonzero(~there)[np.argsort(-gains, kind="stable")[:MORE]]
    weights = np.where(there, candidate.weights, 0.0)
    weights[chosen] = TINIEST
    return fitted(candidate.with_weights(weights), rows, STEPS)


def _opened(matrix: Array) -> Array:
    """Return a linear map in whose living rows every weight is there, if only just."""
    living = matrix.any(axis=1, keepdims=True)
    return np.where(living & (matrix == 0.0), TINIEST, matrix)
