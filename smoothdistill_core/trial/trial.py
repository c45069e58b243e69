"""`Trial`: one seed on one dataset; and training its teachers.

`train_teachers` and `distil_student` run in worker processes. They return failures instead of raising
them, because one failed cell must not stop the others.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from smoothdistill_core.components import (
    Component,
    Dataset,
    Deadline,
    Metric,
    Regularizer,
    Table,
    Teacher,
    TrainedTeacher,
    TrainingJob,
    loaded,
)
from smoothdistill_core.components.secret import asked, has_secrets, told
from smoothdistill_core.errors import DataError, PluginError, SmoothdistillError
from smoothdistill_core.preparation import Preparation, Split, SplitFacts, fingerprint, learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial.log_odds import has_log_odds, refused_loss
from smoothdistill_core.trial.scoring import Scores, score
from smoothdistill_core.trial.several_targets import of_each_target, on_all_targets, said_of_targets
from smoothdistill_core.trial.shared_split import SharedSplit

_log = logging.getLogger("smoothdistill")

TO_SCORE = 0.1
"""The share of a time limit in which what was trained is scored, if that is enough."""

TO_SCORE_ROW = 4e-6
"""It takes so many seconds for each model and row; but never more than half of a limit is kept for it."""


@dataclass(frozen=True)
class Trial:
    """One seed on one dataset; ``data`` is the fingerprint of the table that the plan saw.

    ``test_seed`` draws the test part in place of the seed, where trials share one. ``shared`` is where the processes
    that work on it share the prepared data. Without it each prepares its own.
    """

    dataset: Dataset
    data: str
    prepare: Prepare
    seed: int
    shared: SharedSplit | None = None
    test_seed: int | None = None

    def split(self) -> Split:
        """Return the prepared data; those that are not shared stay in memory for the next cells of the trial."""
        return _split(self) if self.shared is None else self.shared.get(self.learn)

    def learn(self) -> Preparation:
        """Load the table and learn all that preparing it takes, unless that was handed over."""
        if (learnt := _handed_over.pop(self, None)) is not None:
            return learnt
        return learn(self.table(), self.prepare, self.seed, self.test_seed)

    def table(self) -> Table:
        """Load the table; raises `DataError` where it is not the one that the plan saw."""
        table = asked(self.dataset, partial(loaded, self.dataset))
        if fingerprint(table) != self.data:
            raise DataError(f"the data of {self.dataset.label!r} changed while the study ran; run it again")
        return table


@dataclass(frozen=True)
class Failure:
    """Why a teacher or a student has no result; ``stopped_after`` is the limit in seconds that it ran into, if any."""

    reason: str
    seconds: float = 0.0
    stopped_after: float | None = None


@dataclass(frozen=True)
class TeacherResult:
    """A trained teacher: its weights as its own ``save`` wrote them, and its scores.

    ``stopped_after`` is the time limit in seconds that ended its training; None where that was done before.
    """

    weights: bytes
    scores: Scores
    facts: SplitFacts
    notes: tuple[str, ...]
    seconds: float
    stopped_after: float | None = None


def train_teachers(
    trial: Trial,
    teacher: Teacher,
    sweep: Sequence[tuple[Regularizer, float]],
    metrics: Sequence[Metric],
    path: tuple[float, ...] = (),
    seconds: float | None = None,
    others: Sequence[Trial] = (),
    targets: Sequence[int] = (),
) -> list[TeacherResult | Failure]:
    """Train one teacher for each (regularizer, strength), together; results in the same order.

    Where their strengths are those of a ``path``, or some of them, each is the same network as it comes by there.
    ``seconds``, where given, are all the time that there is. The teacher has a deadline then, and models that there is
    no time to score, but for the first, are failures. Where there are ``others``, trials with further targets of the
    same rows, each model is trained on all targets together, and ``targets`` are the places of those, the trial's own
    being 0, that the results are of: one for each entry of the sweep.
    """
    began = time.monotonic()
    limit = Deadline(math.inf if seconds is None else seconds)
    try:
        splits = [each.split() for each in (trial, *others)]
        needed = len(sweep) * TO_SCORE_ROW * sum(splits[0].facts.rows.values())
        deadline = (
            limit if seconds is None else Deadline(limit.left - max(TO_SCORE * seconds, min(needed, seconds / 2)))
        )
        trained = _train(teacher, sweep, splits, targets, trial.seed, path, deadline)
    except Exception as error:  # noqa: BLE001 whatever a plugin raises is this sweep's failure, not the study's
        failed = failure(error, began, teacher, *(regularizer for regularizer, _ in sweep))
        return [failed] * len(sweep)
    each = (time.monotonic() - began) / len(sweep)
    stopped_after = seconds if deadline.cut else None
    places = targets or [0] * len(sweep)
    results = [
        _teacher_result(
            model, teacher, splits[place], metrics, each, stopped_after, said_of_targets(teacher, len(splits))
        )
        for place, model in zip(places, limit.within(trained), strict=False)  # as many as there is time for
    ]
    unscored = Failure("the time limit left no time to score it", each, stopped_after=seconds)
    return [*results, *[unscored] * (len(sweep) - len(results))]


def _train(
    teacher: Teacher,
    sweep: Sequence[tuple[Regularizer, float]],
    splits: Sequence[Split],
    targets: Sequence[int],
    seed: int,
    path: tuple[float, ...],
    deadline: Deadline,
) -> Sequence[TrainedTeacher]:
    split = splits[0]
    train = split.parts["train"]
    X, y = train.own()  # what a teacher does to its arrays must not reach the next cell
    apart = split.parts.get("validation")
    common = TrainingJob(
        X,
        y,
        sweep[0][0],
        0.0,
        seed,
        scaling=split.facts.scaling,
        validation=None if apart is None else apart.own(),
        weights=train.own_weights(),
        validation_weights=None if apart is None else apart.own_weights(),
        deadline=deadline,
        loss="logistic" if has_log_odds(split.facts) else "squared",
    )
    if common.loss not in teacher.losses:
        raise PluginError(refused_loss(teacher, split.facts.scaling))
    if len(splits) > 1:
        common = on_all_targets(common, splits)
    entries = list(dict.fromkeys(sweep)) if len(splits) > 1 else sweep  # a model is of several results
    jobs = [
        replace(common, regularizer=regularizer, strength=strength, path=path[: path.index(strength)] if path else ())
        for regularizer, strength in entries
    ]
    trained = teacher.train(jobs)
    if len(trained) != len(jobs):
        raise PluginError(f"teacher {teacher.name!r} returned {len(trained)} results for {len(jobs)} jobs")
    if len(splits) == 1:
        return trained
    each = dict(zip(entries, (of_each_target(model, teacher, len(splits)) for model in trained), strict=True))
    return [each[entry][place] for entry, place in zip(sweep, targets, strict=True)]


def _teacher_result(
    model: TrainedTeacher,
    teacher: Teacher,
    split: Split,
    metrics: Sequence[Metric],
    training_seconds: float,
    stopped_after: float | None,
    said: tuple[str, ...],
) -> TeacherResult | Failure:
    began = time.monotonic() - training_seconds
    try:
        X = split.parts["train"].X
        prediction = model.predict(X)
        if prediction.shape != (len(X),):
            raise PluginError(f"teacher {teacher.name!r} predicts the shape {prediction.shape} for {len(X)} rows")
        if not np.isfinite(prediction).all():
            raise PluginError(
                "the teacher's predictions are not finite: one that was trained diverged (lower its learning rate), a "
                "given model has no answer there"
            )
        scores = score(model, split, metrics)
        seconds = time.monotonic() - began
        return TeacherResult(model.save(), scores, split.facts, (*model.notes, *said), seconds, stopped_after)
    except Exception as error:  # noqa: BLE001 one teacher's failure leaves its neighbours alone
        return failure(error, began, teacher)


def failure(error: Exception, began: float, who: Component, *others: Component) -> Failure:
    """Return what is noted of a cell that ``who`` failed in, after ``began`` by the monotonic clock.

    Nothing that the error says is kept where ``who`` or one of the ``others`` that took part has a secret.
    """
    secret = any(map(has_secrets, (who, *others)))
    _log.debug("a cell failed", exc_info=None if secret else error)
    reason = told(error, who, *others)
    if secret or not isinstance(error, SmoothdistillError):
        reason = f"{who.kind} {who.name!r}: {reason}"
    return Failure(reason, time.monotonic() - began)


_handed_over: dict[Trial, Preparation] = {}


def hand_over(trial: Trial, learnt: Preparation) -> None:
    """Let this process learn a trial's data no more: here they are; whoever needs them first takes them."""
    _handed_over[trial] = learnt


def forget_splits() -> None:
    """Let go of the prepared data that this process keeps in memory."""
    _handed_over.clear()
    _split.cache_clear()


@lru_cache(maxsize=2)
def _split(trial: Trial) -> Split:
    return trial.learn().split()
