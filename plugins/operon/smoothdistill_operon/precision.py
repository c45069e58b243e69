"""How far single precision may take Operon from what its trees say, and the check that it goes no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_core.formula import Constant, Operator, Variable
from smoothdistill_operon.versions import not_understood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

UNIT = 8 * 2.0**-24
"""The relative error of one operation; measured: at most 4.6 * 2^-24, that of tanh."""

LARGEST, SMALLEST = 1e18, 1e-37
"""Beyond these, single precision overflows in a square, and loses digits."""

KNOWN = 0.01
"""The error of a node is known, to first order, where it is at most this share of its value."""

OUTSIDE = 0.05
"""The share of those rows that may still be outside."""


def check(formula: Formula, value: Array, X: Array) -> None:
    """Raise `FormulaError` unless ``value`` (n,) is what single precision can make of a formula at ``X`` (n, d).

    So a pyoperon whose functions mean anything else than those of formulas is found out.
    """
    exact, bound = _with_bound(formula, X)
    known = np.isfinite(bound)
    with np.errstate(invalid="ignore"):
        off = known & ~(np.abs(value - exact) <= bound)
    if off.sum() > OUTSIDE * known.sum():
        worst = int(np.flatnonzero(off)[0])
        raise not_understood(
            f"it computes {float(value[worst])!r} where its tree, as the formula {formula.text(digits=4)}, gives "
            f"{float(exact[worst])!r}"
        )


def _with_bound(formula: Formula, X: Array) -> tuple[Array, Array]:
    """Return the formula's value at each row, and how far that of single precision may be from it.

    The errors of all operations are carried to the root by the derivatives (running error analysis: Higham,
    Accuracy and Stability of Numerical Algorithms, 2002, section 3.3). The bound is infinite where the error of
    any node on the way is not known.
    """

    def leaf(node: Variable | Constant) -> tuple[Array, Array]:
        value = np.full(len(X), node.value) if isinstance(node, Constant) else X[:, node.index]
        return value, UNIT * np.abs(value)

    def apply(operator: Operator, *parts: tuple[Array, Array]) -> tuple[Array, Array]:
        values = [value for value, _ in parts]
        result = operator.value(*values)
        error = UNIT * np.abs(result) + SMALLEST
        for slope, (value, inherited) in zip(operator.partials(result, *values), parts, strict=True):
            error = error + np.abs(slope) * (inherited + UNIT * np.abs(value))
        of_zero = np.logical_or.reduce([value == 0.0 for value in values])  # 0 then, and not a number too small
        known = (np.abs(result) < LARGEST) & ((error <= KNOWN * np.abs(result)) | (of_zero & (error <= KNOWN)))
        return result, np.where(known, error, np.inf)

    with np.errstate(all="ignore"):
        return formula.fold(leaf, apply)
