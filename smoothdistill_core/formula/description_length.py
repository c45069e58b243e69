"""`description_length`: how many bits it takes to write down a formula and the errors that it leaves."""

from __future__ import annotations

import math

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant

LEAST_ERROR = 1e-12
"""Mean squared errors below this part of the target's variance are rounding, and as good as one another."""


def description_length(formula: Formula, squared_error_mean: float, rows: int) -> float:
    """Return the description length in bits: that of the errors, of the tree and of its constants.

    The errors of ``rows`` rows, normal with mean square ``squared_error_mean`` in units of the target's variance,
    take rows/2 * log2(squared_error_mean) bits, up to a number that all formulas share. A tree of k nodes over s
    different symbols takes k * log2(s) bits (Bartlett, Desmond and Ferreira 2023, Exhaustive Symbolic Regression).
    A constant takes log2(rows)/2 bits, as n rows fix a number to about 1/sqrt(n) of its size (Rissanen 1978), or
    log2(1 + |n|) and 1 for the sign where it is a whole number n (Udrescu et al. 2020, AI Feynman 2.0) and
    that is less.

    Only differences mean anything; less is better. An error that is not finite gives infinity. Raises
    `FormulaError` for a negative error or fewer than 1 row.
    """
    if squared_error_mean < 0.0 or rows < 1:
        raise FormulaError(
            f"a description needs a mean squared error from 0 and 1 row or more: {squared_error_mean!r}, {rows!r}"
        )
    if not math.isfinite(squared_error_mean):
        return math.inf
    errors = rows / 2.0 * math.log2(max(squared_error_mean, LEAST_ERROR))
    symbols = {Constant if isinstance(node, Constant) else node for node in formula.nodes}
    tree = formula.complexity * math.log2(len(symbols))
    return errors + tree + sum(_bits(node.value, rows) for node in formula.nodes if isinstance(node, Constant))


def _bits(constant: float, rows: int) -> float:
    fitted = math.log2(rows) / 2.0
    return min(fitted, 1.0 + math.log2(1.0 + abs(constant))) if constant.is_integer() else fitted
