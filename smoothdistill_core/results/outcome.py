"""`Outcome`: one formula of one trial with its scores and its teacher's."""

from __future__ import annotations

import math
from dataclasses import dataclass

from smoothdistill_core.components import Part, Role
from smoothdistill_core.errors import StoreError
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.formula import Formula
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.formula_choice import refusal
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.store import Cell, TrialRecord
from smoothdistill_core.trial import FrontEntry, Scores
from smoothdistill_core.units import UnitCheck

BEST_TEACHER = "best teacher"
"""What stands in place of a penalty where a student imitates the best of a trial's teachers."""


def label_of(cell: Cell) -> str:
    """Return what tables call how a student came by its formula.

    It is the regularizer of its teacher, or `BEST_TEACHER`; ``direct`` for a search on the data itself, and for a
    baseline its own name, with the options that are not its defaults.
    """
    if cell.role is Role.BASELINE:
        return cell.student
    if cell.role is Role.DIRECT:
        return Role.DIRECT.value
    return cell.regularizer or BEST_TEACHER


@dataclass(frozen=True)
class Outcome:
    """One formula of one trial, found by the student of one ``cell``.

    ``place`` is that of ``chosen`` in the student's front. ``teacher_cell`` is the teacher that it imitates; it and
    ``teacher_scores`` are None for those without. ``passed_over`` is the formula that the rule would have chosen, had
    it no pole, were it right about units, and did it go the demanded ways.
    """

    trial: TrialRecord
    cell: Cell
    chosen: FrontEntry
    front: tuple[FrontEntry, ...]
    place: int = 0
    passed_over: FrontEntry | None = None
    teacher_scores: Scores | None = None
    teacher_cell: Cell | None = None

    @property
    def role(self) -> Role:
        """Whether a teacher taught it, or it was found on the data itself, and if so whether by a baseline."""
        return self.cell.role

    @property
    def penalty(self) -> str:
        """What tables call how it came about, see `label_of`."""
        return label_of(self.cell)

    @property
    def student(self) -> str:
        """The student, with its options."""
        return self.cell.student

    @property
    def teacher(self) -> str:
        """The teacher, with its options, or which of them is the best one's; empty where there is none."""
        return self.cell.teacher

    @property
    def strength(self) -> float:
        """The strength of the penalty; 0 where there is none."""
        return self.cell.strength

    @property
    def formula(self) -> Formula:
        """The formula as it was found: over standardised inputs, x0 and on."""
        return self.chosen.formula

    @property
    def nodes(self) -> int:
        """How large the formula is, see `FrontEntry.nodes`."""
        return self.chosen.nodes

    @property
    def scores(self) -> Scores:
        """The scores of the formula."""
        return self.chosen.scores

    @property
    def scaling(self) -> Scaling:
        """What its standardised numbers mean in the data's own units."""
        if self.trial.facts is None:
            raise StoreError("a trial without finished cells has no scaling")
        return self.trial.facts.scaling

    @property
    def explanation(self) -> Explanation:
        """The formula in the data's own units and names, exact; it prints itself rounded."""
        return Explanation(self.chosen.explained, self.scaling, self.chosen.rounded, self.chosen.notes)

    @property
    def units(self) -> UnitCheck | None:
        """What the units of the data say about the formula that one reads, `text`; None where no unit is known."""
        return self.explanation.units

    def passed_over_for(self, choose: Choose) -> str:
        """Say why another formula was passed over for this one, as a sentence; empty where none was."""
        return "" if self.passed_over is None else refusal(self.passed_over, choose, self.trial.facts)

    def score(self, metric: str, part: Part = "test") -> float:
        """Return a score of the formula, NaN where there is none."""
        return self.scores.get((part, metric), math.nan)

    def teacher_score(self, metric: str, part: Part = "test") -> float:
        """Return a score of its teacher, NaN where there is none."""
        return (self.teacher_scores or {}).get((part, metric), math.nan)

    @property
    def text(self) -> str:
        """The formula in the data's own units and names, rounded so that R2 on the training rows stays."""
        return Explanation(self.chosen.rounded, self.scaling).text()
