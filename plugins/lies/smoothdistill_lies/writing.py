"""From a circuit to the pruned network and its formula, guards where intervals cannot prove that they never act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import Formula
from smoothdistill_core.formula import bounds
from smoothdistill_lies.architecture import FUNCTIONS
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.pruned_network import LARGEST, PrunedNetwork, coefficient
from smoothdistill_lies.space import Space
from smoothdistill_lies.unit_functions import FREE_EXP, LEAST_LOG, MOST_EXP

Floats = NDArray[np.float64]

STEEP = 100.0
"""exp of a constant up to this size is an ordinary number."""

NAMED_POWERS = {2.0: "square", 3.0: "cube", 0.5: "sqrt"}


def written(circuit: Circuit, space: Space) -> tuple[PrunedNetwork, Formula]:
    """Return what a circuit computes, as network and as formula over the task's inputs.

    An exp unit whose guard never acts hands its constant to its readers, as a factor: exp(a + b) = exp(a) exp(b).
    """
    return _Writer(circuit, space).result()


def freed(circuit: Circuit, space: Space) -> Circuit:
    """Return a circuit whose exp units have no guard, where their argument is bounded, and no constant.

    Each stands for a guarded unit with a constant so low that the guard never acts, read with a factor as large.
    """
    writer = _Writer(circuit, space)
    writer.result()
    functions, weights = list(circuit.functions), circuit.weights.copy()
    for unit, unbounded in enumerate(writer.unbounded):
        if FUNCTIONS[functions[unit]] == "exp" and not unbounded and _is_factor(weights[unit]):
            functions[unit] = FREE_EXP
            weights[:, 1 + circuit.inputs + unit] *= coefficient(weights[unit, 0])
            weights[unit, 0] = 0.0
    return Circuit(circuit.inputs, tuple(functions), weights)


class _Writer:
    """Writes unit after unit; ``columns`` are the formulas of all columns so far, ``bases`` of logarithms."""

    def __init__(self, circuit: Circuit, space: Space) -> None:
        self.weights, self.functions, self.space = circuit.weights.copy(), circuit.functions, space
        self.circuit = circuit.with_weights(self.weights)
        raw = [_affine(index, *pair) for index, pair in enumerate(zip(space.scales, space.shifts, strict=True))]
        one = Formula.constant(1.0)
        self.bases = [one, *raw]
        self.columns = [one, *(_call("log", base) if space.kind == "log" else base for base in raw)]
        self.guards: list[bool] = []
        self.unbounded: list[bool] = []

    def result(self) -> tuple[PrunedNetwork, Formula]:
        for unit, function in enumerate(self.functions):
            self._unit(unit, function)
        network = PrunedNetwork(self.circuit, self.space, tuple(self.guards))
        last = len(self.functions)
        if self.space.kind == "raw":
            return network, self._sum(last)
        factor, offset = network.scaling
        value = self._powers(last, factor)
        return network, _call("add", value, Formula.constant(offset)) if offset else value

    def _unit(self, unit: int, function: int) -> None:
        name = FUNCTIONS[function]
        as_powers = name == "exp" and self.space.kind == "log"
        weights = self.weights[unit]
        found = self._powers(unit, coefficient(weights[0])) if as_powers else self._sum(unit)
        low, high = (-np.inf, np.inf) if name == "sin" else bounds(found, self.space.box)
        limit, reached = (LARGEST if as_powers else MOST_EXP), name == "log"
        self.unbounded.append(not high < np.inf)
        if function == FREE_EXP:
            reached = False
        elif name == "exp":
            reached = not high <= limit
        elif name == "log":
            reached = not LEAST_LOG <= low < np.inf
        self.guards.append(reached and name != "sin")
        if name == "exp" and not reached and weights[0] and _is_factor(weights):
            self.weights[:, 1 + self.circuit.inputs + unit] *= coefficient(weights[0])
            weights[0] = 0.0
            found = self._powers(unit, 1.0) if as_powers else self._sum(unit)
        if self.guards[-1]:
            operator, end = ("min", limit) if name == "exp" else ("max", LEAST_LOG)
            found = _call(operator, found, Formula.constant(end))
        self.bases.append(found)
        self.columns.append(found if as_powers else _call(name, found))

    def _sum(self, row: int) -> Formula:
        """Write a row's weighted sum."""
        weights = self.weights[row]
        start = [Formula.constant(weights[0])] if weights[0] or not weights[1:].any() else []
        terms = [(weights[column], self.columns[column]) for column in range(1, len(weights)) if weights[column]]
        return _added(start, terms)

    def _powers(self, row: int, factor: float) -> Formula:
        """Write exp of a row's weighted sum as a product of powers times ``factor``."""
        network = PrunedNetwork(self.circuit, self.space, ())
        above, below = (
            [_power(self.bases[column], abs(exponent)) for column, exponent in network.exponents(row, sign)]
            for sign in (1.0, -1.0)
        )
        rest = [(weight, self.columns[column]) for column, weight in network.additions(row)]
        number = Formula.constant(factor)
        if not above:
            is_sign = factor in (1.0, -1.0) and rest
            found = _call("div", number, _product(below)) if below else None if is_sign else number
        else:
            found = _call("div", _product(above), _product(below)) if below else _product(above)
        if rest:
            exponential = _call("exp", _added([], rest))
            found = _call("mul", found, exponential) if found else exponential
        found = found or number
        if factor == -1.0 and (above or (rest and not below)):
            return _call("neg", found)
        # the factor stands last: multiplied into the first input, it would leave its rounding in that input's shift
        return _call("mul", found, number) if above and factor != 1.0 else found


def _is_factor(weights: Floats) -> bool:
    """Say whether the constant of an exp unit can be handed on: it is not all of it, and does not overflow."""
    return bool(weights[1:].any()) and abs(float(weights[0])) < STEEP


def _affine(index: int, scale: float, shift: float) -> Formula:
    """Write an input in the data's own units."""
    found = Formula.variable(index)
    if scale != 1.0:
        found = _call("mul", found, Formula.constant(scale))
    return _call("add", found, Formula.constant(shift)) if shift else found


def _added(start: list[Formula], terms: Iterable[tuple[float, Formula]]) -> Formula:
    found = start[0] if start else None
    for weight, term in terms:
        size = weight if found is None else abs(weight)
        scaled = term if size == 1.0 else _call("mul", Formula.constant(size), term)
        found = scaled if found is None else _call("add" if weight > 0.0 else "sub", found, scaled)
    return found or Formula.constant(0.0)


def _power(base: Formula, exponent: float) -> Formula:
    if exponent == 1.0:
        return base
    if exponent in NAMED_POWERS:
        return _call(NAMED_POWERS[exponent], base)
    return _call("pow", base, Formula.constant(exponent))


def _product(factors: Sequence[Formula]) -> Formula:
    return reduce(lambda left, right: _call("mul", left, right), factors)


def _call(operator: str, *arguments: Formula) -> Formula:
    return Formula.apply(operator, *arguments)
