"""`found_laws`: what the whole search finds for inputs and a target in the data's own units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.combinations import combined
from smoothdistill_symmetry.curves import curves
from smoothdistill_symmetry.dictionary import functions, products, waves
from smoothdistill_symmetry.effort import FULL, Effort
from smoothdistill_symmetry.parts import joined
from smoothdistill_symmetry.poles import divides_across_0
from smoothdistill_symmetry.relations import relations, roots
from smoothdistill_symmetry.separability import splits
from smoothdistill_symmetry.shapes import shapes
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Term, Variable, times

Array = NDArray[np.float64]

ROWS = 2000
"""So many rows, the first ones, are searched; all of them judge what is found."""

FOUND = 1e-9
"""What is left of it, as a share of its standard deviation, by a law that ends the search."""

TERMS = {1: 13, 2: 40, 3: 60, 4: 60, 5: 60}
"""So many products of so many groups."""

MORE_TERMS = 90
"""So many products are tried last."""

PROBLEMS = 4

AS_GOOD = 1.05
"""A formula that misses no more than so many times what the smooth model does leaves noise alone."""

CLEAN = 1e-4
"""A smooth model that misses less of the variance at rows left out says nothing of noise."""

TRUSTED = 0.05
"""A smooth model that misses more of the variance at rows left out tells nothing of symmetries."""


@dataclass(frozen=True, eq=False)
class Problem:
    """``factor`` times a function of ``groups`` is the target: ``y`` (n,) is what that function has to be."""

    factor: Term
    groups: tuple[Term, ...]
    y: Array
    effort: Effort = FULL

    def text(self, names: Sequence[str] | None = None) -> str:
        """Say what the symmetries are, in words, with the names of the inputs; nothing where there are none."""
        alone = " and ".join(group.formula.text(names) for group in self.groups)
        if self.factor.is_one:
            return f"it depends on {alone} alone" if len(self.groups) < len(self.factor.variables) else ""
        scales = f"it scales as {self.factor.formula.text(names)} does"
        return f"{scales}, and depends otherwise on {alone} alone" if self.groups else f"{scales}, and on nothing else"

    def by_products(self) -> Iterator[Formula]:
        """Yield what sums of products give."""
        if not self.groups:
            power, y = self.factor.values, self.y * self.factor.values
            yield times(Formula.constant(float(y @ power / (power @ power))), self.factor.formula)
        elif len(self.groups) in TERMS:
            yield from relations(self._products, self.factor, self.y, self.effort.most, self.effort.exact)

    def by_products_of_target(self) -> Iterator[Formula]:
        """Yield what sums of products give where errors count as those of the target."""
        if len(self.groups) in TERMS:
            yield from relations(
                lambda power: products(self.groups, self.factor**power, MORE_TERMS),
                self.factor,
                self.y,
                self.effort.most,
                self.effort.exact,
                of_target=True,
            )

    def by_roots(self) -> Iterator[Formula]:
        """Yield what a square root plus a sum gives."""
        if 0 < len(self.groups) <= 4:
            yield from roots(
                lambda power: self._products(power)[:24], self.factor, self.y, self.effort.most, self.effort.exact
            )

    def by_shapes(self) -> Iterator[Formula]:
        """Yield what functions of one variable give."""
        if len(self.groups) == 1:
            yield from shapes(self.groups[0], self.factor, self.y)

    def by_curves(self) -> Iterator[Formula]:
        """Yield what functions of one variable give that is shifted, or to which something is added."""
        if len(self.groups) == 1:
            yield from curves(self.groups[0], self.factor, self.y)

    def by_waves(self) -> Iterator[Formula]:
        """Yield what sums of waves and products give."""
        if len(self.groups) in (1, 2, 3) and waves(self.groups, self.factor, 1):
            yield from relations(
                lambda power: [*self._products(power)[:40], *waves(self.groups, self.factor**power, 16)],
                self.factor,
                self.y,
                self.effort.most,
                self.effort.exact,
            )

    def by_functions(self) -> Iterator[Formula]:
        """Yield what sums of products of waves, exponentials and powers give."""
        if 1 < len(self.groups) <= 4:
            yield from relations(
                lambda _: functions(self.groups, 120),
                self.factor,
                self.y,
                self.effort.most,
                self.effort.exact,
            )

    def _products(self, power: int) -> list[Term]:
        """Return products for what scales as a power of the factor."""
        return products(self.groups, self.factor**power, TERMS[len(self.groups)])


Way = Callable[[Problem], Iterator[Formula]]

WAYS: Sequence[Way] = (Problem.by_products, Problem.by_shapes, Problem.by_roots, Problem.by_waves)
"""What is tried first: each for all problems."""

LAST_WAYS: Sequence[Way] = (Problem.by_products_of_target, Problem.by_functions)
"""What is tried in the end, as it takes long."""


@dataclass(frozen=True)
class Law:
    """A formula over the inputs, its error as a share of the target's standard deviation, and what it was found by."""

    formula: Formula
    error: float
    problem: Problem | None = None


def found_laws(X: Array, y: Array, most: int) -> Iterator[Law]:
    """Yield laws of ``y`` (n,) at ``X`` (n, d), until one is exact; of others none has a pole among the rows.

    Of more than ``most`` inputs those are looked at that a smooth model depends on most.
    """
    for formula, problem in _candidates(_variables(X[:ROWS], y[:ROWS], most), X[:ROWS], y[:ROWS], FULL):
        with np.errstate(all="ignore"):
            error = float(np.sqrt(np.mean((formula.predict(X) - y) ** 2)) / np.std(y))
        if np.isfinite(error):
            law = Law(formula, error, problem)
            if law.error >= FOUND and divides_across_0(formula, X):
                continue
            yield law
            if law.error < FOUND:
                return


def _variables(X: Array, y: Array, most: int) -> list[Variable]:
    """Return the inputs that vary; of more than ``most`` those that matter most."""
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(X.shape[1]) if np.ptp(X[:, i]) > 0]
    if len(variables) > most:
        matters = SmoothModel.of(_columns(variables), y).influence
        variables = [variables[place] for place in sorted(np.argsort(-matters, kind="stable")[:most])]
    return variables


def _candidates(
    variables: list[Variable], X: Array, y: Array, effort: Effort
) -> Iterator[tuple[Formula, Problem | None]]:
    """Yield formulas over the inputs ``X`` (n, d) for ``y`` (n,), as a function of the variables."""
    if not variables:
        return
    if (power := _power(variables, y)) is not None:
        problem = Problem(power, (), y / power.values)
        yield from ((formula, problem) for formula in problem.by_products())
    model = SmoothModel.of(_columns(variables), y)
    pairs = list(model.pairs()) if model.left_out < TRUSTED else []
    if pairs:
        variables = _together(variables, pairs)
        model = SmoothModel.of(_columns(variables), y)
    problems = list(_problems(variables, y, model, effort))
    missed = np.inf
    for formula, found in _by(WAYS, problems):
        yield formula, found
        with np.errstate(all="ignore"):
            missed = np.fmin(missed, model.missed(formula.predict(X), y))
    if model.left_out > CLEAN and missed < AS_GOOD * model.left_out:
        return  # what is left is noise
    yield from _by([Problem.by_curves], problems)
    if effort.depth and len(variables) > 1:
        if (fewer := combined(variables, y, model)) is not None:
            inner = replace(effort, depth=effort.depth - 1)
            for formula, its in _candidates(fewer.variables, X, _over(y, fewer.factor), inner):
                yield (formula, its) if fewer.factor is None else (times(fewer.factor.formula, formula), None)
        if model.left_out < TRUSTED:
            yield from _by_parts(variables, X, y, model, effort)
            for problem in problems[:2]:
                groups = [Variable(group.formula, group.values) for group in problem.groups]
                if len(variables) > len(groups) > 1:
                    again = SmoothModel.of(_columns(groups), problem.y)
                    for formula, _ in _by_parts(groups, X, problem.y, again, effort):
                        yield problem.factor.before(formula), problem
    if effort.exact <= FULL.exact and model.left_out < TRUSTED / 5:
        yield from _by(LAST_WAYS, problems[:2])


def _by(ways: Sequence[Way], problems: Sequence[Problem]) -> Iterator[tuple[Formula, Problem]]:
    for way in ways:
        for problem in problems:
            yield from ((formula, problem) for formula in way(problem))


def _by_parts(
    variables: list[Variable], X: Array, y: Array, model: SmoothModel, effort: Effort
) -> Iterator[tuple[Formula, None]]:
    for split in splits(model, _columns(variables), y):
        yield from ((formula, None) for formula in joined(split, variables, X, y, _candidates, effort))


def _over(y: Array, factor: Variable | None) -> Array:
    return y if factor is None else y / factor.values


def _columns(variables: Sequence[Variable]) -> Array:
    return np.column_stack([variable.values for variable in variables])


def _power(variables: Sequence[Variable], y: Array) -> Term | None:
    """Return the power product that is nearest to the target, where all have one sign."""
    X = _columns(variables)
    if not ((X > 0).all() and ((y > 0).all() or (y < 0).all())):
        return None
    logs = np.column_stack([np.ones(len(y)), np.log(X)])
    powers = np.linalg.lstsq(logs, np.log(np.abs(y)), rcond=None)[0][1:]
    return Term.of(variables, np.round(powers * 2) / 2)


def _problems(variables: Sequence[Variable], y: Array, model: SmoothModel, effort: Effort) -> Iterator[Problem]:
    """Yield what symmetries make of the problem, if they hold."""
    one = Term.of(variables, [0.0] * len(variables))
    count = 0
    vanishing = np.array([variable.vanishes for variable in variables])
    for reduction in model.reductions(vanishing) if model.left_out < TRUSTED else ():
        factor = Term.of(variables, reduction.factor)
        groups = tuple(Term.of(variables, powers) for powers in reduction.groups)
        left = y / factor.values
        if groups:
            again = SmoothModel.of(np.column_stack([group.values for group in groups])[:300], left[:300])
            if again.left_out > 100.0 * model.left_out + 1e-3:
                continue
        yield Problem(factor, groups, left, effort)
        if groups or left.std() < 10.0 * np.sqrt(model.left_out) * np.abs(left).mean():
            count += 1
        if count == PROBLEMS:
            return
    if not count and len(variables) <= 4:
        plain = tuple(Term.of(variables, powers) for powers in np.eye(len(variables)))
        yield Problem(one, plain, y, effort)


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
