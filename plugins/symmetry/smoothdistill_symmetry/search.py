"""`found_laws`: what the whole search finds for inputs and a target in the data's own units."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.units import DataUnits
from smoothdistill_symmetry.dictionary import products, waves
from smoothdistill_symmetry.known_units import add_up, is_input, span_of_units
from smoothdistill_symmetry.relations import relations, roots
from smoothdistill_symmetry.scalings import Reduction, reductions_of_span
from smoothdistill_symmetry.shapes import shapes
from smoothdistill_symmetry.smooth_model import SmoothModel, vanishing
from smoothdistill_symmetry.term import Term, Variable, times

Array = NDArray[np.float64]

EXACT = 1e-12
"""What is left of the target, as a share of it, by a sum that is exact."""

ROWS = 2000
"""So many rows, the first ones, are searched; all of them judge what is found."""

FOUND = 1e-9
"""What is left of it, as a share of its standard deviation, by a law that ends the search."""

TERMS = {1: 13, 2: 40, 3: 60, 4: 60, 5: 60}
"""So many products of so many groups."""

MOST = 6
"""A relation has so many terms at most."""

PROBLEMS = 4

NO_WORSE = 1.2
"""Errors of two smooth models whose ratio is smaller than this are equal."""

SUMS = 8
"""So many sums and differences of two inputs of one unit are tried."""

FEW = 300
"""So many rows tell whether a smooth function of few groups is all that there is."""

TRUSTED = 0.05
"""A smooth model that misses more of the variance at rows left out tells nothing of symmetries."""


Source = Literal["powers", "data", "units", "units and data"]


@dataclass(frozen=True, eq=False)
class Problem:
    """``factor`` times a function of ``groups`` is the target: ``y`` (n,) is what that function has to be.

    ``source`` says what shows the symmetries that lead to it; ``powers`` is the product that is nearest to the target.
    """

    factor: Term
    groups: tuple[Term, ...]
    y: Array
    source: Source = "data"

    @classmethod
    def whole(cls, variables: Sequence[Variable], y: Array) -> Problem:
        """Return the problem before anything is known of it: each variable is a group."""
        one, *plain = (Term.of(variables, powers) for powers in np.eye(len(variables) + 1, len(variables), -1))
        return cls(one, tuple(plain), y)

    def reduced(self, reduction: Reduction, source: Source) -> Problem:
        """Return the problem that is left where a reduction of the groups holds."""
        factor = self._product(reduction.factor)
        groups = tuple(self._product(powers) for powers in reduction.groups)
        with np.errstate(all="ignore"):
            y = self.y / factor.values
        return Problem(self.factor * factor, groups, y, source)

    @property
    def columns(self) -> Array:
        """The values of the groups, shape (n, g)."""
        return np.column_stack([group.values for group in self.groups])

    @property
    def has_values(self) -> bool:
        """Whether nothing is divided by 0 or too large for numbers."""
        return all(bool(np.isfinite(values).all()) for values in (self.y, *(group.values for group in self.groups)))

    @property
    def left_out(self) -> float:
        """The mean squared error of a smooth function of the groups at rows left out, as a share of that of 0."""
        y = self.y[:FEW]
        of_variance = SmoothModel.of(self.columns[:FEW], y).left_out if self.groups else 1.0
        return of_variance * float(np.var(y)) / max(float(np.mean(y * y)), np.finfo(np.float64).tiny)

    def _product(self, powers: Array) -> Term:
        """Return the product of powers of the groups."""
        exponents = powers @ np.array([group.powers for group in self.groups])
        return Term.of(self.factor.variables, exponents)

    def by_products(self) -> Iterator[Formula]:
        """Yield what sums of products give."""
        if not self.groups:
            power, y = self.factor.values, self.y * self.factor.values
            yield times(Formula.constant(float(y @ power / (power @ power))), self.factor.formula)
        elif len(self.groups) in TERMS:
            yield from relations(self._products, self.factor, self.y, MOST, EXACT)

    def by_roots(self) -> Iterator[Formula]:
        """Yield what a square root plus a sum gives."""
        if 0 < len(self.groups) <= 4:
            yield from roots(lambda power: self._products(power)[:24], self.factor, self.y, MOST, EXACT)

    def by_shapes(self) -> Iterator[Formula]:
        """Yield what functions of one variable give."""
        if len(self.groups) == 1:
            yield from shapes(self.groups[0], self.factor, self.y)

    def by_waves(self) -> Iterator[Formula]:
        """Yield what sums of waves and products give."""
        if len(self.groups) in (1, 2, 3) and waves(self.groups, self.factor, 1):
            yield from relations(
                lambda power: [*self._products(power)[:40], *waves(self.groups, self.factor**power, 16)],
                self.factor,
                self.y,
                MOST,
                EXACT,
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
        with np.errstate(all="ignore"):
            left = formula.predict(X) - y
        if np.isfinite(left).all():
            law = Law(formula, float(np.sqrt(np.mean(left**2)) / np.std(y)), problem)
            yield law
            if law.is_exact:
                return


def _candidates(X: Array, y: Array, most: int, units: DataUnits | None) -> Iterator[tuple[Formula, Problem | None]]:
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(X.shape[1]) if np.ptp(X[:, i]) > 0]
    if len(variables) > most:
        matters = SmoothModel.of(_columns(variables), y).influence
        variables = [variables[place] for place in sorted(np.argsort(-matters, kind="stable")[:most])]
    if not variables:
        return
    if (power := _power(variables, y)) is not None:
        problem = Problem(power, (), y / power.values, "powers")
        yield from ((formula, problem) for formula in problem.by_products())
    model = SmoothModel.of(_columns(variables), y)
    pairs = list(model.pairs()) if model.left_out < TRUSTED else []
    if pairs:
        variables = _together(variables, pairs)
        model = SmoothModel.of(_columns(variables), y)
    whole = Problem.whole(variables, y)
    known = [] if units is None else _by_units(whole, units, model)
    further = _by_slopes(known[0], SmoothModel.of(known[0].columns, known[0].y)) if known and known[0].groups else ()
    problems = _unlike([*known, *further, *_by_slopes(whole, model)])
    if not problems and len(variables) <= 4:
        problems = [whole]
    for way in (Problem.by_products, Problem.by_shapes, Problem.by_roots, Problem.by_waves):
        for problem in problems:
            yield from ((formula, problem) for formula in way(problem))


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


def _by_units(whole: Problem, units: DataUnits, model: SmoothModel) -> list[Problem]:
    """Return what declared units make of the problem, if no constant of the law has one.

    The first may be one where two variables of one unit matter by their sum or difference alone: of all such pairs that
    which predicts rows left out best, if it predicts them no worse than the two apart do.
    """
    variables = whole.factor.variables
    apart = list(_of_units(whole, units))
    if not apart:
        return []
    pairs = [
        (i, j, sign)
        for i, j in itertools.combinations(range(len(variables)), 2)
        if add_up(units, variables[i].formula, variables[j].formula)
        for sign in (-1.0, 1.0)
    ]
    pairs.sort(key=lambda pair: model.apart(*pair))
    best, least = [], NO_WORSE * apart[0].left_out
    for pair in pairs[:SUMS]:
        problem = next(_of_units(Problem.whole(_together(variables, [pair]), whole.y), units), None)
        if problem is not None and (left_out := problem.left_out) < least:
            best, least = [problem], left_out
    return best + apart


def _of_units(whole: Problem, units: DataUnits) -> Iterator[Problem]:
    """Yield what is left of the problem by the units of its variables."""
    formulas = [variable.formula for variable in whole.factor.variables]
    span = span_of_units(units, formulas)
    if span is not None:
        source: Source = "units" if all(map(is_input, formulas)) else "units and data"
        problems = (
            whole.reduced(reduction, source) for reduction in reductions_of_span(span, vanishing(whole.columns))
        )
        yield from (problem for problem in problems if problem.has_values)


def _by_slopes(problem: Problem, model: SmoothModel) -> Iterator[Problem]:
    """Yield what symmetries make of the problem, if they hold."""
    count = 0
    for reduction in model.reductions() if model.left_out < TRUSTED else ():
        reduced = problem.reduced(reduction, "data" if problem.source == "data" else "units and data")
        if not reduced.has_values:
            continue
        if reduced.groups:
            again = SmoothModel.of(reduced.columns[:FEW], reduced.y[:FEW])
            if again.left_out > 100.0 * model.left_out + 1e-3:
                continue
        yield reduced
        count += 1
        if count == PROBLEMS:
            return


def _unlike(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that differ from those before, those of fewest groups first."""
    first: dict[tuple[str, ...], Problem] = {}
    for problem in problems:
        products = (problem.factor, *problem.groups)
        first.setdefault(tuple(str(product.formula) for product in products), problem)
    return sorted(first.values(), key=lambda problem: len(problem.groups))


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
