"""`problems`: what declared units, and symmetries that slopes show, make of a problem."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.units import DataUnits
from smoothdistill_symmetry.known_units import add_up, is_input, span_of_units
from smoothdistill_symmetry.model import vanishing
from smoothdistill_symmetry.problem import Problem, Source
from smoothdistill_symmetry.scalings import reductions_of_span
from smoothdistill_symmetry.term import Variable

Array = NDArray[np.float64]

TRUSTED = 0.05
"""A smooth model that misses more of the variance at rows left out tells nothing of symmetries."""

TRIED = 10
"""So many reductions by symmetries are judged,"""

AS_GOOD = 1.5
"""those that leave so many times the least error at most go first:"""

PROBLEMS = 4
"""so many of them."""

NO_WORSE = 1.2
"""Errors of two smooth models whose ratio is smaller than this are equal."""

SUMS = 8
"""So many sums and differences of two inputs of one unit are tried."""

MOST_APART = 4
"""So many inputs are no problem too large without any symmetry."""


def problems(whole: Problem, units: DataUnits | None) -> list[Problem]:
    """Return what units of measure and symmetries leave of a whole problem, the most promising first."""
    known = [] if units is None else _by_units(whole, units)
    further = _by_slopes(known[0]) if known and known[0].groups else ()
    found = _ordered(_unlike([*known, *further, *_by_slopes(whole)]))
    if len(whole.groups) <= MOST_APART and (not found or AS_GOOD * whole.error < min(each.error for each in found)):
        found.append(whole)
    return found


def together(variables: Sequence[Variable], pairs: Sequence[tuple[int, int, float]]) -> list[Variable]:
    """Return the variables with pairs of them replaced by their difference or sum, positive where that can be."""
    gone = {place for pair in pairs for place in pair[:2]}
    made = []
    for i, j, sign in pairs:
        first, second = variables[i], variables[j]
        if sign < 0 and (first.values < second.values).all():
            first, second = second, first
        made.append(Variable.of_two("add" if sign > 0 else "sub", first, second))
    return [variable for place, variable in enumerate(variables) if place not in gone] + made


def is_trusted(error: float, target: Array) -> bool:
    """Whether a model with such an error at rows left out tells enough of a target (n,) to show its symmetries."""
    return error < TRUSTED * float(np.var(target))


def _by_units(whole: Problem, units: DataUnits) -> list[Problem]:
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
    pairs.sort(key=lambda pair: whole.smooth.apart(*pair))
    best, least = [], NO_WORSE * apart[0].error
    for pair in pairs[:SUMS]:
        problem = next(
            _of_units(Problem.whole(together(variables, [pair]), whole.y, whole.effort, roots=whole.roots), units), None
        )
        if problem is not None and problem.error < least:
            best, least = [problem], problem.error
    return best + apart


def _of_units(whole: Problem, units: DataUnits) -> Iterator[Problem]:
    """Yield what is left of the problem by the units of its variables."""
    formulas = [variable.formula for variable in whole.factor.variables]
    span = span_of_units(units, formulas)
    if span is not None:
        source: Source = "units" if all(map(is_input, formulas)) else "units and data"
        reduced = (whole.reduced(each, source) for each in reductions_of_span(span, vanishing(whole.columns)))
        yield from (problem for problem in reduced if problem.has_values)


def _by_slopes(problem: Problem) -> list[Problem]:
    """Return what symmetries make of the problem where they hold: a model of fewer groups is as good as that of all."""
    model = problem.smooth
    if not is_trusted(model.left_out, problem.target):
        return []
    source: Source = "data" if problem.source == "data" else "units and data"
    enough = 100.0 * model.left_out + 1e-3 * float(np.var(problem.target))
    reduced = (problem.reduced(reduction, source) for reduction in itertools.islice(model.reductions(), TRIED))
    return _ordered([each for each in reduced if each.has_values and each.error <= enough])[:PROBLEMS]


def _ordered(found: Sequence[Problem]) -> list[Problem]:
    """Return problems, those first that leave hardly more than the best of them, those of fewest groups before."""
    least = min((each.error for each in found), default=0.0)
    return sorted(found, key=lambda each: (each.error > AS_GOOD * least, len(each.groups)))


def _unlike(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that differ from those before."""
    first: dict[tuple[str, ...], Problem] = {}
    for problem in problems:
        products = (problem.factor, *problem.groups)
        first.setdefault(tuple(str(product.formula) for product in products), problem)
    return list(first.values())
