"""Logistic regressions on all inputs, or on those few that cross-validation needs: ridge's counterpart for 0 and 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.formula.likelihood import log_losses
from smoothdistill_core.searching import as_shares, front
from smoothdistill_linear.choosing import FOLDS, fewest
from smoothdistill_linear.lasso import at_most, supports
from smoothdistill_linear.rows import Rows, centred

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import Deadline

    Array = NDArray[np.float64]
    Places = NDArray[np.intp]

    Fit = tuple[Array, float]
    """Coefficients (k,) and the intercept."""


def log_odds_on_all_inputs(
    rows: Rows, labels: Array, strengths: Sequence[float], seed: int, deadline: Deadline
) -> list[Fit]:
    """Return the one logistic regression on all inputs."""
    path = LogisticPath(rows, labels, strengths, seed, deadline)
    return [path.fit(rows.X.shape[1])]


def log_odds_on_few_inputs(
    rows: Rows, labels: Array, strengths: Sequence[float], seed: int, deadline: Deadline
) -> list[Fit]:
    """Return the logistic regression that cross-validation chooses, after shorter ones that are better than shorter."""
    path = LogisticPath(rows, labels, strengths, seed, deadline)
    errors = dict(zip(path.sizes, path.errors.tolist(), strict=True))
    shorter = (size for size in path.sizes if 0 < size < path.chosen)
    shown = front(shorter, size=float, error=errors.__getitem__, below=errors[0])
    return [path.fit(size) for size in (*shown, path.chosen)]


class LogisticPath:
    """Logistic regressions on the inputs that the lasso takes for ``labels`` (n,) of 0 and 1, by how many they are.

    ``strength`` is that of the penalty, half of which times the squares of the coefficients is added to the sum of the
    log-losses. Of the ``strengths`` it is the one with the least log-loss in cross-validation of all inputs, of equals
    the strongest. ``errors`` (s,) are the mean log-losses of the ``sizes`` (s,) there. In each fold, which has its
    share of both classes, the lasso chooses anew. Where the ``deadline`` comes first, they are of the strengths, and of
    the rows of the folds, so far.
    """

    def __init__(self, rows: Rows, labels: Array, strengths: Sequence[float], seed: int, deadline: Deadline) -> None:
        self._rows, self._labels = rows, labels
        everything = np.arange(rows.X.shape[1])
        self._supports = supports(*centred(rows.condensed(np.arange(len(labels)))))
        self._supports[len(everything)] = everything
        self.sizes = sorted(self._supports)
        count = len(labels)
        order = np.random.default_rng(seed).permutation(count)
        order = order[np.argsort(labels[order], kind="stable")]
        number = np.empty(count, dtype=np.intp)
        number[order] = np.arange(count) % min(FOLDS, count)
        self._folds = [(np.flatnonzero(number != each), np.flatnonzero(number == each)) for each in np.unique(number)]
        losses = {}
        for each in deadline.within(sorted(strengths, reverse=True)):
            places, of_all = self._losses([everything], each, self._folds)
            losses[each] = float(as_shares(rows.weights[places]) @ of_all[:, 0])
        self.strength = min(losses, key=losses.__getitem__)
        places, errors = self._losses(None, self.strength, deadline.within(self._folds))
        shares = as_shares(rows.weights[places])
        self.errors = shares @ errors
        self.chosen = fewest(self.sizes, errors, shares)

    def fit(self, size: int) -> Fit:
        """Return the regression on so many inputs, fitted to all rows."""
        return self._fitted(np.arange(len(self._labels)), self._supports[size], self.strength)

    def _losses(
        self, inputs: list[Places] | None, strength: float, folds: Iterable[tuple[Places, Places]]
    ) -> tuple[Places, Array]:
        """Return the rows (m,) of folds, and the log-loss of each (m, s) by regressions that it had no part in.

        They are on all of ``inputs``, or, where there are none, by size.
        """
        rows, labels = self._rows, self._labels
        found, seen = [], []
        for others, places in folds:
            chosen = inputs
            if chosen is None:
                taken = supports(*centred(rows.condensed(others)))
                taken[rows.X.shape[1]] = np.arange(rows.X.shape[1])
                chosen = [at_most(size, taken) for size in self.sizes]
            fits = [self._fitted(others, support, strength) for support in chosen]
            scores = [rows.X[places] @ slopes + intercept for slopes, intercept in fits]
            found.append(np.column_stack([log_losses(score, labels[places]) for score in scores]))
            seen.append(places)
        return np.concatenate(seen), np.concatenate(found)

    def _fitted(self, places: Places, support: Places, strength: float) -> Fit:
        from sklearn.linear_model import LogisticRegression

        slopes, labels, weights = np.zeros(self._rows.X.shape[1]), self._labels[places], self._rows.weights[places]
        share = float(np.clip(weights @ labels / weights.sum(), 0.5 / len(labels), 1.0 - 0.5 / len(labels)))
        if not len(support) or labels.min() == labels.max():
            return slopes, float(np.log(share / (1.0 - share)))
        model = LogisticRegression(C=1.0 / strength, solver="newton-cholesky", tol=1e-8)
        model.fit(self._rows.X[np.ix_(places, support)], labels, sample_weight=weights)
        slopes[support] = model.coef_[0]
        return slopes, float(model.intercept_[0])
