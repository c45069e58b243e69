"""`Course`: one network's way through strengths, the teachers that it is on the way, and when it goes on.

Both engines ask it for the strength of the next epoch and show it the network after each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smoothdistill_mlp.trained import Trained

if TYPE_CHECKING:
    from smoothdistill_core import TrainingJob
    from smoothdistill_mlp.adapting import Adapting
    from smoothdistill_mlp.network_teacher import NetworkTeacher

PATIENCE = 20
"""Epochs without a lower validation error before an early stop, where a recipe says nothing."""


class Course:
    """The strengths of one ``job``, each for the epochs of the teacher or until an early stop.

    ``reached`` holds the network as it was after each strength, as many as it has behind it.
    """

    def __init__(self, teacher: NetworkTeacher, job: TrainingJob) -> None:
        self.job = job
        self.strengths = (*job.path, job.strength)
        self.reached: list[Trained] = []
        self._teacher = teacher.for_rows(len(job.y))
        self._adapting = _adapting(self._teacher, job)
        self._begin()

    @property
    def done(self) -> bool:
        """Whether it has all strengths behind it."""
        return len(self.reached) == len(self.strengths)

    @property
    def strength(self) -> float:
        """The strength of the next epoch; the last, once it is done."""
        if self._adapting is not None:
            return self._adapting.strength
        return self.strengths[min(len(self.reached), len(self.strengths) - 1)]

    def passes(self, job: TrainingJob) -> bool:
        """Say whether the teacher of ``job`` lies on its way: the same data and seed, and strengths it begins with."""
        own, wanted = self.job, (*job.path, job.strength)
        same_data = job.loss == own.loss and job.X is own.X and job.y is own.y and job.validation is own.validation
        same_data = same_data and job.weights is own.weights
        same = job.scaling is own.scaling and (job.seed, job.regularizer) == (own.seed, own.regularizer)
        return same_data and same and self.strengths[: len(wanted)] == wanted

    def after_epoch(self, network: Callable[[], Trained]) -> Trained | None:
        """Take note of an epoch that is over; return what the network has to go on from, None where from itself.

        ``network`` gives a copy of it, and is called only where one is needed.
        """
        self._epochs += 1
        if self._teacher.stopping is not None:
            self._judge(network())
        if self._adapting is not None:
            self._adapting.after_epoch(network())
        if self._epochs < self._teacher.epochs and not self._stops:
            return None
        best, said = self._best, self._said()
        self._begin()
        reached = network() if best is None else best
        self.reached.append(reached._replace(notes=(*reached.notes, *said)))
        return best

    def cut(self, network: Callable[[], Trained]) -> None:
        """End where it is, for want of time: all strengths that are left have the network as it is by now."""
        strength = f" at strength {self.strength:g}" if self.job.path else ""
        epochs = f"{self._epochs} of {self._teacher.epochs} epochs{strength}"
        said = f"{self._teacher.name}: the time limit ended the training after {epochs}"
        last = network() if self._best is None else self._best
        last = last._replace(notes=(*last.notes, said))
        self.reached += [last] * (len(self.strengths) - len(self.reached))

    def _begin(self) -> None:
        self._epochs = self._best_at = 0
        self._best: Trained | None = None
        self._error = math.inf

    @property
    def _stops(self) -> bool:
        """Whether the validation error has not fallen for too long."""
        return self._best is not None and self._epochs - self._best_at >= (self._teacher.patience or PATIENCE)

    def _judge(self, network: Trained) -> None:
        """Keep the network if its error on the validation rows is the lowest yet at this strength."""
        error = _validation_error(self._teacher, network, self.job)
        if self._best is None or error < self._error:
            self._best, self._best_at = network, self._epochs
            self._error = math.inf if math.isnan(error) else error

    def _said(self) -> tuple[str, ...]:
        """Say when it was stopped, on a path at each strength, and where a strength went that is no fixed one."""
        said = []
        if self._stops:
            at = f" at strength {self.strength:g}" if len(self.strengths) > 1 else ""
            epochs = f"{self._epochs} of {self._teacher.epochs} epochs{at}"
            said = [f"{self._teacher.name}: stopped after {epochs}, the best was {self._best_at}"]
        return (*said, *([] if self._adapting is None else [self._adapting.in_words()]))


def _adapting(teacher: NetworkTeacher, job: TrainingJob) -> Adapting | None:
    """Return what sets the strength of a job anew, None where that stays."""
    schedule = job.regularizer.schedule()
    if schedule is None:
        return None
    from smoothdistill_mlp.adapting import Adapting

    return Adapting(teacher, job, schedule)


def courses(teacher: NetworkTeacher, jobs: Sequence[TrainingJob]) -> list[Course]:
    """Return as few courses as pass all jobs: those of one path share one."""
    found: list[Course] = []
    for job in sorted(jobs, key=lambda job: -len(job.path)):
        if not any(course.passes(job) for course in found):
            found.append(Course(teacher, job))
    return found


def results(on: Sequence[Course], jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Return the network of each job, from the courses that are done, in the order of the jobs."""
    return [next(course for course in on if course.passes(job)).reached[len(job.path)] for job in jobs]


def _validation_error(teacher: NetworkTeacher, network: Trained, job: TrainingJob) -> float:
    """Return the mean loss on a job's validation rows."""
    import numpy as np

    from smoothdistill_core.formula.likelihood import log_losses
    from smoothdistill_mlp.trained_mlp import TrainedMLP

    if job.validation is None:
        raise ValueError("a teacher that stops early was given no validation rows")
    X, y = job.validation
    prediction = TrainedMLP(network.weights, network.biases, teacher.activation).predict(X)
    errors = log_losses(prediction, y) if job.loss == "logistic" else (prediction - y) ** 2
    of_rows = errors if errors.ndim == 1 else errors.sum(axis=1)
    return float(np.average(of_rows, weights=job.validation_weights))
