"""How large a formula is."""

from __future__ import annotations

from smoothdistill_core import Measure, Metric, ScoringContext


class Complexity(Metric):
    """The number of nodes of a formula as it was found; None for a teacher."""

    name = "complexity"
    direction = "lower"
    measures = Measure.COMPLEXITY
    axis = "complexity"
    unit = "nodes"
    of = "formulas"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the number of operators, inputs and constants; a protected operator counts once."""
        from smoothdistill_core.formula import Formula

        return float(context.model.complexity) if isinstance(context.model, Formula) else None
