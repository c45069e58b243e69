"""`reaches`: whether the functions in a formula bend within the data, or are lines and parabolas in disguise.

Of noisy values a*sin(0.01*x) is as good as a line, and cos(0.01*x) as good as a parabola.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula, Operator

Array = NDArray[np.float64]

BENT = {"sin": 1.0, "cos": 1.0, "exp": 0.5, "expm1": 0.5, "tanh": 0.3, "atan": 0.3, "cosh": 0.5, "log1p": 0.3}
"""How far the argument of a function reaches, where it bends."""

LEAST_POWER = 0.3
"""How far the logarithm of a power reaches: c u^0.005 is as good as a logarithm."""


def reaches(formula: Formula, X: Array, least: Mapping[str, float] = BENT) -> bool:
    """Say whether the arguments of all functions reach as far as is demanded at the rows ``X`` (n, d)."""
    short = False

    def apply(operator: Operator, *parts: Formula) -> Formula:
        nonlocal short
        whole = Formula.apply(operator.name, *parts)
        with np.errstate(all="ignore"):
            if operator.name in least:
                short |= not np.ptp(parts[0].predict(X)) >= least[operator.name]
            if operator.name == "pow" and not parts[1].inputs:
                short |= not np.ptp(np.log(np.abs(whole.predict(X)))) >= LEAST_POWER
        return whole

    formula.fold(lambda leaf: Formula((leaf,)), apply)
    return not short
