"""`out_of_fold`: how far a formula is off on rows that its constants were not fitted to, and the intervals that gives.

Cross-validation conformal prediction (Vovk, 2015; Barber, Candès, Ramdas, Tibshirani, 2021): an interval reaches as far
to both sides as the errors do of the wanted share of the rows, each predicted with constants fitted without its fold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import DataError
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation import Preparation
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.searching import refitted
from smoothdistill_core.searching.drawn import drawn

Array = NDArray[np.float64]

FOLDS = 5

MOST_ROWS = 2_000
"""Constants are fitted anew on at most so many rows."""


@dataclass(frozen=True)
class OutOfFold:
    """The errors (n,) of a formula in standardised units of ``scaling``, each with constants fitted without its row.

    ``weights`` (n,) are those of the rows; None where all count alike.
    """

    errors: Array
    scaling: Scaling
    weights: Array | None = None

    def around(self, predicted: Array, share: float) -> tuple[Array, Array]:
        """Return the lower and upper ends (n,) of the intervals around predictions in units of the target.

        Of new rows like these the ``share`` lies within, weighted as they are (Tibshirani, Barber, Candès, Ramdas,
        2019, a new row being of mean weight). Where the target is fitted as its logarithm, they are even on that scale.
        Raises `DataError` where there are too few rows for such a share.
        """
        count = len(self.errors)
        weights = np.ones(count) if self.weights is None else self.weights / self.weights.mean()
        order = np.argsort(np.abs(self.errors), kind="stable")
        reached = np.flatnonzero(np.cumsum(weights[order]) >= (count + 1) * share)
        if not len(reached):
            needed = math.ceil(share / (1 - share))
            raise DataError(
                f"an interval of {share:g} needs {needed} rows to judge by, and there are {count}; ask for less"
            )
        width = float(np.abs(self.errors[order[reached[0]]]))
        middle = self.scaling.standardise(predicted)
        return self.scaling.restore(middle - width), self.scaling.restore(middle + width)


def out_of_fold(formula: Formula, learnt: Preparation, seed: int) -> OutOfFold:
    """Return the errors of a formula over standardised inputs on its training and validation rows.

    Its constants are fitted anew without each fold in turn; folds keep groups and stretches of time together where
    rows were split so. Its structure was chosen on these rows all the same.
    """
    errors, rows = [], []
    for fit, held in learnt.folds(FOLDS, seed):
        seen = drawn(fit, MOST_ROWS, seed)
        fitted = refitted(formula, learnt.inputs_at(seen), learnt.target_at(seen), learnt.weights_at(seen))
        errors.append(learnt.target_at(held) - fitted.predict(learnt.inputs_at(held)))
        rows.append(held)
    together, held = np.concatenate(errors), np.concatenate(rows)
    known = np.isfinite(together)
    return OutOfFold(together[known], learnt.facts.scaling, learnt.weights_at(held[known]))
