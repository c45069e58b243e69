"""`candidates`: formulas that may be the law of some variables, what takes longest last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.units import DataUnits
from smoothdistill_symmetry.combinations import combined
from smoothdistill_symmetry.effort import FULL, Effort
from smoothdistill_symmetry.parts import joined
from smoothdistill_symmetry.power import nearest_power
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.reducing import is_trusted, problems, together
from smoothdistill_symmetry.separability import splits
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Variable, times

Array = NDArray[np.float64]

Found = Iterator[tuple[Formula, Problem | None]]
"""Formulas over the inputs, each with the problem that it solves, if it is one of these."""

Way = Callable[[Problem], Iterator[Formula]]

WAYS: Sequence[Way] = (Problem.by_products, Problem.by_shapes, Problem.by_roots, Problem.by_waves)
"""What is tried first: each for all problems."""

LAST_WAYS: Sequence[Way] = (Problem.by_products_of_target, Problem.by_functions)
"""What is tried in the end, as it takes long."""

LEAST_NOISE = 3e-7
"""A smooth model of few groups that leaves more than this share of the variance leaves noise, if"""

ALIKE = 0.5
"""it leaves more than this share of what a model of all inputs leaves."""

CLEAN = 1e-4
"""A smooth model that leaves less than this share of the variance says nothing of noise by itself."""

AS_GOOD = 1.05
"""Elsewhere a formula that leaves no more than so many times what the model does leaves noise alone."""

SMOOTH = 0.01
"""The last ways are tried where a smooth model leaves less than this share of the variance."""


def candidates(
    variables: Sequence[Variable], X: Array, y: Array, effort: Effort = FULL, units: DataUnits | None = None
) -> Found:
    """Yield formulas over the inputs ``X`` (n, d) for ``y`` (n,), as a function of the variables."""
    if not variables:
        return
    if (power := nearest_power(variables, y)) is not None:
        problem = Problem(power, (), y / power.values, "powers")
        yield from ((formula, problem) for formula in problem.by_products())
    model = SmoothModel(_columns(variables), y)
    if is_trusted(model.left_out, y) and (pairs := list(model.pairs())):
        variables = together(variables, pairs)
        model = SmoothModel(_columns(variables), y)
    found = [replace(problem, effort=effort) for problem in problems(variables, y, units, model)]
    smoothed: list[tuple[Problem, float]] = []
    is_noise = False
    if effort is FULL:
        smoothed = [each.smoothed() for each in found if each.groups]
        least = min((error for problem, error in smoothed if len(problem.groups) < len(variables)), default=0.0)
        is_noise = least > max(ALIKE * model.left_out, LEAST_NOISE * float(np.var(y)))
    if not is_noise:
        left = np.inf
        for formula, problem in _by(WAYS, found):
            yield formula, problem
            if model.share > CLEAN:
                with np.errstate(all="ignore"):
                    left = np.fmin(left, np.mean((formula.predict(X) - y) ** 2))
        if model.share <= CLEAN or left > AS_GOOD * model.left_out:
            yield from _slowly(variables, X, y, model, found, effort)
    yield from _by(WAYS, [problem for problem, error in smoothed if is_trusted(error, y)])


def _by(ways: Sequence[Way], found: Sequence[Problem]) -> Iterator[tuple[Formula, Problem]]:
    for way in ways:
        for problem in found:
            yield from ((formula, problem) for formula in way(problem))


def _slowly(
    variables: Sequence[Variable], X: Array, y: Array, model: SmoothModel, found: Sequence[Problem], effort: Effort
) -> Found:
    """Yield what needs many fits, or searches of its own."""
    yield from _by([Problem.by_curves], found)
    if effort.depth and len(variables) > 1:
        yield from _by_combinations(variables, X, y, model, effort)
        if is_trusted(model.left_out, y):
            yield from ((formula, None) for formula in _by_parts(variables, X, y, model, effort))
            for problem in found[:2]:
                groups = [Variable(group.formula, group.values) for group in problem.groups]
                if len(variables) > len(groups) > 1:
                    for formula in _by_parts(groups, X, problem.y, problem.model(), effort):
                        yield problem.factor.before(formula), problem
    if effort.exact <= FULL.exact and model.share < SMOOTH:
        yield from _by(LAST_WAYS, found[:2])


def _by_combinations(variables: Sequence[Variable], X: Array, y: Array, model: SmoothModel, effort: Effort) -> Found:
    fewer = combined(variables, y, model)
    if fewer is not None:
        inner = replace(effort, depth=effort.depth - 1)
        for formula, problem in candidates(fewer.variables, X, fewer.over(y)[0], inner):
            yield (formula, problem) if fewer.factor is None else (times(fewer.factor.formula, formula), None)


def _by_parts(
    variables: Sequence[Variable], X: Array, y: Array, model: SmoothModel, effort: Effort
) -> Iterator[Formula]:
    for split in splits(model, _columns(variables), y):
        yield from joined(split, variables, X, y, candidates, effort)


def _columns(variables: Sequence[Variable]) -> Array:
    return np.column_stack([variable.values for variable in variables])
