"""`SymbolicSolution`: whether a formula solves a law by the rule of SRBench, which asks for less than the law."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from smoothdistill_core import Metric, ScoringContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core import Formula
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

LEAST_R2 = 0.5
"""Less accurate formulas are no solutions, whatever they are."""

DIGITS = 1e-6
"""Numbers are rounded to six digits."""

REMEMBERED = 1024
"""Answers that are kept, as it is the same on each part of the data."""

POINTS = 256
"""Points in the box that tell by which constant formula and law may differ."""


class SymbolicSolution(Metric):
    """1 where a formula differs from the law by no more than an offset, or by a factor, numbers rounded; else 0.

    It is the rule of SRBench (La Cava and others 2021, section 4), to stand beside its figures: either difference or
    ratio simplifies to a constant. There sympy simplifies; here the formula less the offset, or over the factor, is
    compared with the law as `ExactRecovery` does it without noise. None where no law is known, and for a teacher.
    """

    name = "symbolic_solution"
    direction = "higher"
    of = "formulas"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return 1.0 or 0.0."""
        from smoothdistill_laws.law_of_data import found_and_law

        known = found_and_law(context)
        if known is None:
            return None
        left = context.mean((context.prediction - context.y) ** 2)
        spread = context.mean((context.y - context.mean(context.y)) ** 2)
        if not left < (1.0 - LEAST_R2) * spread:  # also what has no value
            return 0.0
        return float(_is_solution(*known))


@lru_cache(maxsize=REMEMBERED)
def _is_solution(found: Formula, law: Formula, scaling: Scaling) -> bool:
    """Say whether a formula over standardised inputs and a law differ by an offset or a factor."""
    import numpy as np

    from smoothdistill_core.formula import Formula
    from smoothdistill_core.formula.probes import in_box
    from smoothdistill_laws.law_of_data import in_own_units
    from smoothdistill_laws.recovery import is_recovered

    formula, box = in_own_units(found, scaling)
    X = in_box(box, POINTS)
    with np.errstate(all="ignore"):
        values, wanted = formula.predict(X), law.predict(X)
    has_values = np.isfinite(values) & np.isfinite(wanted)
    values, wanted = values[has_values], wanted[has_values]
    if not len(values) or not values.any() or not wanted.any():
        return False
    offset, factor = float(np.mean(values - wanted)), float(values @ wanted / (wanted @ wanted))
    nearest = [Formula.apply("sub", formula, Formula.constant(offset))]
    if np.isfinite(factor) and factor != 0.0:
        nearest.append(Formula.apply("div", formula, Formula.constant(factor)))
    return any(is_recovered(each, law, box, DIGITS, DIGITS) for each in nearest)
