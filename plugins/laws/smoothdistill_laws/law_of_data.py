"""`found_and_law`: what the metrics that compare formulas with laws are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core import ScoringContext

if TYPE_CHECKING:
    from smoothdistill_core import Formula
    from smoothdistill_core.scaling import Scaling

    Box = list[tuple[float, float]]


def found_and_law(context: ScoringContext) -> tuple[Formula, Formula, Scaling] | None:
    """Return the formula that is scored, the law, and the way to own units; None for a teacher, or without a law."""
    from smoothdistill_core.formula import Formula

    if context.law is None or context.scaling is None or not isinstance(context.model, Formula):
        return None
    return context.model, context.law, context.scaling


def in_own_units(found: Formula, scaling: Scaling) -> tuple[Formula, Box]:
    """Return a formula over standardised inputs as one over the data's own, and the range of these in training."""
    from smoothdistill_core.explanation import Explanation

    return Explanation.of(found, scaling).formula, [(feature.low, feature.high) for feature in scaling.features]
