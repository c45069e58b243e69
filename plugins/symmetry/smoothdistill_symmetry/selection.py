"""`best_laws`: of all that a search found, what is worth its length; under noise constants are fitted first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import OPERATORS, Constant, Formula, tidied
from smoothdistill_core.formula.constants import constants
from smoothdistill_core.formula.evaluation import arguments_of
from smoothdistill_core.searching import front, refitted
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.search import ROWS, Law, error_of

Array = NDArray[np.float64]

POW = OPERATORS["pow"]

FITTED = 40
"""So many formulas are fitted, those that come closest,"""

OF_EACH_LENGTH = 4
"""and so many of each number of nodes."""

SAME = 1e-6
"""Formulas whose errors differ by a smaller share of them compute the same."""

EVALUATIONS = 30
"""A fit may try so many sets of constants."""


def best_laws(laws: Sequence[Law], X: Array, y: Array, weights: Array | None = None) -> list[Law]:
    """Return the laws of ``y`` (n,) at ``X`` (n, d) that are better than all shorter ones, the shortest first.

    Where none is exact, a law has to lower what is left by more than its further constants would lower noise: the
    criterion is n log(mean square) + k (log(n) + log(m)) for k constants (Schwarz, and Chen and Chen 2008), as the best
    of m laws is near some noise. Exponents that are no halves count twice: c/x is likelier than x^-1.001. Squares count
    by the ``weights`` (n,).
    """
    laws = [law for law in {law.formula: law for law in reversed(laws)}.values() if law.error < 1.0]
    if any(law.is_exact for law in laws):
        return _with_own_symmetries(front(laws, size=_size, error=lambda law: law.error))
    tidy = list({law.formula: law for law in (replace(law, formula=tidied(law.formula)) for law in laws)}.values())
    price = 0.5 * math.log(len(y) * max(len(tidy), 1)) / len(y)

    def criterion(law: Law) -> float:
        return law.error * math.exp(price * _constants(law.formula))

    fitted = list(_fitted(tidy, X, y, weights))
    best = front(fitted, size=_size, error=criterion, worth=SAME)
    return _with_own_symmetries([replace(law, problem=_simplest_problem(law, fitted)) for law in best])


def _with_own_symmetries(laws: Sequence[Law]) -> list[Law]:
    """Return the laws of a front; a product that a longer one is nearer to the data than has no symmetry of theirs."""
    products = [law.problem is not None and law.problem.source == "powers" for law in laws[:-1]]
    return [replace(law, problem=None) if one else law for law, one in zip(laws, [*products, False], strict=False)]


def _simplest_problem(law: Law, laws: Sequence[Law]) -> Problem | None:
    """Return, of the problems that led to one and the same function, that with the most symmetries."""
    same = [other for other in laws if abs(other.error - law.error) < SAME * law.error]
    problems = [other.problem for other in same if other.problem is not None]
    return min(problems, key=lambda problem: len(problem.groups), default=None)


def _size(law: Law) -> int:
    return law.formula.complexity


def _constants(formula: Formula) -> int:
    """Return how many constants a formula has, those twice that are exponents and no halves."""
    nodes = formula.nodes
    powers = (of_it[1] for node, of_it in zip(nodes, arguments_of(nodes), strict=True) if node is POW)
    exponents = [node.value for node in map(nodes.__getitem__, powers) if isinstance(node, Constant)]
    return len(constants(formula)) + sum(not (2.0 * exponent).is_integer() for exponent in exponents)


def _fitted(laws: Sequence[Law], X: Array, y: Array, weights: Array | None) -> Iterator[Law]:
    """Yield the laws that come closest, with the constants that fit best."""
    few = None if weights is None else weights[:ROWS]
    of_this_length: Counter[int] = Counter()
    for place, law in enumerate(sorted(laws, key=lambda law: law.error)):
        of_this_length[_size(law)] += 1
        if place < FITTED or of_this_length[_size(law)] <= OF_EACH_LENGTH:
            formula = refitted(law.formula, X[:ROWS], y[:ROWS], few, rescale=False, evaluations=EVALUATIONS)
            yield replace(law, formula=formula, error=error_of(formula, X, y, weights))
