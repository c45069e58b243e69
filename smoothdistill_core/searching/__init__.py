"""What students share, and authors of students may use: checks of a task, weights, fits of constants, the front."""

from smoothdistill_core.searching.box import training_box
from smoothdistill_core.searching.constant import BestConstant, best_constant
from smoothdistill_core.searching.fitted_program import FittedProgram, fitted
from smoothdistill_core.searching.front import front
from smoothdistill_core.searching.interruptible import interruptible
from smoothdistill_core.searching.program import Program
from smoothdistill_core.searching.refit import refitted
from smoothdistill_core.searching.rehearsal import rehearse
from smoothdistill_core.searching.task_checks import checked
from smoothdistill_core.searching.weights import as_shares, weights_of

__all__ = [
    "BestConstant",
    "FittedProgram",
    "Program",
    "as_shares",
    "best_constant",
    "checked",
    "fitted",
    "front",
    "interruptible",
    "refitted",
    "rehearse",
    "training_box",
    "weights_of",
]
