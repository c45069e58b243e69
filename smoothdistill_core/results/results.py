"""`Results`: what a study found, as typed objects: every formula with its scores and its teacher's."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from smoothdistill_core.components import Part
from smoothdistill_core.errors import StoreError
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.formula import Formula
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.formula_choice import as_judged, choose_formula
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.store import Cell, CellRecord, Store, TrialRecord
from smoothdistill_core.trial import FrontEntry, Scores

DIRECT = "direct"
"""What tables call a student that fits the data itself."""

BEST_TEACHER = "best teacher"
"""What stands in place of a penalty where a student imitates the best of a trial's teachers."""


@dataclass(frozen=True)
class Outcome:
    """One formula of one trial, found by the student of one ``cell``.

    ``penalty`` is the regularizer of its teacher; for a formula found on the data itself it is
    ``direct``, or the student's name where the student is a baseline that imitates no teacher, and `BEST_TEACHER`
    where it imitates the best of several. ``teacher_cell`` is the teacher that it imitates; it and
    ``teacher_scores`` are None for those without. ``passed_over`` is the formula that the rule would have chosen,
    had it no pole.
    """

    trial: TrialRecord
    cell: Cell
    penalty: str
    chosen: FrontEntry
    front: tuple[FrontEntry, ...]
    passed_over: FrontEntry | None = None
    teacher_scores: Scores | None = None
    teacher_cell: Cell | None = None

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
        """The formula in the data's own units and names, exact."""
        return Explanation(self.chosen.explained, self.scaling)

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


@dataclass(frozen=True)
class Results:
    """The present plan of a run and what came of it.

    ``content`` is all that the recipe asked for (`Recipe.content`), ``versions`` those of Python, of
    the distributions whose plugins were ready when it ran, and of the libraries that its components compute with.
    """

    name: str
    folder: Path | None
    choose: Choose
    trials: dict[str, TrialRecord]
    cells: tuple[CellRecord, ...]
    content: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store) -> Results:
        """Read the results of an open store."""
        with store.snapshot():
            name, content, versions = (store.meta(key) for key in ("recipe", "content", "versions"))
            trials, cells = store.trials(), tuple(store.cells())
        if name is None or content is None:
            raise StoreError(f"{store.folder} holds a run that had not begun; run its recipe again")
        asked = json.loads(content)
        made_with = {} if versions is None else json.loads(versions)
        choose = Choose(**asked["choose"])
        judged = tuple(as_judged(record, choose) for record in cells)
        return cls(name, store.folder, choose, trials, judged, asked, made_with)

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
        """One formula for each finished student: of its front, the one that the recipe's rule chooses."""
        return tuple(outcome for record in self.cells if (outcome := self._outcome(record)) is not None)

    @cached_property
    def without_formula(self) -> tuple[CellRecord, ...]:
        """The finished students none of whose formulas can be chosen, because each has a pole."""
        return tuple(r for r in self.cells if r.state == "done" and r.front and self._chosen(r) is None)

    @cached_property
    def _taught(self) -> set[str]:
        """The students that imitate teachers."""
        return {record.cell.student for record in self.cells if record.cell.taught}

    def _outcome(self, record: CellRecord) -> Outcome | None:
        cell = record.cell
        if record.state != "done" or cell.kind == "teacher" or (entry := self._chosen(record)) is None:
            return None
        trial = self.trials[cell.trial]
        first = self._chosen(record, poles="allow")
        passed_over = None if first is entry else first
        if not cell.taught:
            penalty = DIRECT if cell.student in self._taught else cell.student
            return Outcome(trial, cell, penalty, entry, record.front, passed_over)
        if cell.teacher_cell is None or cell.teacher_cell not in self.teachers:
            return None
        return Outcome(
            trial,
            cell,
            cell.regularizer or BEST_TEACHER,
            entry,
            record.front,
            passed_over,
            teacher_scores=self.teachers[cell.teacher_cell].scores,
            teacher_cell=self.teachers[cell.teacher_cell].cell,
        )

    def _chosen(self, record: CellRecord, **otherwise: Any) -> FrontEntry | None:
        """Return what the recipe's rule chooses of a front, or the rule with options ``otherwise``."""
        facts = self.trials[record.cell.trial].facts
        rows = 0 if facts is None else facts.rows.get(self.choose.part, 0)
        return choose_formula(record.front, self.choose.model_copy(update=otherwise), rows)
