"""`joined`: formulas for a target that falls apart, from those for its parts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula, Operator
from smoothdistill_core.searching import front, refitted
from smoothdistill_symmetry.disguise import reaches
from smoothdistill_symmetry.effort import OF_NOISY, Effort
from smoothdistill_symmetry.least_squares import least_squares
from smoothdistill_symmetry.scalings import offset
from smoothdistill_symmetry.separability import FACTORS, PRODUCT, REST_OF_FACTORS, Sight, Split
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Variable, columns, times

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

FAR = 30.0
"""A part with the number added has a mean of no more times its standard deviation: x^0.003 - 1 is a logarithm of x."""

NEAR = 5.0
"""A formula whose error is so many times that of the part's values may be the part."""


def joined(
    split: Split, variables: Sequence[Variable], X: Array, y: Array, solve: Solve, effort: Effort
) -> Iterator[Formula]:
    """Yield formulas for ``y`` (n,) at ``X`` (n, d), a split function of the variables, with fitted constants."""
    found = []
    for part, values, left_out in zip(split.parts, split.values.T, split.left_out, strict=True):
        inner = Effort(TERMS, max(float(left_out), 1e-10), effort.depth - 1)
        its = [Variable(v.formula, v.values[:ROWS]) for v in (variables[place] for place in part)]
        found.append(
            _formulas(its, X[:ROWS], _target(split, its, values[:ROWS]), solve, inner, split.sight, effort is OF_NOISY)
        )
    if not all(found):
        return
    choices = sorted(itertools.product(*found), key=lambda choice: sum(part.complexity for part in choice))
    for choice in choices[:TOGETHER]:
        formula = _together(split, choice, X, y)
        if formula is not None:
            yield refitted(formula, X[:ROWS], y[:ROWS])


def _target(split: Split, variables: Sequence[Variable], values: Array) -> Array:
    """Return what a part is: in a sum with the number added with which it scales, if one does."""
    if split.sight in (FACTORS, REST_OF_FACTORS):
        return np.asarray(values / np.abs(values).max())
    if split.sight is PRODUCT:
        return np.asarray(np.exp(values - values.mean()))
    model = SmoothModel(columns(variables), values)
    added = offset(model.values, model.slopes * model.X)
    if added is None or abs(values.mean() + added) > FAR * values.std():
        return values
    return values + added


def _formulas(
    variables: list[Variable], X: Array, y: Array, solve: Solve, effort: Effort, sight: Sight, noisy: bool
) -> list[Formula]:
    """Return the simplest formulas that may be the part, or the nearest where none may be; if ``noisy``, of all."""
    errors: dict[Formula, float] = {}
    for formula, _ in solve(variables, X, y, effort):
        with np.errstate(all="ignore"):
            left = formula.predict(X) - y
        if np.isfinite(left).all() and (not noisy or reaches(formula, X)):
            errors[formula] = float(left.std() / y.std())
            short = formula.complexity <= SHORT + LONGER * len(variables)
            if not noisy and short and errors[formula] < 1.5 * effort.exact:
                break
    best = front(list(errors), size=lambda formula: formula.complexity, error=errors.__getitem__)
    near = [formula for formula in best if errors[formula] < NEAR * effort.exact]
    operators = PRODUCTS if sight in (PRODUCT, FACTORS, REST_OF_FACTORS) else SUMS
    return list(dict.fromkeys(_without_constant(formula, operators) for formula in near[:EACH] or best[-2:]))


def _without_constant(formula: Formula, operators: Sequence[str]) -> Formula:
    """Return the formula without constants that it is a sum with, or a product with."""
    while isinstance(root := formula.nodes[0], Operator) and root.name in operators:
        first, second = formula.fold(lambda leaf: (Formula((leaf,)),), _arguments)[1:]
        if first.inputs and second.inputs:
            break
        formula = first if first.inputs else second
    return formula


def _arguments(operator: Operator, *arguments: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Return a formula, then its arguments, from those of its arguments."""
    formulas = [its[0] for its in arguments]
    return (Formula.apply(operator.name, *formulas), *formulas)


def _together(split: Split, parts: Sequence[Formula], X: Array, y: Array) -> Formula | None:
    """Return the formulas of the parts brought together, with factors and a constant as least squares have them."""
    with np.errstate(all="ignore"):
        columns = [part.predict(X) for part in parts]
        t = split.sight.of(y)
    if split.sight in (PRODUCT, FACTORS, REST_OF_FACTORS):
        parts, columns, t = [reduce(times, parts)], [np.prod(columns, axis=0)], y
    matrix = np.column_stack([*columns, np.ones(len(y))])
    if not (np.isfinite(matrix).all() and np.isfinite(t).all()):
        return None
    numbers, without = (least_squares(its, t) for its in (matrix, matrix[:, :-1]))
    alone = split.sight in (PRODUCT, FACTORS) or np.linalg.norm(matrix[:, :-1] @ without - t) < ALONE * np.linalg.norm(
        matrix @ numbers - t
    )
    factors = (without if alone else numbers).tolist()
    terms = [times(Formula.constant(c), part) for c, part in zip(factors, parts, strict=False)]
    inner = reduce(partial(Formula.apply, "add"), terms if alone else [*terms, Formula.constant(factors[-1])])
    undone = split.sight.undo and split.sight is not PRODUCT
    return Formula.apply(split.sight.undo, inner) if undone else inner
