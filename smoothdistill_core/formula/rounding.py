"""`rounded`: a formula with the fewest digits that keep its accuracy."""

from __future__ import annotations

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.constants import constants, with_constants
from smoothdistill_core.formula.evaluation import rows
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.operators.operator import Array
from smoothdistill_core.formula.rewriting.affine import tidied

ALL_DIGITS = 17
"""Significant digits with which every float64 is written exactly."""

WHOLE = 10_000.0
"""Whole numbers below this are short already and stay."""


def rounded(formula: Formula, X: Array, y: Array, tolerance: float) -> Formula:
    """Return the formula with its constants rounded so far that R2 falls by at most ``tolerance``.

    R2 is that of the predictions at the rows of ``X`` (n, d) for ``y`` (n,). All constants first get one number
    of significant digits, the least that will do; then one constant after the other loses more, as long as R2
    keeps within the tolerance. Whole numbers below 10,000 stay. What rounding made trivial (1 * x) is folded. The
    formula itself is returned where its R2 is not finite. Raises `FormulaError` for a tolerance that is not in
    [0, 1) and for a ``y`` of another length.
    """
    if not 0.0 <= tolerance < 1.0:
        raise FormulaError(f"the tolerance is how much of R2 may be lost: a number in [0, 1), not {tolerance!r}")
    X, y = rows(formula.nodes, X), np.asarray(y, dtype=np.float64)
    if y.shape != (len(X),):
        raise FormulaError(f"y must have shape ({len(X)},), as X has {len(X)} rows, not {y.shape}")
    values = constants(formula)
    longs = [index for index, value in enumerate(values) if not (value.is_integer() and abs(value) < WHOLE)]

    def error(digits: Array) -> float:
        with np.errstate(all="ignore"):
            return float(np.sum((with_constants(formula, _shortened(values, digits)).predict(X) - y) ** 2))

    digits = np.full(len(values), ALL_DIGITS)
    exact = error(digits)
    with np.errstate(all="ignore"):
        most = exact + tolerance * float(np.sum((y - y.mean()) ** 2)) if len(y) else exact
    if not (longs and np.isfinite(most)):
        return formula
    for same in range(1, ALL_DIGITS + 1):
        digits[longs] = same
        if error(digits) <= most:
            break
    for index in longs:
        for fewer in range(1, digits[index]):
            shorter = digits.copy()
            shorter[index] = fewer
            if error(shorter) <= most:
                digits = shorter
                break
    short = with_constants(formula, _shortened(values, digits))
    # what rounding made trivial (1 * x) goes, but not where merged constants have more digits to write
    return min(short, tidied(short), key=lambda candidate: len(candidate.text()))


def _shortened(values: Array, digits: Array) -> list[float]:
    return [float(f"{value:.{count - 1}e}") for value, count in zip(values.tolist(), digits.tolist(), strict=True)]
