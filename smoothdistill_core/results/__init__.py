"""What a study found: outcomes, the choice among formulas and strengths, and the summary."""

from smoothdistill_core.results.answer import Answer
from smoothdistill_core.results.by_name import formula_by_name, formulas_by_name
from smoothdistill_core.results.methods import Method, MethodScores
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.results import Results
from smoothdistill_core.results.summary import Line, summarise

__all__ = [
    "Answer",
    "Line",
    "Method",
    "MethodScores",
    "Outcome",
    "Results",
    "formula_by_name",
    "formulas_by_name",
    "summarise",
]
