"""`best`: of all that a search found, the formulas that are better than all shorter ones, in the task's units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from smoothdistill_core import DistillationTask, Formula, FormulaError
from smoothdistill_core.formula import constants, first_pole, tidied, with_constants
from smoothdistill_core.searching import as_shares, front, training_box, weights_of
from smoothdistill_equate.archive import EXACT, Found
from smoothdistill_equate.table import Table

WORTH = 1e-6
"""Formulas whose errors differ by a smaller share of them compute the same."""

NEAR = 1e-7
"""A constant that is off a whole number by a smaller share of it may be that number, a small intercept 0."""


class _Judged(NamedTuple):
    formula: Formula
    error: float


def best(found: Sequence[Found], table: Table, task: DistillationTask) -> list[Formula]:
    """Return the Pareto front of complexity and error, and that of the formulas without a pole, the shortest first."""
    written = (formula for one in found for formula in _written(one, table))
    judged = [each for formula in written if (each := _judged(formula, task)) is not None]
    box = training_box(task)
    whole = _front(judged)
    safe = _front([each for each in judged if first_pole(each.formula, box) is None])
    formulas = dict.fromkeys(each.formula for each in (*whole, *safe))
    return sorted(formulas, key=lambda formula: formula.complexity)


def _front(judged: Sequence[_Judged]) -> list[_Judged]:
    return front(
        judged,
        size=lambda each: each.formula.complexity,
        error=lambda each: each.error,
        below=1.0,
        worth=WORTH,
        exact=EXACT,
    )


def _written(found: Found, table: Table) -> Iterator[Formula]:
    """Yield a fit as a formula in the units of the table; without an intercept near 0, near whole numbers whole."""
    intercepts = [found.fit.intercept]
    if abs(found.fit.intercept) < NEAR * float(table.y.std()):
        intercepts.append(0.0)
    for intercept in intercepts:
        try:
            formula = table.formula(found.skeleton, replace(found.fit, intercept=intercept))
        except FormulaError:  # a constant that is beyond what numbers can hold
            continue
        yield formula
        numbers = np.array(constants(formula))
        whole = np.round(numbers)
        if (near := (whole != 0) & (numbers != whole) & (np.abs(numbers - whole) < NEAR * np.abs(whole))).any():
            yield tidied(with_constants(formula, np.where(near, whole, numbers)))


def _judged(formula: Formula, task: DistillationTask) -> _Judged | None:
    """Return a formula over the inputs of the task with its error on all rows, as a share of the variance."""
    if task.scaling is not None:
        try:
            formula = task.scaling.standardised_formula(formula)
        except FormulaError:  # a constant that is beyond what numbers can hold
            return None
    shares = as_shares(weights_of(task))
    with np.errstate(all="ignore"):
        off = shares @ (formula.predict(task.X) - task.y) ** 2
        error = float(off / (shares @ (task.y - shares @ task.y) ** 2))
    return _Judged(formula, error) if np.isfinite(error) else None
