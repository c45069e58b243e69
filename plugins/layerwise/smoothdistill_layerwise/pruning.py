"""`pruned`: ever smaller networks from a trained one, weight by weight, each fitted again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_layerwise.least_squares import TINIEST, Fit, Rows, fitted, prices
from smoothdistill_layerwise.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SMALLEST = 0.01
"""Weights below this go first (EQL, arXiv 1912.04825, cuts at such a threshold)."""

MANY = 200
"""No more weights than this are fitted; the weakest of more go at once."""

ONE_BY_ONE = 45
"""Of more weights than this, a tenth goes between two fits; of fewer, one."""

TRIED = 4
"""The weights that seem cheapest are tried, and the cheapest of them goes."""

STEPS = 4
"""Steps of a fit after each cut."""

FIRST_STEPS = 15
"""Steps of the first fit."""


def pruned(network: Network, rows: Rows) -> Iterator[Fit]:
    """Yield the network fitted, and then ever smaller ones, down to a constant."""
    network = _without_small(network, rows).compact()
    fit = fitted(network, rows, FIRST_STEPS)
    while np.isfinite(fit.error) and fit.network.size:
        yield fit
        fit = _smaller(fit.network, rows)


def _without_small(network: Network, rows: Rows) -> Network:
    """Return the network without tiny weights, and with no more than `MANY`."""
    maps = tuple(np.where(np.abs(matrix) < SMALLEST, 0.0, matrix) for matrix in network.maps)
    cut = type(network)(network.layers, maps).trimmed()
    if rows.error(cut) > 2.0 * rows.error(network) + SMALLEST:
        cut = network.trimmed()
    while cut.size > MANY:
        _, slopes = cut.slopes(rows.X)
        moved = cut.weights**2 * np.where(np.isfinite(slopes), slopes**2, 0.0).mean(axis=1)
        order = np.argsort(moved, kind="stable")
        weights = cut.weights
        weights[order[: max(1, min(len(weights) - MANY, len(weights) // 4))]] = 0.0
        cut = cut.with_weights(weights).trimmed()
    return cut


def _smaller(network: Network, rows: Rows) -> Fit:
    try:
        costs, inverse = prices(network, rows)
    except np.linalg.LinAlgError:
        costs, inverse = np.abs(network.weights), np.eye(network.size)
    order = np.argsort(costs, kind="stable")
    if network.size > ONE_BY_ONE:
        return fitted(_cut(network, order[: network.size // 10], inverse, rows), rows, STEPS)
    tried = [
        fitted(_cut(network, order[[place]], inverse, rows), rows, STEPS) for place in range(min(TRIED, len(order)))
    ]
    return min(tried, key=lambda fit: fit.error)


def _cut(network: Network, places: NDArray[np.intp], inverse: Array, rows: Rows) -> Network:
    """Return the network without some weights; the others adapt at once where that helps."""
    weights = network.weights
    plain = weights.copy()
    plain[places] = 0.0
    adapted = weights - inverse[:, places] @ np.linalg.solve(inverse[np.ix_(places, places)], weights[places])
    adapted[adapted == 0.0] = TINIEST
    adapted[places] = 0.0
    choices = [network.with_weights(choice) for choice in (plain, adapted)]
    return min(choices, key=rows.error).trimmed().compact()
