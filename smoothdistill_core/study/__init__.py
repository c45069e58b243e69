"""Many trials: plan them, run them on an executor, resume them."""

from smoothdistill_core.study.best_formula import BestFormula
from smoothdistill_core.study.outlook import Batch, Outlook
from smoothdistill_core.study.plan import Plan, make_plan
from smoothdistill_core.study.progress import Progress
from smoothdistill_core.study.study import Study

__all__ = ["Batch", "BestFormula", "Outlook", "Plan", "Progress", "Study", "make_plan"]
