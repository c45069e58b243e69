"""`nothing_left`: whether a formula leaves nothing that is worth a further search.

That is so where it leaves no more than a hundredth of the variance, is short, and no smooth model predicts what it
leaves any better than the same numbers in another order: kernel ridge regression with a Gaussian kernel, judged by
leaving one row out, and a test by permutations (Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005).
A formula that is only near a law leaves a smooth remainder, which such a model sees.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation import Split
from smoothdistill_core.preparation.leaving_one_out import errors_of_leaving_one_out
from smoothdistill_core.trial.rows_at import rows_at

Array = NDArray[np.float64]

LEFT = 0.01
"""More of the variance of the validation rows is worth a further search, whatever it is made of."""

ROUNDING = 1e-12
"""Less of it is what numbers of the computer leave of an exact formula."""

MOST_NODES = 30
"""A longer formula is worth a search for a shorter one."""

MOST_ROWS = 500
"""The smooth model is fitted to at most so many rows: its time grows with their cube."""

WIDTHS = 0.5, 1.0, 2.0
"""Widths of the kernel, in medians of the distances between rows."""

RIDGES = 1e-4, 1e-2, 1e-1, 1.0, 10.0

PERMUTATIONS = 39
"""A remainder has a pattern if the model predicts it better than all but one of so many of its orders: at the 5 %
level."""


def nothing_left(formulas: Iterable[tuple[Formula, int]], split: Split) -> bool:
    """Say whether one of the formulas over standardised inputs, each with its nodes in data units, leaves nothing.

    Rows are those of training and validation; without validation rows the answer is no, for constants were fitted to
    the others. Weights of rows count in the share that is left; a pattern is sought in all rows alike.
    """
    if "validation" not in split.parts:
        return False
    validation = split.parts["validation"]
    weights = validation.weights
    mean = np.average(validation.y, weights=weights)
    variance = float(np.average((validation.y - mean) ** 2, weights=weights))
    smooth: _SmoothModels | None = None
    for formula, nodes in formulas:
        if nodes > MOST_NODES:
            continue
        with np.errstate(all="ignore"):
            left = float(np.average((formula.predict(validation.X) - validation.y) ** 2, weights=weights))
        if not left <= LEFT * variance:
            continue
        if left <= ROUNDING * variance:
            return True
        smooth = smooth or _SmoothModels.of(split)
        if not smooth.see(formula):
            return True
    return False


class _SmoothModels:
    """Smooth models of what formulas leave of ``y`` (n,) at the same rows ``X`` (n, d)."""

    def __init__(self, X: Array, y: Array) -> None:
        self._X, self._y = X, y
        squared = (X**2).sum(axis=1)
        distances = np.maximum(squared[:, None] + squared - 2.0 * X @ X.T, 0.0)
        median = float(np.median(distances[np.triu_indices(len(X), 1)])) or 1.0
        self._kernels = [np.linalg.eigh(np.exp(-distances / (2.0 * width**2 * median))) for width in WIDTHS]

    @classmethod
    def of(cls, split: Split) -> _SmoothModels:
        """Return models of the rows of a split that choose and fit formulas, or of as many of them as there may be."""
        seen = [split.parts[part] for part in ("train", "validation")]
        y = np.concatenate([rows.y for rows in seen])
        drawn = np.random.default_rng(0).permutation(len(y))[:MOST_ROWS]
        return cls(rows_at(drawn, [rows.X for rows in seen]), y[drawn])

    def see(self, formula: Formula) -> bool:
        """Say whether a model predicts what a formula leaves."""
        with np.errstate(all="ignore"):
            left = self._y - formula.predict(self._X)
        if not np.isfinite(left).all():
            return True
        rng = np.random.default_rng(0)
        orders = np.column_stack([left, *(rng.permutation(left) for _ in range(PERMUTATIONS))])
        errors = self._errors(orders - left.mean())
        return bool((errors[1:] <= errors[0]).sum() <= 1)

    def _errors(self, targets: Array) -> Array:
        """Return the least error of leaving one row out that a model has, for each column of ``targets`` (n, k)."""
        least = np.full(targets.shape[1], np.inf)
        for values, vectors in self._kernels:
            for _, errors in errors_of_leaving_one_out(np.maximum(values, 0.0), vectors, targets, RIDGES):
                least = np.minimum(least, errors)
        return least
