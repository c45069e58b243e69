"""What a study found: outcomes, the choice among formulas and strengths, and the summary."""

from smoothdistill_core.results.by_name import choices, select
from smoothdistill_core.results.recommendation import recommended
from smoothdistill_core.results.results import DIRECT, Outcome, Results
from smoothdistill_core.results.strength_choice import chosen
from smoothdistill_core.results.summary import Line, best_formulas, summarise

__all__ = [
    "DIRECT",
    "Line",
    "Outcome",
    "Results",
    "best_formulas",
    "choices",
    "chosen",
    "recommended",
    "select",
    "summarise",
]
