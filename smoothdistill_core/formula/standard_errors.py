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
    as much, and it is still one row. Infinite where the rows do not tell all constants apart, or are no more than
    these.
    """
    values = constants(formula)
    unknown = np.full(len(values), np.inf)
    freedom = len(y) - len(values)
    with np.errstate(all="ignore"):
        slopes = sensitivity(formula, X) * values  # by the logarithm of each constant: one scale for all
        value = formula.predict(X)
        if log_odds:
            p = probability(value)
            counts = p * (1.0 - p) if weights is None else weights * p * (1.0 - p)
            slopes, error = slopes * np.sqrt(counts)[:, None], float(freedom)
        else:
            left = value - y
            if weights is not None:
                slopes, left = slopes * np.sqrt(weights)[:, None], left * np.sqrt(weights)
            error = float(left @ left)
    if freedom < 1 or not len(values) or not np.isfinite(slopes).all() or not np.isfinite(error):
        return unknown
    _, sizes, directions = np.linalg.svd(np.linalg.qr(slopes, mode="r"))
    if sizes[-1] <= CONVERGED * sizes[0]:
        return unknown
    variance = error / freedom * np.sum((directions.T / sizes) ** 2, axis=1)
    errors: Array = np.abs(values) * np.maximum(np.sqrt(variance), CONVERGED)
    return errors
