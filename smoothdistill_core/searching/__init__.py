"""What students share, and authors of students may use: checks of a task, weights, the best constant, the front."""

from smoothdistill_core.searching.box import training_box
from smoothdistill_core.searching.constant import BestConstant, best_constant
from smoothdistill_core.searching.front import front
from smoothdistill_core.searching.task_checks import checked
from smoothdistill_core.searching.weights import as_shares, weights_of

__all__ = ["BestConstant", "as_shares", "best_constant", "checked", "front", "training_box", "weights_of"]
