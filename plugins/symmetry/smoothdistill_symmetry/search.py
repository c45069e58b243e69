"""`found_laws`: what the whole search finds for inputs and a target in the data's own units."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.dictionary import products, waves
from smoothdistill_symmetry.relations import relations, roots
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

TRIED = 10
"""So many reductions by symmetries are judged,"""

JUDGED = 300
"""on so many rows,"""

AS_GOOD = 1.5
"""to leave so many times the least error at most, if noise is what is left;"""

PROBLEMS = 4
"""so many go on."""

LEAST_NOISE = 3e-7
"""A smooth model of few variables that leaves more than this share of the variance leaves noise, if all do so."""

POWER_STEPS = 4
"""Steps in which the powers of a product are fitted."""

TRUSTED = 0.05
"""A smooth model that misses more of the variance at rows left out tells nothing of symmetries."""


@dataclass(frozen=True, eq=False)
class Problem:
    """``factor`` times a function of ``groups`` is the target: ``y`` (n,) is what that function has to be.

    ``noisy`` says that ``y`` is a smooth model of it rather than what the data say.
    """

    factor: Term
    groups: tuple[Term, ...]
    y: Array
    noisy: bool = False

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
            yield from relations(self._products, self.factor, self.y, self.noisy)

    def by_roots(self) -> Iterator[Formula]:
        """Yield what a square root plus a sum gives."""
        if 0 < len(self.groups) <= 4:
            yield from roots(lambda power: self._products(power)[:24], self.factor, self.y, self.noisy)

    def by_shapes(self) -> Iterator[Formula]:
        """Yield what functions of one variable give."""
        if len(self.groups) == 1:
            yield from shapes(self.groups[0], self.factor, self.y, self.noisy)

    def by_waves(self) -> Iterator[Formula]:
        """Yield what sums of waves and products give."""
        if len(self.groups) in (1, 2, 3) and waves(self.groups, self.factor, 1):
            yield from relations(
                lambda power: [*self._products(power)[:40], *waves(self.groups, self.factor**power, 16)],
                self.factor,
                self.y,
                self.noisy,
            )

    def _products(self, power: int) -> list[Term]:
        """Return products for what scales as a power of the factor."""
        return products(self.groups, self.factor**power, TERMS[len(self.groups)])


@dataclass(frozen=True)
class Law:
    """A formula over the inputs, its error as a share of the target's standard deviation, and what it was found by."""

    formula: Formula
    error: float
    problem: Problem | None = None


def found_laws(X: Array, y: Array, most: int) -> Iterator[Law]:
    """Yield laws of ``y`` (n,) at ``X`` (n, d), until one is exact.

    Of more than ``most`` inputs those are looked at that a smooth model depends on most.
    """
    for formula, problem in _candidates(X[:ROWS], y[:ROWS], most):
        law = Law(formula, error_of(formula, X, y), problem)
        if math.isfinite(law.error):
            yield law
            if law.error < FOUND:
                return


def error_of(formula: Formula, X: Array, y: Array) -> float:
    """Return the root mean square of what a formula leaves of ``y`` (n,), as a share of its standard deviation."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean((formula.predict(X) - y) ** 2)) / np.std(y))


def _candidates(X: Array, y: Array, most: int) -> Iterator[tuple[Formula, Problem | None]]:
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(X.shape[1]) if np.ptp(X[:, i]) > 0]
    if len(variables) > most:
        matters = SmoothModel(_columns(variables), y).influence
        variables = [variables[place] for place in sorted(np.argsort(-matters, kind="stable")[:most])]
    if not variables:
        return
    if (power := _power(variables, y)) is not None:
        problem = Problem(power, (), y / power.values)
        yield from ((formula, problem) for formula in problem.by_products())
    model = SmoothModel(_columns(variables), y)
    pairs = list(model.pairs()) if model.left_out < TRUSTED * np.var(y) else []
    if pairs:
        variables = _together(variables, pairs)
        model = SmoothModel(_columns(variables), y)
    problems = list(_problems(variables, y, model))
    smoothed = list(_smoothed(problems))
    is_noise = any(error > max(0.5 * model.left_out, LEAST_NOISE * float(np.var(y))) for _, error in smoothed)
    for views in ([] if is_noise else problems, [problem for problem, _ in smoothed]):
        for way in (Problem.by_products, Problem.by_shapes, Problem.by_roots, Problem.by_waves):
            for problem in views:
                yield from ((formula, problem) for formula in way(problem))


def _columns(variables: Sequence[Variable | Term]) -> Array:
    return np.column_stack([variable.values for variable in variables])


def _power(variables: Sequence[Variable], y: Array) -> Term | None:
    """Return the power product that is nearest to the target, where all inputs are positive."""
    X = _columns(variables)
    sign = 1.0 if np.median(y) > 0 else -1.0
    kept = sign * y > 0
    if not (X > 0).all() or kept.sum() <= X.shape[1]:
        return None
    logs, heights = np.column_stack([np.ones(len(y)), np.log(X)]), sign * y
    target, weights = np.log(heights[kept]), heights[kept]
    numbers = np.linalg.lstsq(logs[kept] * weights[:, None], target * weights, rcond=None)[0]
    for _ in range(POWER_STEPS):
        with np.errstate(all="ignore"):
            fitted = np.exp(logs @ numbers)
        if not np.isfinite(fitted).all():
            return None
        numbers = numbers + np.linalg.lstsq(logs * fitted[:, None], heights - fitted, rcond=None)[0]
    return Term.of(variables, np.round(numbers[1:] * 2) / 2)


def _problems(variables: Sequence[Variable], y: Array, model: SmoothModel) -> Iterator[Problem]:
    """Yield what symmetries make of the problem, if they hold.

    They do where a model of the fewer variables is as good as that of all.
    """
    one = Term.of(variables, [0.0] * len(variables))
    held: list[tuple[float, Problem]] = []
    variance = float(np.var(y))
    for reduction in itertools.islice(model.reductions(), TRIED) if model.left_out < TRUSTED * variance else ():
        factor = Term.of(variables, reduction.factor)
        problem = Problem(factor, tuple(Term.of(variables, powers) for powers in reduction.groups), y / factor.values)
        if problem.groups:
            again = SmoothModel(_columns(problem.groups)[:JUDGED], problem.y[:JUDGED], np.abs(factor.values)[:JUDGED])
            if again.left_out > 100.0 * model.left_out + 1e-3 * variance:
                continue
            held.append((again.left_out, problem))
        else:
            yield problem
    least = min((error for error, _ in held), default=0.0)
    held.sort(key=lambda each: each[0] > AS_GOOD * least)
    yield from (problem for _, problem in held[:PROBLEMS])
    if not held and len(variables) <= 4:
        plain = tuple(Term.of(variables, powers) for powers in np.eye(len(variables)))
        yield Problem(one, plain, y)


def _smoothed(problems: Sequence[Problem]) -> Iterator[tuple[Problem, float]]:
    """Yield the problems that a smooth model solves but for noise, with what it says in place of the data.

    Beside each is the model's error at rows left out.
    """
    for problem in problems:
        if problem.groups:
            X, weights = _columns(problem.groups), np.abs(problem.factor.values)
            model = SmoothModel(X, problem.y, weights)
            if model.left_out < TRUSTED * np.var(problem.y * weights):
                yield replace(problem, y=model.predict(X), noisy=True), model.left_out


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
