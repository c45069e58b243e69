"""`found_laws`: what the whole search finds for inputs and a target in the data's own units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.units import DataUnits
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.reducing import is_trusted, problems, together
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Term, Variable

Array = NDArray[np.float64]

ROWS = 2000
"""So many rows, the first ones, are searched; all of them judge what is found."""

FOUND = 1e-9
"""What is left of it, as a share of its standard deviation, by a law that ends the search."""

LEAST_NOISE = 3e-7
"""A smooth model of few groups that leaves more than this share of the variance leaves noise, if"""

ALIKE = 0.5
"""it leaves more than this share of what a model of all inputs leaves."""

POWER_STEPS = 4
"""Steps in which the powers of a product are fitted."""


@dataclass(frozen=True)
class Law:
    """A formula over the inputs, its error as a share of the target's standard deviation, and what it was found by."""

    formula: Formula
    error: float
    problem: Problem | None = None

    @property
    def is_exact(self) -> bool:
        """Whether it leaves nothing but rounding."""
        return self.error < FOUND


def found_laws(X: Array, y: Array, most: int, units: DataUnits | None = None) -> Iterator[Law]:
    """Yield laws of ``y`` (n,) at ``X`` (n, d), until one is exact.

    Of more than ``most`` inputs those are looked at that a smooth model depends on most. ``units`` are those of the
    inputs and the target, as far as they are declared.
    """
    for formula, problem in _candidates(X[:ROWS], y[:ROWS], most, units):
        law = Law(formula, error_of(formula, X, y), problem)
        if math.isfinite(law.error):
            yield law
            if law.is_exact:
                return


def error_of(formula: Formula, X: Array, y: Array) -> float:
    """Return the root mean square of what a formula leaves of ``y`` (n,), as a share of its standard deviation."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean((formula.predict(X) - y) ** 2)) / np.std(y))


def _candidates(X: Array, y: Array, most: int, units: DataUnits | None) -> Iterator[tuple[Formula, Problem]]:
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(X.shape[1]) if np.ptp(X[:, i]) > 0]
    if len(variables) > most:
        matters = SmoothModel(_columns(variables), y).influence
        variables = [variables[place] for place in sorted(np.argsort(-matters, kind="stable")[:most])]
    if not variables:
        return
    if (power := _power(variables, y)) is not None:
        problem = Problem(power, (), y / power.values, "powers")
        yield from ((formula, problem) for formula in problem.by_products())
    model = SmoothModel(_columns(variables), y)
    if is_trusted(model.left_out, y) and (pairs := list(model.pairs())):
        variables = together(variables, pairs)
        model = SmoothModel(_columns(variables), y)
    found = problems(variables, y, units, model)
    smoothed = [each.smoothed() for each in found if each.groups]
    least = min((error for problem, error in smoothed if len(problem.groups) < len(variables)), default=0.0)
    is_noise = least > max(ALIKE * model.left_out, LEAST_NOISE * float(np.var(y)))
    for views in ([] if is_noise else found, [problem for problem, error in smoothed if is_trusted(error, y)]):
        for way in (Problem.by_products, Problem.by_shapes, Problem.by_roots, Problem.by_waves):
            for problem in views:
                yield from ((formula, problem) for formula in way(problem))


def _columns(variables: Sequence[Variable]) -> Array:
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
