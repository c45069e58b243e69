"""`Table`: the data of a search as the grammar sees it, few inputs of a size of 1, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import DataError, Formula
from smoothdistill_core.formula import rewritten
from smoothdistill_core.searching import FittedProgram
from smoothdistill_equate.expression import Expression
from smoothdistill_equate.generating import relevance
from smoothdistill_equate.writing import formula_of

Floats = NDArray[np.float64]

LARGEST_INPUT = 1e60
"""Fourth powers of larger inputs, and of what is smaller than its inverse, are beyond what numbers can hold."""

MOST_ROWS = 2000
"""So many rows are looked at, evenly spaced."""


@dataclass(frozen=True)
class Table:
    """``X`` (n, d), each column at most 1 in size; ``y`` (n,), in its own units; ``weights`` (n,) or None.

    ``places`` (d,) are those of the inputs that were chosen, ``sizes`` (d,) what they were divided by.
    """

    X: Floats
    y: Floats
    weights: Floats | None
    places: tuple[int, ...]
    sizes: tuple[float, ...]

    @classmethod
    def of(cls, X: Floats, y: Floats, weights: Floats | None, most: int, influence: Floats | None = None) -> Table:
        """Return the table of inputs ``X`` (n, d) that vary; of more than ``most`` those of the largest influence.

        They come in that order; without an influence (d,) that is known the data have their own. Raises `DataError` for
        inputs that are too large or too small to be raised to the fourth power.
        """
        largest = np.abs(X).max(axis=0)
        varying = np.flatnonzero(np.ptp(X, axis=0) > 0)
        for size in (largest[varying].max(initial=1.0), 1.0 / largest[varying].min(initial=1.0)):
            if not size <= LARGEST_INPUT:
                raise DataError(f"equate takes inputs from {1 / LARGEST_INPUT:.0e} to {LARGEST_INPUT:.0e}; scale them")
        seen = evenly(len(y), MOST_ROWS)
        X, y = X[seen], y[seen]
        if influence is None:
            influence = np.zeros(len(largest))
            influence[varying] = relevance(X[:, varying], y, bins=_bins(len(y)))
        chosen = varying[np.argsort(-influence[varying], kind="stable")][:most]
        weights = None if weights is None else weights[seen]
        sizes = tuple(float(size) for size in largest[chosen])
        return cls(X[:, chosen] / largest[chosen], y, weights, tuple(int(place) for place in chosen), sizes)

    @property
    def count(self) -> int:
        """The number of inputs."""
        return len(self.places)

    @property
    def rows(self) -> float:
        """The number of rows; of rows of different weight, how many of one weight would tell as much."""
        if self.weights is None:
            return float(len(self.y))
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    def thinned(self, most: int) -> Table:
        """Return the table with at most so many rows, evenly spaced."""
        seen = evenly(len(self.y), most)
        weights = None if self.weights is None else self.weights[seen]
        return Table(self.X[seen], self.y[seen], weights, self.places, self.sizes)

    def subset(self, rng: np.random.Generator, rows: int) -> tuple[Floats, Floats]:
        """Return so many rows, drawn by their weights; each once at most where there are enough."""
        total = len(self.y)
        shares = None if self.weights is None else self.weights / self.weights.sum()
        enough = total >= rows and (shares is None or int((shares > 0).sum()) >= rows)
        drawn = rng.choice(total, rows, replace=not enough, p=shares)
        return self.X[drawn], self.y[drawn]

    def formula(self, skeleton: Expression, fit: FittedProgram) -> Formula:
        """Return a fit as a formula over all inputs, in their own units."""
        inputs: Sequence[Formula] = [Formula.variable(place) for place in self.places]
        sizes = dict(zip(self.places, self.sizes, strict=True))
        maps = [(sizes.get(place, 1.0), 0.0) for place in range(max(self.places) + 1)]
        return rewritten(formula_of(skeleton, fit, inputs), maps)


def evenly(rows: int, most: int) -> NDArray[np.int64]:
    """Return the places of at most so many rows, evenly spaced."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).round().astype(np.int64))


def _bins(rows: int) -> int:
    return 8 if rows >= 64 else 5 if rows >= 25 else 2
