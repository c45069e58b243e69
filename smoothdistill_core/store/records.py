"""What the store holds, as typed rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from smoothdistill_core.components import MetricFacts, Part, Role
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.trial import FrontEntry, Scores

State = Literal["planned", "done", "failed", "spared"]
"""How far a cell is. ``spared``: it is not run, as the first search of its trial left nothing to find; results say so
of what the file has as planned."""


@dataclass(frozen=True)
class RunRecord:
    """What a run notes when it begins: the name of its recipe, all that this asks for, and the versions it runs with.

    ``left_out`` says in sentences which teachers and regularizers do not fit each other, ``metrics`` what those of the
    recipe say of themselves.
    """

    recipe: str
    content: Mapping[str, Any]
    versions: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    metrics: tuple[MetricFacts, ...] = ()


@dataclass(frozen=True)
class TrialRecord:
    """One seed on one dataset; ``facts`` are known once a cell of the trial is done."""

    key: str
    dataset: str
    run: int
    seed: int
    facts: SplitFacts | None = None

    def rows(self, part: Part) -> int:
        """Return how many rows a part has; 0 where there is none, or nothing is known yet."""
        return 0 if self.facts is None else self.facts.rows.get(part, 0)


@dataclass(frozen=True)
class Cell:
    """One teacher, or one student: taught by one, or on the data itself; its ``role`` says which.

    ``key`` stands for everything that determines the result; the rest is for people and tables. A student that
    imitates the best of several teachers has no ``regularizer``, and its ``teacher_cell`` is known once it is done.
    """

    key: str
    trial: str
    role: Role
    teacher_cell: str | None = None
    teacher: str = ""
    regularizer: str = ""
    strength: float = 0.0
    student: str = ""


@dataclass(frozen=True)
class JudgedFormula:
    """A formula of a cell, with its squared ``errors`` and its ``scores`` on the rows that it was judged on."""

    cell: str
    candidate: int
    errors: tuple[float, ...]
    scores: Mapping[str, float]


@dataclass(frozen=True)
class JudgementRecord:
    """The formulas of one trial of a dataset, or of all where ``trial`` is empty, judged on the same rows.

    ``judged`` stands for everything that the judgement depends on.
    """

    dataset: str
    trial: str
    judged: str
    formulas: tuple[JudgedFormula, ...]


@dataclass(frozen=True)
class PortraitRecord:
    """What is shown of the answer on a dataset; ``drawn`` stands for everything that it depends on."""

    dataset: str
    drawn: str
    portrait: Portrait


@dataclass(frozen=True)
class CellState:
    """How far a cell is, without what came of it.

    ``planned``: whether the present plan holds it. ``scored_by`` says what determined each metric that its formulas, or
    its teacher, were scored by, by its label.
    """

    state: State
    planned: bool
    seconds: float | None = None
    attempts: int = 0
    stopped_after: float | None = None
    teacher_cell: str | None = None
    nothing_left: bool = False
    scored_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CellRecord:
    """A cell of the plan and what came of it so far."""

    cell: Cell
    state: State
    reason: str = ""
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    attempts: int = 0
    scores: Scores = field(default_factory=dict)
    """The scores of a teacher."""
    front: tuple[FrontEntry, ...] = ()
    """The formulas of a student with their scores."""
    scored_by: Mapping[str, str] = field(default_factory=dict)
    """What determined each metric that gave the scores, by its label."""
    stopped_after: float | None = None
    """The time limit that it ran into: one that is done has what its search had found by then; 0 of a student whose
    teacher is another by now."""
    nothing_left: bool = False
    """Whether a search on the data left nothing that is worth another one."""
