"""`PrunedNetwork`: a circuit in its space, evaluated with numpy, with guards only where data could reach them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_lies.architecture import FUNCTIONS
from smoothdistill_lies.circuit import Circuit, evaluated
from smoothdistill_lies.space import Space, restoring
from smoothdistill_lies.unit_functions import LEAST_LOG, MOST_EXP

Floats = NDArray[np.float64]

LARGEST = math.exp(MOST_EXP)
"""The largest value of an exp unit with its guard."""


@dataclass(frozen=True, eq=False)
class PrunedNetwork:
    """Predicts the target of a task from its inputs; ``guards`` says of each unit whether it has its guard.

    In log space a weighted sum s of logarithms that only goes through exp, as exp units and the target do,
    is computed as the product of powers that it stands for. It is the same wherever the logarithms exist.
    """

    circuit: Circuit
    space: Space
    guards: tuple[bool, ...]

    def predict(self, X: Floats) -> Floats:
        """Return the prediction for each row of ``X`` (n, d)."""
        with np.errstate(all="ignore"):
            values, bases = self._columns(X)
            if self.space.kind == "raw":
                return self._total(len(self.circuit.functions), values)
            factor, offset = self.scaling
            return self._powers(len(self.circuit.functions), values, bases, factor) + offset

    def _columns(self, X: Floats) -> tuple[list[Floats], list[Floats]]:
        """Return the constant, the inputs and the units, and of logarithms what they are taken of."""
        values, raw = list(self.space.features(X)), self.space.raw(X)
        bases = [values[0], *raw.T]
        for unit, function in enumerate(self.circuit.functions):
            guarded, bases = self.guards[unit], [*bases, values[0]]
            if FUNCTIONS[function] == "exp" and self.space.kind == "log":
                found = self._powers(unit, values, bases, coefficient(self.circuit.weights[unit, 0]))
                values.append(np.minimum(found, LARGEST) if guarded else found)
                continue
            argument = self._total(unit, values)
            if FUNCTIONS[function] == "log":
                bases[-1] = np.maximum(argument, LEAST_LOG) if guarded else argument
            values.append(evaluated(function, argument, guarded))
        return values, bases

    def _total(self, row: int, values: list[Floats]) -> Floats:
        """Return a row's weighted sum, shape (n,)."""
        weights = self.circuit.weights[row]
        found = np.full(len(values[0]), weights[0])
        for column in np.flatnonzero(weights[1:]) + 1:
            found = found + weights[column] * values[column]
        return found

    def _powers(self, row: int, values: list[Floats], bases: list[Floats], factor: float) -> Floats:
        """Return exp of a row's weighted sum, the constant replaced by ``factor``, as a product of powers."""
        found = np.ones(len(values[0]))
        for sign in (1.0, -1.0):
            side = np.ones(len(found))
            for column, exponent in self.exponents(row, sign):
                side = side * power(bases[column], abs(exponent))
            found = found * side if sign > 0.0 else found / side
        rest = np.zeros(len(found))
        for column, weight in self.additions(row):
            rest = rest + weight * values[column]
        return np.asarray(found * np.exp(rest) * factor)

    def exponents(self, row: int, sign: float) -> Iterator[tuple[int, float]]:
        """Yield column and exponent of the factors of a row, those with exponents of one sign.

        Factors are the inputs and what log units take the logarithm of.
        """
        weights = self.circuit.weights[row]
        for column in range(1, len(weights)):
            if weights[column] * sign > 0.0 and self.is_logarithm(column):
                yield column, float(weights[column])

    def additions(self, row: int) -> Iterator[tuple[int, float]]:
        """Yield column and weight of the terms of a row that are no logarithms."""
        weights = self.circuit.weights[row]
        for column in range(1, len(weights)):
            if weights[column] and not self.is_logarithm(column):
                yield column, float(weights[column])

    def is_logarithm(self, column: int) -> bool:
        """Say whether a column is a logarithm: an input of log space, or a log unit."""
        inputs = self.circuit.inputs
        return column <= inputs or FUNCTIONS[self.circuit.functions[column - 1 - inputs]] == "log"

    @property
    def scaling(self) -> tuple[float, float]:
        """The factor before the product, and what is added, for a standardised target; log space only."""
        factor = coefficient(self.circuit.weights[-1, 0])
        return restoring(factor, self.space.spread), -self.space.mean / self.space.spread


def coefficient(logarithm: float) -> float:
    """Return exp of a constant, 1.5 where its logarithm is that of 1.5."""
    return float(f"{math.exp(min(logarithm, 700.0)):.15g}")


def power(base: Floats, exponent: float) -> Floats:
    """Return a power as formulas compute it: squares, cubes and roots by their own operators."""
    if exponent == 2.0:
        return np.square(base)
    if exponent == 3.0:
        return np.asarray(base * base * base)
    if exponent == 0.5:
        return np.sqrt(base)
    return base if exponent == 1.0 else np.power(base, exponent)
