"""`Trial`: one seed on one dataset; training its teachers, distilling its students, scoring both.

The functions here run in worker processes. They return failures instead of raising them, because one
failed cell must not stop the others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import (
    Candidate,
    Dataset,
    DistillationTask,
    Metric,
    Regularizer,
    Student,
    Teacher,
    TrainedTeacher,
    TrainingJob,
)
from smoothdistill_core.errors import DataError, FormulaError, PluginError, SmoothdistillError, one_line
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation import Split, SplitFacts, fingerprint, prepare
from smoothdistill_core.recipe import Distil, Prepare
from smoothdistill_core.trial.scoring import Scores, score

Array = NDArray[np.float64]

TOLERANCE = 1e-9
"""How far a formula may be from its student's own predictions, relative to their size."""

_log = logging.getLogger("smoothdistill")


@dataclass(frozen=True)
class Trial:
    """One seed on one dataset; ``data`` is the fingerprint of the table that the plan saw."""

    dataset: Dataset
    data: str
    prepare: Prepare
    seed: int

    def split(self) -> Split:
        """Return the prepared data; a process keeps those of its last trials in memory."""
        return _split(self)


@dataclass(frozen=True)
class Failure:
    """Why a teacher or a student has no result."""

    reason: str
    seconds: float = 0.0


@dataclass(frozen=True)
class TeacherResult:
    """A trained teacher: its weights as its own ``save`` wrote them, and its scores."""

    weights: bytes
    scores: Scores
    facts: SplitFacts
    notes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class StudentResult:
    """The formulas that a student found, each with its scores, in the student's order."""

    formulas: tuple[tuple[Formula, Scores], ...]
    facts: SplitFacts
    seconds: float


def train_teachers(
    trial: Trial, teacher: Teacher, sweep: Sequence[tuple[Regularizer, float]], metrics: Sequence[Metric]
) -> list[TeacherResult | Failure]:
    """Train one teacher for each (regularizer, strength), together; results in the same order."""
    began = time.monotonic()
    try:
        split = trial.split()
        rows = split.parts["train"]
        X, y = rows.X.copy(), rows.y.copy()  # what a teacher does to its arrays must not reach the next cell
        jobs = [
            TrainingJob(X, y, regularizer, strength, trial.seed, units=split.facts.units)
            for regularizer, strength in sweep
        ]
        trained = teacher.train(jobs)
        if len(trained) != len(jobs):
            raise PluginError(f"teacher {teacher.name!r} returned {len(trained)} results for {len(jobs)} jobs")
    except Exception as error:  # noqa: BLE001 whatever a plugin raises is this sweep's failure, not the study's
        failure = _failure(error, began, f"teacher {teacher.name!r}")
        return [failure] * len(sweep)
    each = (time.monotonic() - began) / len(jobs)
    return [_teacher_result(model, teacher.name, split, metrics, each) for model in trained]


def distil_student(
    trial: Trial,
    student: Student,
    metrics: Sequence[Metric],
    teacher: Teacher | None = None,
    weights: bytes = b"",
    threads: int = 1,
    distil: Distil | None = None,
) -> StudentResult | Failure:
    """Let a student imitate a saved teacher, or fit the training data itself where ``teacher`` is None."""
    began = time.monotonic()
    try:
        split = trial.split()
        rows = split.parts["train"]
        model = None if teacher is None else teacher.load(weights)
        shown = _shown_rows(len(rows.X), distil or Distil(), trial.seed)
        X = rows.X[shown]
        y = rows.y[shown] if model is None else model.predict(X)
        # a student may do with its arrays what it likes: X itself is what its formulas are verified on
        task = DistillationTask(X=X.copy(), y=y, seed=trial.seed, threads=threads, teacher=model)
        candidates = list(student.distil(task))
        if not candidates:
            raise PluginError(f"student {student.name!r} returned no formula")
        for candidate in candidates:
            if not isinstance(candidate, Candidate):
                raise PluginError(f"student {student.name!r} returned {candidate!r} where a Candidate belongs")
            verify(candidate, X, student.name)
        found = tuple(
            (candidate.formula, score(candidate.formula, split, metrics, teacher=model)) for candidate in candidates
        )
    except Exception as error:  # noqa: BLE001 whatever a plugin raises is this cell's failure, not the study's
        return _failure(error, began, f"student {student.name!r}")
    return StudentResult(found, split.facts, time.monotonic() - began)


def _shown_rows(rows: int, distil: Distil, seed: int) -> NDArray[np.intp]:
    """Return the numbers of the training rows that a search sees, in their order."""
    if rows <= distil.max_rows:
        return np.arange(rows)
    return np.sort(np.random.default_rng([seed, rows]).choice(rows, distil.max_rows, replace=False))


def verify(candidate: Candidate, X: Array, student: str) -> None:
    """Raise `FormulaError` unless a formula computes what its student computes.

    Compared on the training rows, and on rows far outside of them, where guards are hit.
    """
    probes = np.random.default_rng(0).normal(scale=3.0, size=(256, X.shape[1]))
    probes[:64] *= 1e-4
    for rows in (X, probes):
        ours = candidate.formula.predict(rows)
        theirs = np.asarray(candidate.predict(rows), dtype=np.float64)
        if theirs.shape != ours.shape:
            raise FormulaError(f"student {student!r} predicts the shape {theirs.shape} for {len(rows)} rows")
        finite = np.abs(theirs[np.isfinite(theirs)])
        floor = TOLERANCE * float(np.median(finite)) if len(finite) else 0.0
        same = np.isclose(ours, theirs, rtol=TOLERANCE, atol=floor, equal_nan=True)
        if not same.all():
            worst = int(np.flatnonzero(~same)[0])
            raise FormulaError(
                f"student {student!r}: its formula gives {float(ours[worst])!r} where its own predict gives "
                f"{float(theirs[worst])!r}; the conversion of the formula is wrong"
            )


def _teacher_result(
    model: TrainedTeacher, name: str, split: Split, metrics: Sequence[Metric], training_seconds: float
) -> TeacherResult | Failure:
    began = time.monotonic() - training_seconds
    try:
        X = split.parts["train"].X
        prediction = model.predict(X)
        if prediction.shape != (len(X),):
            raise PluginError(f"teacher {name!r} predicts the shape {prediction.shape} for {len(X)} rows")
        if not np.isfinite(prediction).all():
            raise PluginError("the teacher diverged: its predictions are not finite; lower its learning rate")
        scores = score(model, split, metrics)
        return TeacherResult(model.save(), scores, split.facts, tuple(model.notes), time.monotonic() - began)
    except Exception as error:  # noqa: BLE001 one teacher's failure leaves its neighbours alone
        return _failure(error, began, f"teacher {name!r}")


def _failure(error: Exception, began: float, who: str) -> Failure:
    _log.debug("a cell failed", exc_info=error)
    reason = one_line(error)
    if not isinstance(error, SmoothdistillError):
        reason = f"{who}: {reason}"
    return Failure(reason, time.monotonic() - began)


@lru_cache(maxsize=2)
def _split(trial: Trial) -> Split:
    table = trial.dataset.load()
    if fingerprint(table) != trial.data:
        raise DataError(f"the data of {trial.dataset.label!r} changed while the study ran; run it again")
    return prepare(table, trial.prepare, trial.seed)
