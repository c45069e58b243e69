"""Where a formula comes from, in words."""

from __future__ import annotations

from smoothdistill_core.recipe.defaults import UNPENALISED
from smoothdistill_core.results import Outcome
from smoothdistill_core.results.outcome import BEST_TEACHER
from smoothdistill_core.wording.names import Names


def that_of(outcome: Outcome, names: Names) -> str:
    """Say which of the formulas of several seeds is meant, by where it comes from."""
    return f"that of {origin(outcome, names)} (seed {outcome.trial.seed})"


def origin(outcome: Outcome, names: Names) -> str:
    """Say who found a formula, and who taught it."""
    student = names.short(outcome.student)
    cell = outcome.teacher_cell
    if cell is None:
        return f"{student} on the data itself"
    strength = f" at strength {cell.strength:g}" if cell.strength > 0 else ""
    penalty = "without a penalty" if cell.regularizer == UNPENALISED else f"with {cell.regularizer}{strength}"
    among = f", the {outcome.teacher}" if outcome.penalty == BEST_TEACHER else ""
    return f"{student}, taught by {names.short(cell.teacher)} {penalty}{among}"
