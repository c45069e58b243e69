"""`in_weighted_sums`: inputs that matter through one weighted sum of them alone, as in log(a + 2 b).

The slopes of such inputs are multiples of each other at every row: their ratios are the weights. That is the index of
single-index models (Härdle and Stoker, *Investigating smooth multiple regression by the method of average derivatives*,
Journal of the American Statistical Association 84, 1989).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_symmetry.model import Model
from smoothdistill_symmetry.term import Variable, times

Array = NDArray[np.float64]

PARALLEL = 0.2
"""Slopes that are further from multiples of each other, as a share of their size, are none: noise leaves less."""

LEAST = 0.02
"""An input that moves the target by a smaller share of what the others do has no weight that slopes could tell."""


def in_weighted_sums(variables: Sequence[Variable], model: Model) -> list[Variable] | None:
    """Return the variables with those in their place that are weighted sums of some; None where there are none."""
    scales = model.X.std(axis=0)
    moved = model.rows(model.slopes)[:, 1:] * scales
    sets = list(_parallel(moved))
    if not sets:
        return None
    gone = {place for places in sets for place in places}
    rest = [variable for place, variable in enumerate(variables) if place not in gone]
    return rest + [_sum([variables[place] for place in places], moved[:, places], scales[places]) for places in sets]


def _parallel(moved: Array) -> Iterator[list[int]]:
    """Yield sets of columns of ``moved`` (n, d), how far inputs move the target, that are multiples of each other."""
    sizes = np.sqrt((moved**2).mean(axis=0))
    left = [int(place) for place in np.argsort(-sizes, kind="stable") if sizes[place] > LEAST * sizes.max()]
    while left:
        first, *others = left
        along = moved[:, first] / sizes[first]
        with_it = [first]
        for other in others:
            column = moved[:, other] / sizes[other]
            if np.sqrt(np.mean((column - np.mean(column * along) * along) ** 2)) < PARALLEL:
                with_it.append(other)
        left = [place for place in others if place not in with_it]
        if len(with_it) > 1:
            yield with_it


def _sum(variables: Sequence[Variable], moved: Array, scales: Array) -> Variable:
    """Return the sum of variables whose weights are the ratios of their slopes; the first has the weight 1."""
    direction = np.linalg.svd(moved, full_matrices=False)[2][0] / scales
    first, *others = variables
    formula, values = first.formula, first.values
    for weight, other in zip((direction[1:] / direction[0]).tolist(), others, strict=True):
        formula = Formula.apply("add", formula, times(Formula.constant(weight), other.formula))
        values = values + weight * other.values
    return Variable(formula, values)
