"""Which penalties the compiled engine knows, and the number by which its kernel calls each."""

from __future__ import annotations

from smoothdistill_core import Regularizer
from smoothdistill_smoothness.few_inputs import GradientL1, InputGroup
from smoothdistill_smoothness.monotone import Monotone
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

NONE, HALF_SQUARES, NORM_PRODUCT, NORM_SUM, COLUMN_NORMS = 0, 1, 2, 3, 4
SQUARED_SLOPES, ABSOLUTE_SLOPES, WRONG_SLOPES = 5, 6, 7
"""From `SQUARED_SLOPES` on they are of the input Jacobian."""


def code_of(regularizer: Regularizer) -> int | None:
    """Return the number of a regularizer's penalty, or None for one that the compiled engine does not know.

    Known by class, not by name: another plugin's ``jacobian`` may compute something else.
    """
    if isinstance(regularizer, Lipschitz) and type(regularizer) is Lipschitz:
        return NORM_SUM if regularizer.norm == "sum" else NORM_PRODUCT
    codes = {
        Unregularized: NONE,
        L2: HALF_SQUARES,
        InputGroup: COLUMN_NORMS,
        Jacobian: SQUARED_SLOPES,
        GradientL1: ABSOLUTE_SLOPES,
        Monotone: WRONG_SLOPES,
    }
    return codes.get(type(regularizer), None if regularizer.strengths else NONE)
