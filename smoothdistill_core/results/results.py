"""`Results`: what a study found, as typed objects: every formula with its scores and its teacher's."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from smoothdistill_core.components import Part
from smoothdistill_core.errors import StoreError
from smoothdistill_core.formula import Formula
from smoothdistill_core.recipe import Choose
from smoothdistill_core.store import CellRecord, Store, TrialRecord

Scores = dict[tuple[Part, str], float]

DIRECT = "direct"
"""What tables call a student that fits the data itself."""


@dataclass(frozen=True)
class Outcome:
    """One formula of one trial.

    ``penalty`` is the regularizer of its teacher; for a formula found on the data itself it is
    ``direct``, or the student's name where the student is a baseline that imitates no teacher.
    ``teacher_scores`` is empty for those.
    """

    trial: TrialRecord
    student: str
    penalty: str
    formula: Formula
    scores: Scores
    teacher: str = ""
    strength: float = 0.0
    teacher_scores: Scores | None = None

    def score(self, metric: str, part: Part = "test") -> float:
        """Return a score of the formula, NaN where there is none."""
        return self.scores.get((part, metric), math.nan)

    def teacher_score(self, metric: str, part: Part = "test") -> float:
        """Return a score of its teacher, NaN where there is none."""
        return (self.teacher_scores or {}).get((part, metric), math.nan)

    @property
    def text(self) -> str:
        """The formula with the names of its inputs, in standardised units, four digits."""
        facts = self.trial.facts
        names = None if facts is None else [feature.name for feature in facts.units.features]
        return self.formula.text(names, digits=4)


@dataclass(frozen=True)
class Results:
    """The present plan of a run and what came of it."""

    name: str
    folder: Path | None
    choose: Choose
    trials: dict[str, TrialRecord]
    cells: tuple[CellRecord, ...]

    @classmethod
    def of(cls, store: Store) -> Results:
        """Read the results of an open store."""
        with store.snapshot():
            name, content = store.meta("recipe"), store.meta("content")
            trials, cells = store.trials(), tuple(store.cells())
        if name is None or content is None:
            raise StoreError(f"{store.folder} holds a run that had not begun; run its recipe again")
        return cls(name, store.folder, Choose(**json.loads(content)["choose"]), trials, cells)

    @classmethod
    def read(cls, folder: Path | str) -> Results:
        """Read the results of a run folder, also while it is being written."""
        with Store(Path(folder), read_only=True) as store:
            return cls.of(store)

    @property
    def failed(self) -> tuple[CellRecord, ...]:
        """The cells that failed; their ``reason`` says why."""
        return tuple(record for record in self.cells if record.state == "failed")

    @property
    def complete(self) -> bool:
        """Whether every cell of the plan was run."""
        return all(record.state != "planned" for record in self.cells)

    @cached_property
    def teachers(self) -> dict[str, CellRecord]:
        """The finished teachers by the key of their cell."""
        return {r.cell.key: r for r in self.cells if r.cell.kind == "teacher" and r.state == "done"}

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One formula for each finished student: of several candidates, the best on the part that is judged on."""
        taught = {record.cell.student for record in self.cells if record.cell.teacher_cell is not None}
        found = []
        for record in self.cells:
            if record.cell.kind == "teacher" or record.state != "done":
                continue
            formula, scores = self._best(record)
            cell = record.cell
            trial = self.trials[cell.trial]
            if cell.teacher_cell is None:
                penalty = DIRECT if cell.student in taught else cell.student
                found.append(Outcome(trial, cell.student, penalty, formula, scores))
            elif cell.teacher_cell in self.teachers:
                teacher_scores = self.teachers[cell.teacher_cell].scores[0]
                found.append(
                    Outcome(
                        trial,
                        cell.student,
                        cell.regularizer,
                        formula,
                        scores,
                        teacher=cell.teacher,
                        strength=cell.strength,
                        teacher_scores=teacher_scores,
                    )
                )
        return tuple(found)

    def _best(self, record: CellRecord) -> tuple[Formula, Scores]:
        def merit(candidate: tuple[Formula, Scores]) -> tuple[float, int]:
            value = candidate[1].get((self.choose.part, "r2"), math.nan)
            return (-math.inf if math.isnan(value) else value), -candidate[0].complexity

        return max(zip(record.formulas, record.scores, strict=True), key=merit)
