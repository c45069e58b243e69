"""Where a formula comes from, in words."""

from __future__ import annotations

from smoothdistill_core.recipe.defaults import UNPENALISED
from smoothdistill_core.results import Outcome
from smoothdistill_core.results.outcome import BEST_TEACHER
from smoothdistill_core.wording.names import Names


def origin(outcome: Outcome, names: Names) -> str:
    """Say where a formula comes from."""
    student = names.short(outcome.student)
    cell = outcome.teacher_cell
    if cell is None:
        return f"that of {student} on the data itself (seed {outcome.trial.seed})"
    strength = f" at strength {cell.strength:g}" if cell.strength > 0 else ""
    penalty = "without a penalty" if cell.regularizer == UNPENALISED else f"with {cell.regularizer}{strength}"
    among = f", the {outcome.teacher}" if outcome.penalty == BEST_TEACHER else ""
    return f"that of {student}, taught by {names.short(cell.teacher)} {penalty}{among} (seed {outcome.trial.seed})"
