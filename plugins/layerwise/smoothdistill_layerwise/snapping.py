"""`snapped`: a network whose weights are round numbers where these do as well."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_layerwise.kinds import KINDS
from smoothdistill_layerwise.least_squares import Fit, Rows, fitted
from smoothdistill_layerwise.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

ROUND = (0.0, 1.0, -1.0, 0.5, -0.5, math.pi, -math.pi)
"""The numbers that weights are snapped to."""

NEAR = 0.05
"""A weight is tried at a round number when it is this near, in units of 1 or of the number where that is larger."""

STEPS = 12
"""Steps of a fit after each change."""


def snapped(fit: Fit, rows: Rows) -> Fit:
    """Return the network with round weights where the error allows, each time with the others fitted again."""
    network, leads = _canonical(fit.network)
    error, fixed = rows.error(network), leads
    if not Fit(network, error).is_as_good_as(fit):
        return fit
    for place, row, column, value in _nearly_round(network, fixed):
        if network.maps[place][row, column] == 0.0:  # pruned with another one
            continue
        maps = tuple(matrix.copy() for matrix in network.maps)
        held = tuple(mask.copy() for mask in fixed)
        maps[place][row, column] = value
        held[place][row, column] = True
        tried = fitted(replace(network, maps=maps).trimmed(), rows, STEPS, held)
        if tried.is_as_good_as(fit):
            network, error, fixed = tried.network, tried.error, held
    return Fit(network, error)


def _canonical(network: Network) -> tuple[Network, tuple[Mask, ...]]:
    """Return an equal network whose rows have a largest weight of 1 where its unit lets a factor through, and where.

    Of a sine or an exponential no factor goes out, and its row stays as it is.
    """
    maps = tuple(matrix.copy() for matrix in network.maps)
    leads = tuple(np.zeros(matrix.shape, dtype=bool) for matrix in network.maps)
    for place, units in enumerate(network.layers):
        for position, (kind, used) in enumerate(units):
            for row, degree in zip(used, KINDS[kind].degree, strict=True):
                weights = maps[place][row, :-1]
                if degree and weights.any():
                    column = int(np.argmax(np.abs(weights)))
                    factor = weights[column]
                    maps[place][row] /= factor
                    maps[place + 1][:, position] *= factor**degree
                    maps[place][row, column], leads[place][row, column] = 1.0, True
    return replace(network, maps=maps), leads


def _nearly_round(network: Network, fixed: Sequence[Mask]) -> Iterator[tuple[int, int, int, float]]:
    """Yield where a free weight is near a round number (map, row, column) and that number; the nearest first."""
    found = []
    for place, matrix in enumerate(network.maps):
        for row, column in np.argwhere((matrix != 0.0) & ~fixed[place]).tolist():
            for number in ROUND:
                distance = abs(matrix[row, column] - number) / max(1.0, abs(number))
                if distance < NEAR:
                    found.append((distance, place, row, column, number))
    for _, place, row, column, number in sorted(found):
        yield place, row, column, number
