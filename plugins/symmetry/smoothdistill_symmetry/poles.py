"""`divides_across_0`: whether a formula has a pole among the rows of the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Constant, Formula, Operator, Variable

Array = NDArray[np.float64]

DIVISORS = {"div": 1, "inverse": 0}
"""Which argument of an operator it divides by."""


def divides_across_0(formula: Formula, X: Array) -> bool:
    """Return whether something that the formula divides by has both signs at the rows ``X`` (n, d), or is 0."""
    found = []

    def leaf(node: Variable | Constant) -> Array:
        return X[:, node.index] if isinstance(node, Variable) else np.full(len(X), node.value)

    def apply(operator: Operator, *arguments: Array) -> Array:
        divisor = arguments[DIVISORS[operator.name]] if operator.name in DIVISORS else None
        if operator.name == "pow" and (arguments[1] < 0).all():
            divisor = arguments[0]
        if divisor is not None:
            found.append(bool((divisor <= 0).any() and (divisor >= 0).any()))
        return operator.value(*arguments)

    with np.errstate(all="ignore"):
        formula.fold(leaf, apply)
    return any(found)
