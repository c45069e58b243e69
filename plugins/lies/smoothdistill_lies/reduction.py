"""From a trained network to ever simpler circuits: the weights that are worth least go, and the others are refitted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.least_squares import fitted, impact, saliency

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_TERMS = 96
"""A circuit is first cut to this many weights: the cost of a fit grows with their square."""

MOST_IDENTITIES = 40
"""With more inputs than this, those that pruning took out of the output's sum do not come back."""

SMALL = 1e-9
"""The weight with which they come back."""

ONE_BY_ONE = 20
"""From this many weights on they go one at a time; above, an eighth at a time."""

STEPS = 25
"""Steps of least squares at each level."""


def levels(
    circuit: Circuit, features: Floats, y: Floats, shares: Floats, exponential: bool = False
) -> Iterator[tuple[Circuit, float]]:
    """Yield circuits, the one with most weights first, each refitted, with its weighted mean squared error.

    ``features`` (1 + inputs, n), ``y`` (n,), ``shares`` (n,) that sum to 1. ``exponential``: exp(output) is
    to be ``y``.
    """
    circuit = _with_identities(_strongest(circuit, features, MOST_TERMS))
    while True:
        circuit, error = fitted(circuit, features, y, shares, STEPS, exponential)
        if not np.isfinite(error):
            return
        yield circuit, error
        if circuit.terms <= 1:
            return
        rows, columns, cost = saliency(circuit, features, y, shares, exponential)
        cost = cost / _freed(circuit, rows, columns)
        count = 1 if circuit.terms <= ONE_BY_ONE else circuit.terms // 8
        which = np.argsort(cost, kind="stable")[:count]
        circuit = _without(circuit, rows[which], columns[which])


def _with_identities(circuit: Circuit) -> Circuit:
    """Return the circuit with every input in the output's sum: least squares may move there what units hold."""
    if circuit.inputs > MOST_IDENTITIES:
        return circuit
    weights = circuit.weights.copy()
    last = weights[-1, : 1 + circuit.inputs]
    last[last == 0.0] = SMALL
    return circuit.with_weights(weights)


def _strongest(circuit: Circuit, features: Floats, most: int) -> Circuit:
    """Return the circuit with the weights that move the output most."""
    while circuit.terms > most:
        rows, columns, size = impact(circuit, features)
        which = np.argsort(size, kind="stable")[: circuit.terms - most]
        circuit = _without(circuit, rows[which], columns[which])
    return circuit


def _freed(circuit: Circuit, rows: Ints, columns: Ints) -> Floats:
    """Return how many weights go with each: without its last reader a unit goes, and all that it alone reads."""
    places = zip(rows, columns, strict=True)
    return np.array([circuit.terms - _without(circuit, row, column).terms for row, column in places]).clip(1)


def _without(circuit: Circuit, rows: Ints, columns: Ints) -> Circuit:
    weights = circuit.weights.copy()
    weights[rows, columns] = 0.0
    return circuit.with_weights(weights).alive()
