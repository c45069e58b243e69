"""`found_laws`: what the whole search finds for inputs and a target in the data's own units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.units import DataUnits
from smoothdistill_symmetry.candidates import candidates
from smoothdistill_symmetry.in_words import in_words
from smoothdistill_symmetry.poles import divides_across_0
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.reducing import TRUSTED
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.taught_model import Taught, TaughtModel
from smoothdistill_symmetry.term import Variable

Array = NDArray[np.float64]

ROWS = 2000
"""So many rows, the first ones, are searched, and constants fitted to; all of them judge what is found."""

FOUND = 1e-9
"""What is left of it, as a share of its standard deviation, by a law that ends the search."""

PLAIN = 30
"""A longer law ends no search: it may be an approximation, and a shorter one is sought on."""


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

    def in_words(self, names: Sequence[str] | None, target: str) -> str:
        """Say which symmetries led to it; empty where none did, and for a product that is only near the data."""
        far = self.error**2 > TRUSTED and self.problem is not None and self.problem.source == "powers"
        return "" if self.problem is None or far else in_words(self.problem, names, target, self.is_exact)


def found_laws(
    X: Array,
    y: Array,
    most: int,
    units: DataUnits | None = None,
    taught: Taught | None = None,
    weights: Array | None = None,
) -> Iterator[Law]:
    """Yield laws of ``y`` (n,) at ``X`` (n, d), until a plain one is exact; of others none has a pole among the rows.

    Of more than ``most`` inputs those are looked at that a smooth model depends on most. ``units`` are those of the
    inputs and the target, as far as they are declared. ``taught`` is the teacher that said ``y``, whose gradient shows
    the symmetries; without one a smooth model of ``y`` does. ``weights`` (n,) of the rows, of mean 1, count in all
    errors, but for those of the parts that a target falls apart into and of inputs' combinations.
    """
    rows, target, roots = X[:ROWS], y[:ROWS], None if weights is None else np.sqrt(weights[:ROWS])
    places = _places(rows, target, most, taught, roots)
    variables = [Variable(Formula.variable(place), rows[:, place]) for place in places]
    model = TaughtModel(taught, rows, target, places) if taught is not None and places else None
    for formula, problem in candidates(variables, rows, target, units=units, model=model, roots=roots):
        law = Law(formula, error_of(formula, X, y, weights), problem)
        if math.isfinite(law.error) and (law.is_exact or not divides_across_0(formula, X)):
            yield law
            if law.is_exact and formula.complexity <= PLAIN:
                return


def error_of(formula: Formula, X: Array, y: Array, weights: Array | None) -> float:
    """Return the root mean square of what a formula leaves of ``y`` (n,), as a share of its standard deviation."""
    spread = np.average((y - np.average(y, weights=weights)) ** 2, weights=weights)
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.average((formula.predict(X) - y) ** 2, weights=weights)) / np.sqrt(spread))


def _places(X: Array, y: Array, most: int, taught: Taught | None, roots: Array | None) -> list[int]:
    """Return the places of inputs that vary; of more than ``most`` those that matter most."""
    places = np.flatnonzero(np.ptp(X, axis=0) > 0)
    if len(places) > most:
        model = SmoothModel(X[:, places], y, roots) if taught is None else TaughtModel(taught, X, y, places.tolist())
        places = np.sort(places[np.argsort(-model.influence, kind="stable")[:most]])
    return [int(place) for place in places]
