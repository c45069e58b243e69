"""What units compute, compiled: identity, exp, log and sin, and the guards that keep them in their domains."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_sums import compiled

Floats = NDArray[np.float64]

LEAST_LOG, MOST_EXP = 0.005, 4.0
"""A log unit sees no less than the one, an exp unit no more than the other."""

FREE_EXP = 4
"""The number of an exp unit without guard."""


@compiled
def apply_unit(value: Floats, argument: Floats, function: int) -> None:
    """Write a unit's values: identity, exp, log, sin, exp without guard."""
    for r in range(len(value)):
        a = argument[r]
        if function == 0:
            value[r] = a
        elif function == 1:
            value[r] = math.exp(min(a, MOST_EXP))
        elif function == 2:
            value[r] = math.log(max(a, LEAST_LOG))
        elif function == FREE_EXP:
            value[r] = math.exp(a)
        else:
            value[r] = math.sin(a)


@compiled
def unit_slope(
    delta: Floats, slope: Floats, bridge: float, argument: Floats, value: Floats, weights: Floats, function: int
) -> float:
    """Write the slope of the loss by a unit's argument, and return what the unit adds to the domain penalty.

    For a unit z = b v(a), with the bridge b and the slope g = dL / dz times b, the slope is g v'(a) + dP / da, where
    the penalty P of n rows with weights w is mean(w * max(a - 4, 0)) of exp and mean(w * max(0.005 - a, 0)) of log.
    Outside its domain a unit is constant, and only the penalty has a slope.
    """
    size, penalty = len(delta), 0.0
    for r in range(size):
        a, g = argument[r], slope[r] * bridge
        if function == 0:
            delta[r] = g
        elif function == 1:
            outside = a - MOST_EXP
            delta[r] = g * value[r] if outside <= 0.0 else weights[r] / size
            penalty += weights[r] * max(outside, 0.0) / size
        elif function == 2:
            outside = LEAST_LOG - a
            delta[r] = g / a if outside < 0.0 else -weights[r] / size
            penalty += weights[r] * max(outside, 0.0) / size
        else:
            delta[r] = g * math.cos(a)
    return penalty
