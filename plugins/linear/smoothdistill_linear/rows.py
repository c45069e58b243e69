"""`Rows`: inputs and target in standard units, and few rows that stand for many in least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Candidate
from smoothdistill_core.formula import Formula
from smoothdistill_core.searching import as_shares, best_constant, weights_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import DistillationTask

    Array = NDArray[np.float64]
    Places = NDArray[np.intp]

LEAST_SPREAD = 1e-12
"""An input that varies by less than this share of its size is constant but for rounding."""

LEAST_UNIT = 1e-150
"""The coefficients of inputs that vary by less would be beyond what numbers can hold."""


@dataclass(frozen=True)
class Rows:
    """The rows of a task in standard units, without the inputs that do not vary.

    ``X`` (n, k) are the inputs of the numbers ``columns`` (k,), and ``y`` (n,) the target, each with mean 0 and
    standard deviation 1; ``centres`` and ``units`` (k,) say what that means. Of the ``weights`` (n,) the largest is 1.
    """

    X: Array
    y: Array
    weights: Array
    columns: Places
    centres: Array
    units: Array
    target_centre: float
    target_unit: float

    @classmethod
    def of(cls, task: DistillationTask) -> Rows:
        """Standardise a task that `checked` has passed, and whose target varies."""
        weights, constant = weights_of(task), best_constant(task)
        shares = as_shares(weights)
        sizes = np.abs(task.X).max(axis=0)
        scaled = task.X / np.where(sizes > 0.0, sizes, 1.0)  # so that no square overflows
        centres = shares @ scaled
        scaled -= centres
        spreads = np.sqrt(shares @ scaled**2)
        columns = np.flatnonzero((spreads > LEAST_SPREAD) & (spreads * sizes > LEAST_UNIT))
        spreads, sizes = spreads[columns], sizes[columns]
        return cls(
            scaled[:, columns] / spreads,
            (task.y - constant.value) / constant.spread,
            weights,
            columns,
            centres[columns] * sizes,
            spreads * sizes,
            constant.value,
            constant.spread,
        )

    def candidate(self, coefficients: Array) -> Candidate:
        """Return the regression with these coefficients (k,) as a formula over the inputs of the task."""
        return self._formula(coefficients * (self.target_unit / self.units), self.target_centre)

    def log_odds(self, coefficients: Array, intercept: float) -> Candidate:
        """Return the logistic regression with these coefficients (k,) of inputs in standard units as a formula."""
        return self._formula(coefficients / self.units, intercept)

    def _formula(self, slopes: Array, at_centres: float) -> Candidate:
        """Return a linear formula by its slopes (k,) and its value where all inputs are at their centres."""
        intercept = float(at_centres - slopes @ self.centres)
        terms = {int(column): float(slope) for column, slope in zip(self.columns, slopes, strict=True) if slope}

        def predict(X: Array) -> Array:
            values = np.full(len(X), intercept)
            for column, slope in terms.items():
                values += slope * X[:, column]
            return values

        inputs = max(terms, default=-1) + 1
        return Candidate(Formula.linear([terms.get(column, 0.0) for column in range(inputs)], intercept), predict)

    def condensed(self, places: Places) -> Array:
        """Return some of the rows as at most k + 2 rows of the columns (1, X, y) with the same inner products.

        Weights are in them. Condensed rows of several parts, one below the other, stand for all of these parts.
        """
        columns = np.column_stack([np.ones(len(places)), self.X[places], self.y[places]])
        return triangle(columns * np.sqrt(self.weights[places])[:, None])


def triangle(rows: Array) -> Array:
    """Return the triangle of a QR decomposition: few rows with the inner products of many."""
    return np.asarray(np.linalg.qr(rows, mode="r"))


def centred(condensed: Array) -> tuple[Array, Array]:
    """Return condensed rows as inputs (m, k) and targets (m,) that have no mean any more."""
    rows = triangle(condensed)[1:]  # the first alone has a part in the column of ones
    return rows[:, 1:-1], rows[:, -1]
