"""`candidates`: formulas that may be the law of some variables, what takes longest last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.units import DataUnits
from smoothdistill_symmetry.combinations import combined
from smoothdistill_symmetry.effort import FULL, OF_NOISY, Effort
from smoothdistill_symmetry.model import Model
from smoothdistill_symmetry.noise import leaves_noise
from smoothdistill_symmetry.noisy_parts import noisy_splits
from smoothdistill_symmetry.parts import joined
from smoothdistill_symmetry.power import nearest_powers
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.reducing import AS_GOOD, is_trusted, problems, together
from smoothdistill_symmetry.separability import Split, splits
from smoothdistill_symmetry.term import Variable, columns, times
from smoothdistill_symmetry.weighted_sums import in_weighted_sums

Array = NDArray[np.float64]

Found = Iterator[tuple[Formula, Problem | None]]
"""Formulas over the inputs, each with the problem that it solves, if it is one of these."""

Way = Callable[[Problem], Iterator[Formula]]

WAYS: Sequence[Way] = (Problem.by_products, Problem.by_shapes, Problem.by_roots, Problem.by_waves)
"""What is tried first: each for all problems."""

LAST_WAYS: Sequence[Way] = (Problem.by_products_of_target, Problem.by_functions)
"""What is tried in the end, as it takes long."""

SMOOTH = 0.01
"""The last ways are tried where a smooth model leaves less than this share of the variance."""


def candidates(
    variables: Sequence[Variable],
    X: Array,
    y: Array,
    effort: Effort = FULL,
    units: DataUnits | None = None,
    model: Model | None = None,
    roots: Array | None = None,
) -> Found:
    """Yield formulas over the inputs ``X`` (n, d) for ``y`` (n,), as a function of the variables.

    ``model`` is one that is there already; what it says of the target is as good as noise. ``roots`` (n,) are those of
    the rows' weights, where they have any.
    """
    if not variables:
        return
    for power in nearest_powers(variables, y, roots):
        with np.errstate(all="ignore"):
            problem = Problem(power, (), y / power.values, "powers", roots=roots)
        if problem.has_values:
            yield from ((formula, problem) for formula in problem.by_products())
    whole = Problem.whole(variables, y, effort, model, roots)
    if is_trusted(whole.smooth.left_out, y) and (pairs := list(whole.smooth.pairs())):
        variables = together(variables, pairs)
        whole = Problem.whole(variables, y, effort, roots=roots)
    found = problems(whole, units)
    noisy = effort is FULL and (model is not None or leaves_noise([*found, whole]))
    if not noisy:
        yield from _by(WAYS, found)
        yield from _slowly(variables, X, y, whole.smooth, found, effort, roots)
    if effort is FULL:
        trusted = [each for each in found if each.groups and is_trusted(each.smooth.left_out, y)]
        yield from _by((*WAYS, Problem.by_curves), [each.smoothed for each in trusted])
        if noisy and not trusted:
            yield from _by(WAYS, found)
        if noisy:
            yield from _by([Problem.by_superpositions], found)
        if len(variables) > 1:
            apart = noisy_splits(whole.smooth, columns(variables), y)
            yield from ((formula, None) for formula in _by_parts(apart, variables, X, y, OF_NOISY))
        sums = in_weighted_sums(variables, whole.smooth) if is_trusted(whole.smooth.left_out, y) else None
        if sums is not None and Problem.whole(sums, y, effort, roots=roots).error < AS_GOOD * whole.error:
            yield from candidates(sums, X, y, effort, roots=roots)


def _by(ways: Sequence[Way], found: Sequence[Problem]) -> Iterator[tuple[Formula, Problem]]:
    for way in ways:
        for problem in found:
            yield from ((formula, problem) for formula in way(problem))


def _slowly(
    variables: Sequence[Variable],
    X: Array,
    y: Array,
    model: Model,
    found: Sequence[Problem],
    effort: Effort,
    roots: Array | None,
) -> Found:
    """Yield what needs many fits, or searches of its own."""
    yield from _by([Problem.by_curves, Problem.by_superpositions], found)
    if effort.depth and len(variables) > 1:
        yield from _by_combinations(variables, X, y, model, effort, roots)
        if is_trusted(model.left_out, y):
            apart = splits(model, columns(variables), y)
            yield from ((formula, None) for formula in _by_parts(apart, variables, X, y, effort))
            for problem in found[:2]:
                groups = [Variable(group.formula, group.values) for group in problem.groups]
                if len(variables) > len(groups) > 1:
                    apart = splits(problem.smooth, columns(groups), problem.y)
                    for formula in _by_parts(apart, groups, X, problem.y, effort):
                        yield problem.factor.before(formula), problem
    if effort.exact <= FULL.exact and model.share < SMOOTH:
        yield from _by(LAST_WAYS, found[:2])


def _by_combinations(
    variables: Sequence[Variable], X: Array, y: Array, model: Model, effort: Effort, roots: Array | None
) -> Found:
    fewer = combined(variables, y, model)
    if fewer is not None:
        inner = replace(effort, depth=effort.depth - 1)
        for formula, problem in candidates(fewer.variables, X, fewer.over(y)[0], inner, roots=roots):
            yield (formula, problem) if fewer.factor is None else (times(fewer.factor.formula, formula), None)


def _by_parts(
    apart: Iterable[Split], variables: Sequence[Variable], X: Array, y: Array, effort: Effort
) -> Iterator[Formula]:
    for split in apart:
        yield from joined(split, variables, X, y, candidates, effort)
