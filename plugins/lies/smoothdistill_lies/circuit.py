"""`Circuit`: a trained network without its identity units, as sparse sums into exp, log and sin units.

Every stage of a network has skips to every later one, so an identity unit, its bridge included, is but a weighted sum
that its readers can take over. What is left has one weight a term, which is what pruning and rounding work on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_lies.architecture import FUNCTIONS, Architecture
from smoothdistill_lies.unit_functions import FREE_EXP, LEAST_LOG, MOST_EXP

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Circuit:
    """``weights`` (k + 1, 1 + inputs + k): a row for each of ``k`` units, and the output's row last.

    Columns are the constant 1, the inputs and the units; a row reads only what comes before it.
    ``functions`` are the units' numbers in `FUNCTIONS`.
    """

    inputs: int
    functions: tuple[int, ...]
    weights: Floats

    @classmethod
    def of(cls, architecture: Architecture, theta: Floats, scales: Floats) -> Circuit:
        """Return what a network computes, over inputs that it saw divided by ``scales`` (inputs,)."""
        first, nonlinear = 1 + architecture.inputs, architecture.units - 1
        rows = np.zeros((architecture.layers * nonlinear + 1, first + architecture.layers * nonlinear))
        sums = np.zeros((architecture.features, rows.shape[1]))  # each feature as a sum of the circuit's columns
        sums[0, 0] = 1.0
        sums[np.arange(1, first), np.arange(1, first)] = 1.0 / scales
        for layer in range(architecture.layers + 1):
            read = sums[architecture.before(layer)].copy()
            done = 0
            for skip in architecture.skips(theta, layer):
                read += _combined(skip, sums[done : done + skip.shape[1]])
                done += skip.shape[1]
            arguments, bridges = _combined(architecture.matrix(theta, layer), read), architecture.bridges(theta, layer)
            if layer == architecture.layers:
                rows[-1] = arguments[0]
                rows[-1, 0] += bridges[0]
                break
            here = architecture.before(layer + 1).start
            sums[here] = bridges[0] * arguments[0]
            for unit in range(1, architecture.units):
                number = layer * nonlinear + unit - 1
                rows[number] = arguments[unit]
                sums[here + unit, first + number] = bridges[unit]
        functions = tuple(range(1, architecture.units)) * architecture.layers
        return cls(architecture.inputs, functions, rows).alive()

    @property
    def terms(self) -> int:
        """The number of weights that are not 0."""
        return int(np.count_nonzero(self.weights))

    def alive(self) -> Circuit:
        """Return it without the units that the output does not read, and with constant units as numbers."""
        weights, first = self.weights.copy(), 1 + self.inputs
        for unit, function in enumerate(self.functions):
            if not weights[unit, 1:].any():
                weights[:, 0] += weights[:, first + unit] * evaluated(function, weights[unit, :1])[0]
                weights[:, first + unit] = 0.0
        read = np.zeros(len(self.functions), dtype=bool)
        for unit in range(len(self.functions) - 1, -1, -1):
            later = np.append(read[unit + 1 :], True)
            read[unit] = weights[unit + 1 :, first + unit][later].any()
        columns = np.append(np.ones(first, dtype=bool), read)
        functions = tuple(function for function, kept in zip(self.functions, read, strict=True) if kept)
        return Circuit(self.inputs, functions, weights[np.append(read, True)][:, columns])

    def rescaled(self, factor: float, shift: float) -> Circuit:
        """Return it with the output times ``factor`` plus ``shift``."""
        weights = self.weights.copy()
        weights[-1] *= factor
        weights[-1, 0] += shift
        return self.with_weights(weights)

    def with_weights(self, weights: Floats) -> Circuit:
        """Return it with other weights."""
        return replace(self, weights=weights)

    def values(self, features: Floats) -> Floats:
        """Return all columns and the output, shape (columns + 1, n), from ``features`` (1 + inputs, n)."""
        first = 1 + self.inputs
        values = np.empty((first + len(self.functions) + 1, features.shape[1]))
        values[:first] = features
        for unit, function in enumerate((*self.functions, 0)):
            argument = np.zeros(features.shape[1])
            for column in np.flatnonzero(self.weights[unit]):  # one after the other: a fixed order of summation
                argument += self.weights[unit, column] * values[column]
            values[first + unit] = evaluated(function, argument)
        return values


def _combined(matrix: Floats, rows: Floats) -> Floats:
    """Return the matrix product, summed in a fixed order, wherever memory lies."""
    total = np.zeros((len(matrix), rows.shape[1]))
    for column, row in zip(matrix.T, rows, strict=True):
        total += column[:, None] * row
    return total


def evaluated(function: int, argument: Floats, guarded: bool = True) -> Floats:
    """Return a unit's values, as the network computes them, or without its guard."""
    name = FUNCTIONS[function]
    if name == "exp":
        return np.exp(np.minimum(argument, MOST_EXP) if guarded and function != FREE_EXP else argument)
    if name == "log":
        return np.log(np.maximum(argument, LEAST_LOG) if guarded else argument)
    return np.sin(argument) if name == "sin" else argument
