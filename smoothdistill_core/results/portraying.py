"""`Portraying`: which portrait an answer is to have, and whether the one that is kept is it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smoothdistill_core.components import Part, digest
from smoothdistill_core.formula import constants
from smoothdistill_core.recipe.defaults import ACCURACY, EXPLAINED_LOG_LOSS
from smoothdistill_core.results.answer import Answer
from smoothdistill_core.results.judging import identity_of
from smoothdistill_core.store import CellRecord, PortraitRecord
from smoothdistill_core.trial import Scores

REVISION = 3
"""Raise it when portraits are drawn otherwise than before."""

Drawn = Mapping[str, PortraitRecord]
"""The portraits of a run, by dataset."""


@dataclass(frozen=True)
class Portraying:
    """An answer that is to be drawn at rows of a ``part`` of its recommended formula's trial."""

    dataset: str
    answer: Answer
    part: Part
    teacher: str | None
    """The key of the teacher that is shown beside it: the most accurate of the same trial."""
    determined_by: str
    """Stands for everything that the portrait depends on."""

    @classmethod
    def of(cls, dataset: str, answer: Answer, teachers: Iterable[CellRecord], judged_on: Part) -> Portraying:
        """Return the task of drawing an answer: on the test part, where its formulas have test scores."""
        taken = answer.recommended
        parts: tuple[Part, ...] = ("test", "validation", "train")
        if not any(part == "test" for part, _ in taken.scores):
            parts = ("validation", "test", "train")  # where there are no other rows, those that others chose on
        part: Part = next((part for part in parts if taken.trial.rows(part)), "train")
        which = [identity_of(outcome) for outcome in (taken, *answer.front)]
        of_trial = {of.cell.key: of for of in teachers if of.cell.trial == taken.trial.key}
        teacher = most_accurate({key: of.scores for key, of in of_trial.items()}, judged_on)
        identity = {"revision": REVISION, "formulas": which, "part": part, "teacher": teacher}
        if teacher is not None and (limit := of_trial[teacher].stopped_after) is not None:
            identity["cut"] = limit  # trained anew it is another
        return cls(dataset, answer, part, teacher, digest(identity))

    def done(self, drawn: Drawn) -> bool:
        """Say whether the portrait is there, of these formulas."""
        record = drawn.get(self.dataset)
        if record is None or record.drawn != self.determined_by:
            return False
        portrayed = [(of.chosen.rounded, record.portrait.of(of.cell.key, of.place)) for of in self.answer.front]
        return all(
            found is None or len(found.standard_errors) in (0, len(constants(formula))) for formula, found in portrayed
        )


def most_accurate(teachers: Mapping[str, Scores], part: Part) -> str | None:
    """Return the key of the teacher with the highest R2 on ``part``; None where none has one."""
    accuracy = {
        key: scores.get((part, EXPLAINED_LOG_LOSS), scores.get((part, ACCURACY), math.nan))
        for key, scores in teachers.items()
    }
    finite = sorted(key for key, value in accuracy.items() if math.isfinite(value))
    return max(finite, key=accuracy.__getitem__, default=None)
