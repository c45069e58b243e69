"""`SymbolicEquality`: whether a formula is the law that made the data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from smoothdistill_core import Metric, ScoringContext
from smoothdistill_laws.options import Negligible

if TYPE_CHECKING:
    from smoothdistill_core import Formula
    from smoothdistill_core.scaling import Scaling

REMEMBERED = 1024
"""Answers that are kept: a whole front is scored on one part of the data after the other, with the same answers."""


class SymbolicEquality(Metric):
    """1 where a formula is the law that made the data, written in whatever way, else 0; None where no law is known."""

    name = "symbolic_equality"
    direction = "higher"
    of = "formulas"
    needs_teacher = False
    weighs_rows = True
    tolerance: Annotated[
        float, Field(gt=0, lt=0.5, description="how far factors, exponents and inner constants may be off, relative")
    ] = 0.01
    negligible: Negligible = 1e-6

    def score(self, context: ScoringContext) -> float | None:
        """Return 1.0 or 0.0, the same on each part; None for a teacher, and where no law is known."""
        from smoothdistill_laws.law_of_data import found_and_law

        known = found_and_law(context)
        if known is None:
            return None
        return float(_recovered(*known, self.tolerance, self.negligible))


@lru_cache(maxsize=REMEMBERED)
def _recovered(found: Formula, law: Formula, scaling: Scaling, tolerance: float, negligible: float) -> bool:
    """Compare a formula over standardised inputs with a law, over the range of the training part."""
    from smoothdistill_laws.law_of_data import in_own_units
    from smoothdistill_laws.recovery import is_recovered

    formula, box = in_own_units(found, scaling)
    return is_recovered(formula, law, box, tolerance, negligible)
