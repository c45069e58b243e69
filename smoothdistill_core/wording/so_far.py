"""What a study that runs has found so far, in words."""

from __future__ import annotations

from smoothdistill_core.errors import printable
from smoothdistill_core.study.best_formula import BestFormula
from smoothdistill_core.study.progress import Progress
from smoothdistill_core.wording.numbers import number, three_digits


def scores_so_far(best: BestFormula) -> str:
    """Say how good the best formula is, and on which rows: ``R2 0.482, RMSE 54.3 on the validation part``."""
    scores = [f"log-loss {number(best.log_loss)}"] if best.log_loss is not None else []
    scores += [f"AUC {number(best.auc)}"] if best.auc is not None else []
    scores += [f"R2 {number(best.r2)}"] if best.r2 is not None else []
    scores += [f"RMSE {three_digits(best.rmse)}"] if best.rmse is not None else []
    return f"{', '.join(scores)} on the {best.part} part" if scores else f"judged on the {best.part} part"


def told_so_far(best: BestFormula) -> str:
    """Say how good the best formula is, and which trial it comes from."""
    return f"{scores_so_far(best)} of {printable(best.dataset)}, seed {best.seed}"


class Improvements:
    """Tells of each dataset's best formula once, however often it is reported."""

    def __init__(self) -> None:
        self._told: dict[str, BestFormula] = {}

    def new(self, progress: Progress) -> BestFormula | None:
        """Return the best formula where it is another than the last one that this returned of its dataset."""
        best = progress.best
        if best is None or self._told.get(best.dataset) == best:
            return None
        self._told[best.dataset] = best
        return best
