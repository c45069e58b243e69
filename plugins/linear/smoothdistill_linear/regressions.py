"""Ridge regressions on all inputs, or on those few that cross-validation needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.searching import as_shares, front
from smoothdistill_linear.choosing import FOLDS, fewest
from smoothdistill_linear.lasso import at_most, supports
from smoothdistill_linear.ridge import ridge
from smoothdistill_linear.rows import Rows, centred

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import Deadline

    Array = NDArray[np.float64]
    Places = NDArray[np.intp]


def on_all_inputs(rows: Rows, strengths: Sequence[float]) -> list[Array]:
    """Return the coefficients (k,) of the one ridge regression on all inputs."""
    X, y = centred(rows.condensed(np.arange(len(rows.y))))
    return [ridge(X, y, len(rows.y), strengths)]


def on_few_inputs(rows: Rows, strengths: Sequence[float], seed: int, deadline: Deadline) -> list[Array]:
    """Return the coefficients (k,) of the regression that cross-validation chooses, after those of shorter ones.

    Each of those has less error than all that are shorter, in cross-validation.
    """
    path = RegressionPath(rows, strengths, seed, deadline)
    errors = dict(zip(path.sizes, path.errors.tolist(), strict=True))
    shorter = (size for size in path.sizes if 0 < size < path.chosen)
    shown = front(shorter, size=float, error=errors.__getitem__, below=errors[0])
    return [path.coefficients(size) for size in (*shown, path.chosen)]


class RegressionPath:
    """Ridge regressions on the inputs that the lasso takes, by how many they are.

    ``errors`` (s,) are the mean squared errors of the ``sizes`` (s,), from 0 on, in cross-validation with folds drawn
    by ``seed``. In each fold the lasso chooses anew: inputs that it takes by chance are not rewarded for that. Where
    the ``deadline`` comes before the last fold, the errors are of the rows of the folds so far.
    """

    def __init__(self, rows: Rows, strengths: Sequence[float], seed: int, deadline: Deadline) -> None:
        self._rows = rows
        self._strengths = strengths
        count = len(rows.y)
        fold = np.random.default_rng(seed).permutation(count) % min(FOLDS, count)
        self._folds = [np.flatnonzero(fold == number) for number in range(min(FOLDS, count))]
        self._condensed = [rows.condensed(places) for places in self._folds]
        self._all = centred(np.vstack(self._condensed))
        self._supports = supports(*self._all)
        if rows.X.shape[1] < count - 1:
            self._supports[rows.X.shape[1]] = np.arange(rows.X.shape[1])
        self.sizes = sorted(self._supports)
        places, squares = self._squared_errors(deadline)
        shares = as_shares(rows.weights[places])
        self.errors = shares @ squares
        self.chosen = fewest(self.sizes, squares, shares)

    def coefficients(self, size: int) -> Array:
        """Return the coefficients (k,) of the regression on so many inputs, fitted to all rows; 0 for all others."""
        return self._fitted(*self._all, self._supports[size], len(self._rows.y))

    def _squared_errors(self, deadline: Deadline) -> tuple[Places, Array]:
        """Return rows (m,), and the squared error of each (m, s) by the regressions that it had no part in."""
        rows = self._rows
        found: list[Array] = []
        for number, places in enumerate(deadline.within(self._folds)):
            others = np.vstack([part for each, part in enumerate(self._condensed) if each != number])
            X, y = centred(others)
            taken, inputs = supports(X, y), X.shape[1]
            shown = len(rows.y) - len(places)
            fits = [
                self._fitted(X, y, np.arange(inputs) if size == inputs else at_most(size, taken), shown)
                for size in self.sizes
            ]
            means = others[:, 0] @ others[:, 1:] / (others[:, 0] @ others[:, 0])
            off = (rows.y[places] - means[-1])[:, None] - (rows.X[places] - means[:-1]) @ np.column_stack(fits)
            found.append(off**2)
        return np.concatenate(self._folds[: len(found)]), np.concatenate(found)

    def _fitted(self, X: Array, y: Array, support: Places, rows: int) -> Array:
        coefficients = np.zeros(X.shape[1])
        coefficients[support] = ridge(X[:, support], y, rows, self._strengths)
        return coefficients
