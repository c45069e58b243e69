"""`found_laws`: what the whole search finds for inputs and a target in the data's own units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.dictionary import power_products, waves
from smoothdistill_symmetry.relations import relations
from smoothdistill_symmetry.shapes import shapes
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Term, Variable, times

Array = NDArray[np.float64]

EXACT = 1e-10
"""What is left of the target, as a share of it, by a law that is exact."""

HIGHEST = {1: 6, 2: 4, 3: 3, 4: 2, 5: 2}
"""The highest power products of so many groups."""

MOST = 6
"""A relation has so many terms at most."""

PROBLEMS = 4

TRUSTED = 0.05
"""A smooth model that misses more of the variance at rows left out tells nothing of symmetries."""


@dataclass(frozen=True, eq=False)
class Problem:
    """``factor`` times a function of ``groups`` is the target: ``y`` (n,) is what that function has to be."""

    factor: Term
    groups: tuple[Term, ...]
    y: Array

    @property
    def by_powers(self) -> Iterator[Formula]:
        """What sums of power products give."""
        if not self.groups:
            yield times(Formula.constant(float(np.mean(self.y))), self.factor.formula)
        elif len(self.groups) in HIGHEST:
            yield from relations(
                power_products(self.groups, HIGHEST[len(self.groups)]), self.factor, self.y, MOST, EXACT
            )

    @property
    def by_shapes(self) -> Iterator[Formula]:
        """What functions of one variable give."""
        if len(self.groups) == 1:
            yield from shapes(self.groups[0], self.factor, self.y)

    @property
    def by_waves(self) -> Iterator[Formula]:
        """What sums of waves and power products give."""
        if len(self.groups) in (1, 2, 3):
            highest = min(3, HIGHEST[len(self.groups)])
            found = waves(self.groups, highest - 1)
            if found:
                powers = power_products(self.groups, highest)[:40]
                yield from relations([*powers, *found], self.factor, self.y, MOST, EXACT)


def found_laws(X: Array, y: Array) -> Iterator[tuple[Formula, float]]:
    """Yield laws and their errors, as a share of the target's standard deviation, until one is exact."""
    for formula in _candidates(X, y):
        with np.errstate(all="ignore"):
            left = formula.predict(X) - y
        if np.isfinite(left).all():
            error = float(np.sqrt(np.mean(left**2)) / np.std(y))
            yield formula, error
            if error < EXACT:
                return


def _candidates(X: Array, y: Array) -> Iterator[Formula]:
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(X.shape[1])]
    if (X > 0).all() and ((y > 0).all() or (y < 0).all()):
        logs = np.column_stack([np.ones(len(y)), np.log(X)])
        powers = np.linalg.lstsq(logs, np.log(np.abs(y)), rcond=None)[0][1:]
        power = Term.of(variables, np.round(powers * 2) / 2)
        yield times(Formula.constant(float(y @ power.values / (power.values @ power.values))), power.formula)
    model = SmoothModel.of(X, y)
    pairs = list(model.pairs()) if model.left_out < TRUSTED else []
    if pairs:
        variables = _together(variables, pairs)
        model = SmoothModel.of(np.column_stack([variable.values for variable in variables]), y)
    problems = list(_problems(variables, y, model))
    for problem in problems:
        yield from problem.by_powers
    for problem in problems:
        yield from problem.by_shapes
    for problem in problems:
        yield from problem.by_waves


def _problems(variables: Sequence[Variable], y: Array, model: SmoothModel) -> Iterator[Problem]:
    """Yield what symmetries make of the problem, if they hold."""
    one = Term.of(variables, [0.0] * len(variables))
    count = 0
    for reduction in model.reductions() if model.left_out < TRUSTED else ():
        factor = Term.of(variables, reduction.factor)
        groups = tuple(Term.of(variables, powers) for powers in reduction.groups)
        left = y / factor.values
        if groups:
            again = SmoothModel.of(np.column_stack([group.values for group in groups])[:300], left[:300])
            if again.left_out > 100.0 * model.left_out + 1e-3:
                continue
        yield Problem(factor, groups, left)
        count += 1
        if count == PROBLEMS:
            return
    if not count and len(variables) <= 4:
        plain = tuple(Term.of(variables, powers) for powers in np.eye(len(variables)))
        yield Problem(one, plain, y)


def _together(variables: Sequence[Variable], pairs: Sequence[tuple[int, int, float]]) -> list[Variable]:
    """Return the variables with pairs of them replaced by their difference or sum, positive where that can be."""
    gone = {place for pair in pairs for place in pair[:2]}
    made = []
    for i, j, sign in pairs:
        first, second = variables[i], variables[j]
        if sign < 0 and (first.values < second.values).all():
            first, second = second, first
        operator = "add" if sign > 0 else "sub"
        made.append(
            Variable(Formula.apply(operator, first.formula, second.formula), first.values + sign * second.values)
        )
    return [variable for place, variable in enumerate(variables) if place not in gone] + made
