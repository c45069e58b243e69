"""`distil_student`: one student imitates one teacher; its formulas verified, refitted, explained and scored."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Candidate, Deadline, DistillationTask, Metric, Student, Teacher
from smoothdistill_core.errors import PluginError
from smoothdistill_core.preparation import Split, SplitFacts
from smoothdistill_core.recipe import Distil
from smoothdistill_core.trial.fitting import fitted_and_pruned
from smoothdistill_core.trial.front_entry import FrontEntry, front_of
from smoothdistill_core.trial.keeping import Keeping
from smoothdistill_core.trial.log_odds import has_log_odds
from smoothdistill_core.trial.nothing_left import nothing_left
from smoothdistill_core.trial.rows_to_imitate import rows_to_imitate, validation_rows
from smoothdistill_core.trial.trial import Failure, Trial, failure
from smoothdistill_core.trial.verification import verify, verify_annotations

Array = NDArray[np.float64]

AFTERWARDS = 0.1
"""The share of a time limit in which what a search found is checked, fitted and scored, if that is enough."""

AFTERWARDS_ON_ROWS = 0.2, 1e-5
"""It takes so many seconds, and so many a row; but never more than half of a limit is kept for it."""


@dataclass(frozen=True)
class StudentResult:
    """The formulas that a student found, in the student's order.

    ``stopped_after`` is the time limit in seconds that ended its search; None where that was done before. Where one of
    the formulas of a search on the data has no pole and leaves nothing that is worth another search, there is
    ``nothing_left``.
    """

    front: tuple[FrontEntry, ...]
    facts: SplitFacts
    seconds: float
    stopped_after: float | None = None
    nothing_left: bool = False


def distil_student(
    trial: Trial,
    student: Student,
    metrics: Sequence[Metric],
    teacher: Teacher | None = None,
    weights: bytes = b"",
    threads: int = 1,
    distil: Distil | None = None,
    interim: Callable[[StudentResult], None] | None = None,
) -> StudentResult | Failure:
    """Let a student imitate a saved teacher, or fit the training data itself where ``teacher`` is None.

    A time limit (``distil.seconds``) reaches it as the deadline of its task, whoever runs this function; a search that
    it ends is cut. Where there is one, ``interim`` is handed what a student keeps on its way, as a search that was cut.
    """
    began = time.monotonic()
    distil = distil or Distil()
    try:
        split = trial.split()
        scaling = split.facts.scaling
        model = None if teacher is None else teacher.load(weights)
        rows = rows_to_imitate(split, model, distil, trial.seed)
        limit = math.inf if distil.seconds is None else distil.seconds - (time.monotonic() - began)
        afterwards = _afterwards(limit, split)
        # first the search ends, then pruning, then fitting; what is left is for scoring
        deadline, pruning, fitting = (Deadline(limit - part * afterwards) for part in (1.0, 0.75, 0.5))
        apart = validation_rows(split, model)

        def keep(candidates: Sequence[Candidate]) -> None:
            _check(candidates, rows.X, student.name)
            front = front_of([(each.formula, each) for each in candidates], split, metrics, model)
            if interim is not None:
                interim(StudentResult(front, split.facts, time.monotonic() - began, distil.seconds))

        # a student may do with its arrays what it likes: the rows themselves are what its formulas are verified on
        task = DistillationTask(
            X=rows.X.copy(),
            y=rows.y.copy(),
            weights=None if rows.weights is None else rows.weights.copy(),
            seed=trial.seed,
            threads=threads,
            teacher=model,
            scaling=scaling,
            validation=None if apart is None else apart[:2],
            validation_weights=None if apart is None else apart[2],
            deadline=deadline,
            names=tuple(scaling.names),
            units=scaling.units,
            labels=rows.data.copy() if model is None and has_log_odds(split.facts) else None,
        )
        if interim is not None and distil.seconds is not None:
            task = replace(task, keep=Keeping(keep))
        candidates = list(student.distil(task))
        _check(candidates, rows.X, student.name)
        found = fitted_and_pruned(candidates, rows, split, distil, pruning, fitting)
        front = front_of(found, split, metrics, model)
        safe = ((entry.formula, entry.nodes) for entry in front if not entry.pole)
        searched = teacher is None and not student.baseline and not has_log_odds(split.facts)
        enough = searched and nothing_left(safe, split)
    except Exception as error:  # noqa: BLE001 whatever a plugin raises is this cell's failure, not the study's
        return failure(error, began, student, *([] if teacher is None else [teacher]))
    stopped_after = distil.seconds if any(each.cut for each in (deadline, pruning, fitting)) else None
    return StudentResult(front, split.facts, time.monotonic() - began, stopped_after, enough)


def _afterwards(limit: float, split: Split) -> float:
    """Return the seconds of a limit that are for what comes after the search; none where there is no limit."""
    if math.isinf(limit):
        return 0.0
    once, a_row = AFTERWARDS_ON_ROWS
    return max(AFTERWARDS * limit, min(limit / 2, once + a_row * sum(split.facts.rows.values())))


def _check(candidates: Sequence[Candidate], X: Array, student: str) -> None:
    """Raise unless there are candidates, and each is one that computes what its student computes."""
    if not candidates:
        raise PluginError(f"student {student!r} returned no formula")
    for candidate in candidates:
        if not isinstance(candidate, Candidate):
            raise PluginError(f"student {student!r} returned {candidate!r} where a Candidate belongs")
        verify(candidate, X, student)
        verify_annotations(candidate, student)
