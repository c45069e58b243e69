"""`pruned`: what is left of a formula when its parts go one by one, the constants of the rest fitted anew each time.

A search returns formulas that are longer than what they say: terms that hardly matter, a bend where a line does, a
guarded division by what is never near 0. Pruning finds the shorter formulas on the way, which no search of the same
length may have met.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.angles import angles_joined, phases_dropped
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.trimming import plain, plain_powers, shorter
from smoothdistill_core.searching.drawn import drawn
from smoothdistill_core.searching.refit import EVALUATIONS, refitted

Array = NDArray[np.float64]

MOST_ROWS = 300
"""Constants are fitted anew on at most so many rows at each step."""

TRIED = 20
"""Of all formulas that are one part shorter so many are fitted, the most promising by a factor and an offset alone."""

FEW_EVALUATIONS = 4
"""How many sets of constants those get; the one that is kept gets as many as any fit."""

DIV = OPERATORS["div"]


def pruned(
    formula: Formula,
    X: Array,
    y: Array,
    weights: Array | None = None,
    allowed: Callable[[Formula], bool] | None = None,
) -> Iterator[Formula]:
    """Yield ever shorter formulas that ``formula`` shrinks to, fitted to ``y`` (n,) at ``X`` (n, d), longest first.

    At each step that part goes whose loss costs the least squared error for each node that it saves. Formulas that are
    not ``allowed`` (have a pole, say) are passed over. Of many rows `MOST_ROWS` are looked at, drawn by chance.
    """
    seen = drawn(len(y), MOST_ROWS)
    X, y = X[seen], y[seen]
    weights = np.ones(len(y)) if weights is None else weights[seen]
    left = _fitted(formula, X, y, weights)
    error = squared_error(left, X, y, weights)
    while (step := _step(left, error, X, y, weights, allowed)) is not None:
        left, error = step
        yield left


def _step(
    formula: Formula, error: float, X: Array, y: Array, weights: Array, allowed: Callable[[Formula], bool] | None
) -> tuple[Formula, float] | None:
    """Return the best formula that is shorter, or divides where this one guards a division, and its error.

    Shorter are those that lack a part, and those in which two summands are one sine, a sine has no phase, or a power is
    a plain one.
    """

    def price(candidate: Formula, its: float) -> float:
        return max(its - error, 0.0) / max(formula.complexity - candidate.complexity, 0.5)

    ways = (shorter, _divided, angles_joined, phases_dropped, plain_powers)
    relatives = {each.nodes: each for way in ways for each in way(formula)}.values()
    by_scale = [(each, _error_at_best_scale(each, X, y, weights)) for each in relatives]
    by_scale = sorted((pair for pair in by_scale if math.isfinite(pair[1])), key=lambda pair: (price(*pair), pair[1]))
    fitted = [_fitted(each, X, y, weights, FEW_EVALUATIONS) for each, _ in by_scale[:TRIED]]
    priced = [
        (price(each, off), off, each) for each in fitted if math.isfinite(off := squared_error(each, X, y, weights))
    ]
    for *_, each in sorted(priced, key=lambda found: found[:2]):
        left = _fitted(each, X, y, weights)
        off = squared_error(left, X, y, weights)
        if math.isfinite(off) and _size(left) < _size(formula) and (allowed is None or allowed(left)):
            return left, off
    return None


def _fitted(formula: Formula, X: Array, y: Array, weights: Array, evaluations: int = EVALUATIONS) -> Formula:
    """Return the formula with the constants that fit best, tidied; what a refit wrote anew is, but for quotients."""
    found = refitted(formula, X, y, weights, evaluations=evaluations)
    return plain(found) if found is formula or _size(found)[0] else found


def _divided(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with a plain division in place of an analytic quotient, for each of these."""
    for place, node in enumerate(formula.nodes):
        if isinstance(node, Operator) and node.name == "analytic_quotient":
            yield Formula((*formula.nodes[:place], DIV, *formula.nodes[place + 1 :]))


def _size(formula: Formula) -> tuple[int, int]:
    """Return how many analytic quotients a formula has, each of which reads as a division and a root, and its nodes."""
    quotients = sum(isinstance(node, Operator) and node.name == "analytic_quotient" for node in formula.nodes)
    return quotients, formula.complexity


def squared_error(formula: Formula, X: Array, y: Array, weights: Array) -> float:
    """Return the sum of weighted squared errors of a formula of ``y`` (n,) at ``X`` (n, d)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(weights @ (formula.predict(X) - y) ** 2)


def _error_at_best_scale(formula: Formula, X: Array, y: Array, weights: Array) -> float:
    """Return the squared error of the formula times a factor plus an offset."""
    with np.errstate(all="ignore"):
        shares = weights / weights.sum()
        value = formula.predict(X)
        value, target = value - shares @ value, y - shares @ y
        spread = float(weights @ value**2)
        factor = float(weights @ (value * target)) / spread if spread > 0 else 0.0
        return float(weights @ (target - factor * value) ** 2)
