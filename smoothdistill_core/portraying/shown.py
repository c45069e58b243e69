"""`Shown`: a formula or a teacher at the rows of a portrait, and how each column of the table moves it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.scaling import Scaling

Array = NDArray[np.float64]
Places = NDArray[np.intp]

PAIRINGS = 8
"""Each row is compared with so many others in which one column is another."""

DIGITS = 9
"""The significant digits of what is kept: residuals may be small beside the target."""


@dataclass(frozen=True)
class Shown:
    """What a model over standardised inputs predicts at rows ``X`` (n, d), as its own trial standardises them."""

    model: Callable[[Array], Array]
    scaling: Scaling
    X: Array

    @property
    def predicted(self) -> tuple[float, ...]:
        """The predictions (n,) at the rows, in the target's own unit."""
        return _written(self._at(self.X))

    def spread(self, apart: Array) -> tuple[float, ...]:
        """Return in the target's own unit a standard deviation ``apart`` (n,) of standardised predictions."""
        said = np.asarray(self.model(self.X), dtype=np.float64)
        return _written((self.scaling.restore(said + apart) - self.scaling.restore(said - apart)) / 2)

    def effect(self, column: str, values: Sequence[float | str]) -> tuple[float, ...]:
        """Return the mean predictions where a column has one of ``values`` in all rows: its partial dependence.

        All indicators of a column of categories move together; at the reference category none of them is 1.
        """
        rows = np.tile(self.X, (len(values), 1))
        for place in self._places(column):
            feature = self.scaling.features[place]
            if feature.category is None:
                raw = np.array(values, dtype=np.float64)
            else:
                raw = np.array([float(value == feature.category) for value in values])
            rows[:, place] = np.repeat((raw - feature.mean) / feature.scale, len(self.X))
        with np.errstate(all="ignore"):
            return _written(self._at(rows).reshape(len(values), len(self.X)).mean(axis=1))

    def shares(self, inputs: Iterable[int], seed: int) -> dict[str, float]:
        """Return the shares of the columns of some ``inputs`` in the variance of the predictions, the largest first.

        A column's share is its total effect over the sum of those of all: half the mean square of how far a prediction
        moves where the column alone is that of another row (Jansen 1999). NaN where no prediction is finite.
        """
        others = _pairings(len(self.X), seed)
        unmoved = np.tile(self._at(self.X), len(others))
        effects: dict[str, float] = {}
        for column in dict.fromkeys(self.scaling.features[place].column for place in sorted(inputs)):
            places = self._places(column)
            rows = np.tile(self.X, (len(others), 1))
            rows[:, places] = self.X[np.concatenate(others)][:, places]
            with np.errstate(all="ignore"):
                squares = (self._at(rows) - unmoved) ** 2
            finite = squares[np.isfinite(squares)]
            effects[column] = float(finite.mean()) / 2 if len(finite) else math.nan
        known = {column: effect for column, effect in effects.items() if not math.isnan(effect)}
        whole = math.fsum(known.values()) or 1.0
        order = sorted(known, key=known.__getitem__, reverse=True)
        shares = dict(zip(order, _written(known[column] / whole for column in order), strict=True))
        return shares | dict.fromkeys(effects.keys() - known.keys(), math.nan)

    def _at(self, X: Array) -> Array:
        with np.errstate(all="ignore"):
            return self.scaling.restore(np.asarray(self.model(X), dtype=np.float64))

    def _places(self, column: str) -> list[int]:
        """Return which inputs a column became."""
        return [place for place, feature in enumerate(self.scaling.features) if feature.column == column]


def _pairings(rows: int, seed: int) -> list[Places]:
    """Return for each row which other one it is compared with, once for each pairing."""
    rng = np.random.default_rng(seed)
    order, shifts = rng.permutation(rows), rng.permutation(np.arange(1, rows))[:PAIRINGS]
    pairings = [np.empty(rows, dtype=np.intp) for _ in shifts]
    for other, shift in zip(pairings, shifts, strict=True):
        other[order] = np.roll(order, shift)
    return pairings


def _written(values: Iterable[float]) -> tuple[float, ...]:
    """Return numbers with the digits that are kept; NaN for what is not finite."""
    return tuple(float(f"{value:.{DIGITS}g}") if math.isfinite(value) else math.nan for value in values)
