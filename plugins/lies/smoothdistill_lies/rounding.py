"""Rounding: weights become whole numbers, halves, tenths or reciprocals where the fit is none the worse for it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import Deadline
from smoothdistill_lies.architecture import FUNCTIONS
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.least_squares import fitted
from smoothdistill_lies.space import Space

Floats = NDArray[np.float64]

NEAR = 0.06
"""A weight is not moved further than this, relative to its size."""

SMALL = 0.01
"""A weight below this may become 0: least squares leave rounding where there should be nothing."""

EXACT = 1e-8
"""An error below this share of the target's variance is none."""

DEVIATIONS = 4.0
"""Rounding one weight may raise the squared error by this many times what fitting one more weight lowers it by."""

LEAST_RECIPROCAL = 1e-9
"""A smaller weight does not become one over a whole number, which would be no shorter, or beyond all numbers."""

STEPS = 15
"""Steps of least squares after each weight that is rounded."""


def rounded(
    circuit: Circuit, space: Space, features: Floats, y: Floats, shares: Floats, rows: int, deadline: Deadline
) -> Circuit:
    """Return the circuit with short weights where they fit as well, the others refitted after each.

    ``shares`` (n,) are divided by the target's variance, so that errors are shares of it; ``rows`` is how many
    rows the task has: the fewer there are, the less one weight more or less can be told from chance. Weights that the
    ``deadline`` leaves no time for stay as they are.
    """
    is_log = space.kind == "log"
    circuit, error = fitted(circuit, features, y, shares, STEPS, is_log)
    limit = max(error * (1.0 + DEVIATIONS / rows), EXACT)
    free = circuit.weights != 0.0
    places = sorted(zip(*np.nonzero(free), strict=True), key=lambda place: _distance(circuit, space, place))
    for place in deadline.within(places):
        for value in _short(circuit, space, place):
            weights, others = circuit.weights.copy(), free.copy()
            weights[place], others[place] = value, False
            trial, found = fitted(circuit.with_weights(weights), features, y, shares, STEPS, is_log, others)
            if found <= limit:
                circuit, free = trial, others
                limit = max(found * (1.0 + DEVIATIONS / rows), EXACT)
                break
    return circuit.alive()


def _is_coefficient(circuit: Circuit, space: Space, place: tuple[int, int]) -> bool:
    """Say whether a weight is the logarithm of a factor: the constant of an exponential in log space."""
    row, column = place
    is_exponential = row == len(circuit.functions) or FUNCTIONS[circuit.functions[row]] == "exp"
    return space.kind == "log" and column == 0 and is_exponential


def _short(circuit: Circuit, space: Space, place: tuple[int, int]) -> Iterator[float]:
    """Yield short values near a weight, the simplest first."""
    weight = float(circuit.weights[place])
    if _is_coefficient(circuit, space, place):
        if abs(weight) < 600.0:
            yield from (math.log(value) for value in _near(math.exp(weight)))
        return
    if abs(weight) < SMALL:
        yield 0.0
    yield from _near(weight)


def _near(value: float) -> Iterator[float]:
    tried: list[float] = []
    for short in (
        round(value),
        round(2.0 * value) / 2.0,
        round(value, 1),
        1.0 / round(1.0 / value) if LEAST_RECIPROCAL < abs(value) < 0.7 else 0.0,
    ):
        if short and short not in tried and abs(short - value) <= NEAR * abs(value):
            tried.append(float(short))
            yield float(short)


def _distance(circuit: Circuit, space: Space, place: tuple[int, int]) -> float:
    """Return how far, relative to its size, a weight is from its first short value."""
    weight = float(circuit.weights[place])
    return min(
        (abs(short - weight) / max(abs(weight), 1e-300) for short in _short(circuit, space, place)), default=math.inf
    )
