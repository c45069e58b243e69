"""`SymbolicEquality`: whether a formula is the law that made the data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from smoothdistill_core import Metric, ScoringContext

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
    tolerance: Annotated[
        float, Field(gt=0, lt=0.5, description="how far factors, exponents and inner constants may be off, relative")
    ] = 0.01
    negligible: Annotated[
        float, Field(ge=0, lt=0.1, description="terms below this share of their sum's spread count as none")
    ] = 1e-6

    def score(self, context: ScoringContext) -> float | None:
        """Return 1.0 or 0.0, the same on each part; None for a teacher, and where no law is known."""
        from smoothdistill_core.formula import Formula

        if context.law is None or context.scaling is None or not isinstance(context.model, Formula):
            return None
        return float(_recovered(context.model, context.law, context.scaling, self.tolerance, self.negligible))


@lru_cache(maxsize=REMEMBERED)
def _recovered(found: Formula, law: Formula, scaling: Scaling, tolerance: float, negligible: float) -> bool:
    """Compare a formula over standardised inputs with a law, over the range of the training part."""
    from smoothdistill_core.explanation import Explanation
    from smoothdistill_laws.recovery import is_recovered

    box = [(feature.low, feature.high) for feature in scaling.features]
    return is_recovered(Explanation.of(found, scaling).formula, law, box, tolerance, negligible)
