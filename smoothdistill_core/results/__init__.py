"""What a study found: outcomes, the choice among formulas and strengths, and the summary."""

from smoothdistill_core.results.by_name import formula_by_name, formulas_by_name
from smoothdistill_core.results.methods import Method, MethodScores
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.results import Results
from smoothdistill_core.results.summary import Line, best_formulas, summarise

__all__ = [
    "Line",
    "Method",
    "MethodScores",
    "Outcome",
    "Results",
    "best_formulas",
    "formula_by_name",
    "formulas_by_name",
    "summarise",
]
