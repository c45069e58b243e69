"""`joined`: formulas for a target that falls apart, from those for its parts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula, Operator, refitted
from smoothdistill_core.searching import front
from smoothdistill_symmetry.effort import Effort
from smoothdistill_symmetry.scalings import offset
from smoothdistill_symmetry.separability import FACTORS, PRODUCT, Sight, Split
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Variable, times

Array = NDArray[np.float64]

Solve = Callable[[list[Variable], Array, Array, Effort], Iterable[tuple[Formula, Any]]]
"""Yields formulas, each with something else, for variables, the inputs, the target and an effort."""

ROWS = 300
"""Parts are solved on so many rows."""

TERMS = 4
"""A part that is a sum has so many terms at most."""

EACH = 4
"""So many formulas of each part are joined with those of the others."""

TOGETHER = 12
"""So many of these are fitted."""

SHORT, LONGER = 5, 4
"""A formula that may be the part ends the search for it if it has at most so many nodes, and more for each variable."""

ALONE = 3.0
"""Where the error is but so many times larger without a constant, a sum of parts has none."""

SUMS, PRODUCTS = ("add", "sub"), ("mul",)

NEAR = 5.0
"""A formula whose error is so many times that of the part's values may be the part."""


def joined(
    split: Split, variables: Sequence[Variable], X: Array, y: Array, solve: Solve, effort: Effort
) -> Iterator[Formula]:
    """Yield formulas for ``y`` (n,) at ``X`` (n, d), a split function of the variables; constants fitted on all rows."""
    found = []
    for part, values, left_out in zip(split.parts, split.values.T, split.left_out, strict=True):
        inner = Effort(TERMS, max(float(left_out), 1e-10), effort.depth - 1)
        its = [Variable(v.formula, v.values[:ROWS]) for v in (variables[place] for place in part)]
        found.append(_formulas(its, X[:ROWS], _target(split, its, values[:ROWS]), solve, inner, split.sight))
    if not all(found):
        return
    choices = sorted(itertools.product(*found), key=lambda choice: sum(part.complexity for part in choice))
    for choice in choices[:TOGETHER]:
        formula = _together(split, choice, X, y)
        if formula is not None:
            yield refitted(formula, X[:ROWS], y[:ROWS])


def _target(split: Split, variables: Sequence[Variable], values: Array) -> Array:
    """Return what a part is: in a sum with the number added with which it scales, if one does."""
    if split.sight is FACTORS:
        return values / np.abs(values).max()
    if split.sight is PRODUCT:
        return np.exp(values - values.mean())
    model = SmoothModel.of(np.column_stack([variable.values for variable in variables]), values)
    added = offset(model.values, model.slopes * model.X)
    return values if added is None else values + added


def _formulas(variables: list[Variable], X: Array, y: Array, solve: Solve, effort: Effort, sight: Sight) -> list[Formula]:
    """Return the simplest formulas that may be the part, or the nearest where none may be."""
    errors: dict[Formula, float] = {}
    for formula, _ in solve(variables, X, y, effort):
        with np.errstate(all="ignore"):
            left = formula.predict(X) - y
        if np.isfinite(left).all():
            errors[formula] = float(left.std() / y.std())
            if errors[formula] < 1.5 * effort.exact and formula.complexity <= SHORT + LONGER * len(variables):
                break
    best = front(list(errors), size=lambda formula: formula.complexity, error=errors.__getitem__)
    near = [formula for formula in best if errors[formula] < NEAR * effort.exact]
    operators = PRODUCTS if sight in (PRODUCT, FACTORS) else SUMS
    return list(dict.fromkeys(_without_constant(formula, operators) for formula in near[:EACH] or best[-2:]))


def _without_constant(formula: Formula, operators: Sequence[str]) -> Formula:
    """Return the formula without constants that it is a sum with, or a product with."""
    while isinstance(root := formula.nodes[0], Operator) and root.name in operators:
        first, second = (Formula(formula.nodes[at:to]) for at, to in _arguments(formula))
        if first.inputs and second.inputs:
            break
        formula = first if first.inputs else second
    return formula


def _arguments(formula: Formula) -> Iterator[tuple[int, int]]:
    """Yield from where to where the two arguments of the root go."""
    needed = 1
    for place in range(1, len(formula.nodes)):
        node = formula.nodes[place]
        needed += (node.arity if isinstance(node, Operator) else 0) - 1
        if needed == 0:
            return iter([(1, place + 1), (place + 1, len(formula.nodes))])


def _together(split: Split, parts: Sequence[Formula], X: Array, y: Array) -> Formula | None:
    """Return the formulas of the parts brought together, with factors and a constant as least squares have them."""
    with np.errstate(all="ignore"):
        columns = [part.predict(X) for part in parts]
        if split.sight in (PRODUCT, FACTORS):
            whole = np.prod(columns, axis=0)
            return times(Formula.constant(float(whole @ y / (whole @ whole))), reduce(times, parts)) if np.isfinite(whole).all() else None
        t = split.sight.of(y)
        matrix = np.column_stack([*columns, np.ones(len(y))])
        if not (np.isfinite(matrix).all() and np.isfinite(t).all()):
            return None
    numbers, without = (np.linalg.lstsq(its, t, rcond=None)[0] for its in (matrix, matrix[:, :-1]))
    alone = np.linalg.norm(matrix[:, :-1] @ without - t) < ALONE * np.linalg.norm(matrix @ numbers - t)
    factors = (without if alone else numbers).tolist()
    terms = [times(Formula.constant(c), part) for c, part in zip(factors, parts, strict=False)]
    inner = reduce(partial(Formula.apply, "add"), terms if alone else [*terms, Formula.constant(factors[-1])])
    return Formula.apply(split.sight.undo, inner) if split.sight.undo else inner
