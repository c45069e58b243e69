"""`shapley_values`: what each column adds to what a formula gives for a row, exactly where it can be done.

A column's value is its mean contribution over all orders in which the columns of the row can take the place of those of
a background row, and over all background rows (Shapley 1953; Lundberg and Lee 2017, interventional). Values of a sum
are the sums of the values of its parts, so only the columns that stand together in one part have orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Variable
from smoothdistill_core.formula.operators.operator import Operator

Array = NDArray[np.float64]

MOST_COLUMNS = 8
"""A part with more columns has values by chance: of two orders for each background row, one the other's reverse."""

MOST_ROWS = 200_000
"""So many rows are computed at a time."""


def shapley_values(
    formula: Formula, columns: Sequence[Sequence[int]], X: Array, background: Array, seed: int = 0
) -> Array:
    """Return the values (n, c) of c columns, each some inputs of a formula, for inputs (n, d) against (m, d).

    They add to the difference of what the formula gives and its mean over the background.
    """
    values = np.zeros((len(X), len(columns)))
    for part in addends(formula):
        joined = [place for place, inputs in enumerate(columns) if part.inputs.intersection(inputs)]
        of = [list(columns[place]) for place in joined]
        if joined:
            if len(joined) <= MOST_COLUMNS:
                values[:, joined] += _exact(part, of, X, background)
            else:
                values[:, joined] += _by_chance(part, of, X, background, np.random.default_rng(seed))
    return values


@dataclass(frozen=True)
class _Sum:
    whole: Formula
    parts: tuple[Formula, ...]

    def each(self, operator: str, *others: Formula) -> tuple[Formula, ...]:
        return tuple(Formula.apply(operator, part, *others) for part in self.parts)


def addends(formula: Formula) -> tuple[Formula, ...]:
    """Return formulas whose sum it is, as many as its own sums, differences and constant factors tell."""

    def leaf(node: Variable | Constant) -> _Sum:
        whole = Formula((node,))
        return _Sum(whole, (whole,))

    def apply(operator: Operator, *of: _Sum) -> _Sum:
        whole = Formula.apply(operator.name, *(each.whole for each in of))
        if operator.name == "add":
            return _Sum(whole, of[0].parts + of[1].parts)
        if operator.name == "sub":
            return _Sum(whole, of[0].parts + of[1].each("neg"))
        if operator.name == "neg":
            return _Sum(whole, of[0].each("neg"))
        if operator.name in ("mul", "div") and not of[1].whole.inputs:
            return _Sum(whole, of[0].each(operator.name, of[1].whole))
        if operator.name == "mul" and not of[0].whole.inputs:
            return _Sum(whole, of[1].each("mul", of[0].whole))
        return _Sum(whole, (whole,))

    return formula.fold(leaf, apply).parts


def _exact(part: Formula, columns: list[list[int]], X: Array, background: Array) -> Array:
    """Return the values of columns (n, c), from every set of columns that can be the row's."""
    count = len(columns)
    means = {
        taken: _mean(part, [place for column in taken for place in columns[column]], X, background)
        for size in range(count + 1)
        for taken in combinations(range(count), size)
    }
    values = np.zeros((len(X), count))
    for taken, mean in means.items():
        for column in range(count):
            if column not in taken:
                weight = factorial(len(taken)) * factorial(count - len(taken) - 1) / factorial(count)
                values[:, column] += weight * (means[tuple(sorted((*taken, column)))] - mean)
    return values


def _mean(part: Formula, inputs: list[int], X: Array, background: Array) -> Array:
    """Return the mean (n,) over the background where some inputs are those of the row."""
    if not inputs:
        return np.full(len(X), part.predict(background).mean())
    means = np.empty(len(X))
    at_once = max(1, MOST_ROWS // len(background))
    for begin in range(0, len(X), at_once):
        rows = X[begin : begin + at_once]
        mixed = np.tile(background, (len(rows), 1))
        mixed[:, inputs] = np.repeat(rows[:, inputs], len(background), axis=0)
        means[begin : begin + at_once] = part.predict(mixed).reshape(len(rows), -1).mean(axis=1)
    return means


def _by_chance(part: Formula, columns: list[list[int]], X: Array, background: Array, rng: np.random.Generator) -> Array:
    """Return the values of columns (n, c), from two orders for each background row."""
    values = np.zeros((len(X), len(columns)))
    for row in background:
        order = rng.permutation(len(columns))
        for way in (order, order[::-1]):
            mixed = np.tile(row, (len(X), 1))
            before = part.predict(mixed)
            for column in way:
                mixed[:, columns[column]] = X[:, columns[column]]
                after = part.predict(mixed)
                values[:, column] += after - before
                before = after
    return values / (2 * len(background))
