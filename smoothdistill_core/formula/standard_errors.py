"""`standard_errors`: how well rows tell each constant of a formula."""

from __future__ import annotations

import numpy as np

from smoothdistill_core.formula.constants import constants, sensitivity
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.likelihood import probability
from smoothdistill_core.formula.operators.operator import Array

CONVERGED = 1e-6
"""The least standard error of a constant, as a part of it: searches end before the last digits."""


def standard_errors(
    formula: Formula, X: Array, y: Array, weights: Array | None = None, *, log_odds: bool = False
) -> Array:
    """Return the standard errors (k,) of the constants of a formula at rows ``X`` (n, d) with targets ``y`` (n,).

    They are those of least squares, the formula taken for linear in its constants nearby (Seber and Wild, Nonlinear
    Regression, 2003, section 2.1), in each constant's own unit, and at least a millionth of it; of ``log_odds`` of 0
    and 1 those of maximum likelihood, by Fisher's information. They take the formula's structure for granted.
    ``weights`` (n,) are those of weighted least squares: what a row of twice the weight tells of the target varies half
    as much, and it is still one row. A constant that is 0, or that moves no prediction, is taken for granted too, and
    its own is infinite. All are where the rows do not tell the others apart, or are no more than these.
    """
    values = constants(formula)
    errors: Array = np.full(len(values), np.inf)
    with np.errstate(all="ignore"):
        value = formula.predict(X)
        counts = np.ones(len(y)) if weights is None else weights
        if log_odds:
            p = probability(value)
            counts = counts * p * (1.0 - p)
        slopes = sensitivity(formula, X) * values * np.sqrt(counts)[:, None]
        lengths = np.linalg.norm(slopes, axis=0)
        told = lengths > 0.0
        freedom = len(y) - int(told.sum())
        variance = 1.0 if log_odds else counts @ (value - y) ** 2 / freedom
    if freedom < 1 or not told.any() or not np.isfinite(lengths).all() or not np.isfinite(variance):
        return errors
    lengths = lengths[told]
    _, sizes, directions = np.linalg.svd(np.linalg.qr(slopes[:, told] / lengths, mode="r"))  # one scale for all
    if sizes[-1] > CONVERGED * sizes[0]:
        parts = np.sqrt(variance * np.sum((directions.T / sizes) ** 2, axis=1)) / lengths
        errors[told] = np.abs(values[told]) * np.maximum(parts, CONVERGED)
    return errors
