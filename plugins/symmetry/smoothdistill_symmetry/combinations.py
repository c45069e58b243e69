"""`combinations`: two inputs that matter together only, as their sum, difference, product, quotient or sum of squares.

Where a smooth model is good, its slopes tell: f depends on a and b through u alone where df/da : df/db = du/da : du/db.
Where it is poor, as the target has too many waves for its rows, they tell what to try: with the right combination in
place of its inputs the model errs far less at rows that are left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.dictionary import is_angle
from smoothdistill_symmetry.model import Model
from smoothdistill_symmetry.smooth_model import SmoothModel, smooth_coordinates
from smoothdistill_symmetry.surrogate import Surrogate
from smoothdistill_symmetry.term import Term, Variable, columns

Array = NDArray[np.float64]

POOR = 1e-3
"""A smooth model that misses more of the variance at rows left out leaves slopes in doubt."""

LIKELY = 0.9
"""Slopes that differ by more than this share of their size are not tried."""

TRIED = 10
"""So many combinations are tried at once, on so many rows."""

ROWS = 250

WIDTHS = (0.4, 0.8, 1.5)

BETTER = 0.75
"""A combination, or a factor, leaves less than this share of the error at rows that are left out."""

DIVIDED = 1e-7
"""A factor that comes nearer to 0, in units of its largest value, is not divided by."""

GOOD = 1e-6
"""Where a smooth model misses less of the variance, scalings show themselves."""

SAME = 0.02
"""Slopes that differ by less than this share of their size are those of a combination, where the model is good."""


@dataclass(frozen=True)
class _Pair:
    """Two variables, the operator that brings them, or their squares, together, and how far slopes are from it."""

    first: int
    second: int
    operator: str
    squares: bool
    off: float


@dataclass(frozen=True)
class Fewer:
    """``variables`` that are fewer than before, and the ``factor`` that stands before a function of these."""

    variables: list[Variable]
    factor: Variable | None = None

    def over(self, y: Array) -> tuple[Array, Array]:
        """Return what a target (n,) leaves to the function, and what errors of that count."""
        if self.factor is None:
            return y, np.ones(len(y))
        return y / self.factor.values, np.abs(self.factor.values)


def combined(variables: Sequence[Variable], y: Array, model: Model) -> Fewer | None:
    """Return variables of which some are combinations of those before, or factors gone.

    Returns nothing where there are none.
    """
    fewer = Fewer(list(variables))
    if model.share <= POOR and (good := [p for p in _pairs(variables, model) if p.squares and p.off < SAME]):
        return Fewer(_replaced(variables, good))
    learned = _learned(fewer, y)
    left = learned.left_out
    while len(fewer.variables) > 1 and model.share > GOOD:
        moves = [*_divided(fewer, model)]
        if model.share > POOR:
            moves += [
                Fewer(_replaced(fewer.variables, [pair]), fewer.factor) for pair in _likely(fewer.variables, model)
            ]
        widths = (learned.width,)
        tried = [(_learned(its, y, widths).left_out, its) for its in moves]
        if not tried or min(error for error, _ in tried) > BETTER * left:
            break
        fewer = min(tried, key=lambda each: each[0])[1]
        learned = _learned(fewer, y)
        left = learned.left_out
        model = _modelled(fewer, y)
    return fewer if len(fewer.variables) < len(variables) else None


def _divided(fewer: Fewer, model: Model) -> Iterator[Fewer]:
    """Yield what is left without one variable, where a power or a wave of it may be a factor."""
    for place, variable in enumerate(fewer.variables):
        along, values = model.slopes[:, place] * model.X[:, place], model.values
        power = float(np.round(2.0 * (along @ values) / (values @ values)) / 2.0)
        term = Term.of([variable], [power])
        factors = [term] if power and not variable.vanishes else []
        plain = Term.of([variable], [1.0])
        factors += [plain.wave("cos"), plain.wave("sin")] if is_angle(plain) else []
        rest = [each for other, each in enumerate(fewer.variables) if other != place]
        for factor in factors:
            size = np.abs(factor.values)
            if np.isfinite(size).all() and size.min() > DIVIDED * size.max():
                yield Fewer(rest, _product(fewer.factor, Variable(factor.formula, factor.values)))


def _product(first: Variable | None, second: Variable) -> Variable:
    return second if first is None else Variable.of_two("mul", first, second)


def _likely(variables: Sequence[Variable], model: Model) -> list[_Pair]:
    pairs = sorted(_pairs(variables, model), key=lambda pair: pair.off)
    return [pair for pair in pairs if pair.off < LIKELY and not pair.squares][:TRIED]


def _pairs(variables: Sequence[Variable], model: Model) -> Iterator[_Pair]:
    """Yield pairs with how far their slopes are from those of a combination."""
    for i, j in itertools.combinations(range(len(variables)), 2):
        (a, b), (along_a, along_b) = model.X[:, [i, j]].T, model.slopes[:, [i, j]].T
        for operator, sign in (("add", 1.0), ("sub", -1.0)):
            yield _Pair(i, j, operator, False, _distance(along_a, sign * along_b))
            yield _Pair(i, j, operator, True, _distance(b * along_a, sign * a * along_b))
        yield _Pair(i, j, "mul", False, _distance(a * along_a, b * along_b))
        if not variables[j].vanishes:
            yield _Pair(i, j, "div", False, _distance(a * along_a, -b * along_b))


def _distance(a: Array, b: Array) -> float:
    """Return the size of the difference as a share of the larger of two, where most rows are."""
    bound = np.quantile(np.abs(np.r_[a, b]), 0.95)
    a, b = np.clip(a, -bound, bound), np.clip(b, -bound, bound)
    largest = max(float(np.mean(a**2)), float(np.mean(b**2)), 1e-300)
    return float(np.sqrt(np.mean((a - b) ** 2) / largest))


def _modelled(fewer: Fewer, y: Array) -> SmoothModel:
    t, importance = fewer.over(y)
    return SmoothModel(columns(fewer.variables)[:ROWS], t[:ROWS], importance[:ROWS])


def _learned(fewer: Fewer, y: Array, widths: Sequence[float] = WIDTHS) -> Surrogate:
    X, (t, importance) = columns(fewer.variables)[:ROWS], fewer.over(y)
    coordinates, _ = smooth_coordinates(X)
    return Surrogate(coordinates(X), t[:ROWS], importance[:ROWS], widths=widths)


def _replaced(variables: Sequence[Variable], pairs: Sequence[_Pair]) -> list[Variable]:
    """Return the variables with pairs replaced by what they come together in; of pairs that overlap the first."""
    gone: set[int] = set()
    made = []
    for pair in pairs:
        if gone & {pair.first, pair.second}:
            continue
        gone |= {pair.first, pair.second}
        first, second = variables[pair.first], variables[pair.second]
        if pair.operator == "sub" and (np.abs(first.values) < np.abs(second.values)).all():
            first, second = second, first
        if pair.squares:
            first, second = (Variable(Formula.apply("square", v.formula), v.values**2) for v in (first, second))
        made.append(Variable.of_two(pair.operator, first, second))
    return [variable for place, variable in enumerate(variables) if place not in gone] + made
