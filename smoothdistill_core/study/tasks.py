"""The tasks of a study: teachers trained together, a student, and a finished cell that is scored by further metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from smoothdistill_core.components import Component, Metric, Part, Regularizer, Student, Teacher, on_path
from smoothdistill_core.recipe import Distil
from smoothdistill_core.trial import Trial


class Target(NamedTuple):
    """A trial whose target teachers learn, and its key."""

    trial: Trial
    key: str


class Trained(NamedTuple):
    """One teacher of a training: its cell's key, its penalty, and the place of its target among those of it."""

    key: str
    regularizer: Regularizer
    strength: float
    target: int = 0


@dataclass(frozen=True)
class Training:
    """Teachers of one trial that are trained in one call: a regularizer at all its strengths.

    Where these are those of a ``path``, or some of them, one network goes through it. Where there are ``others``,
    trials with further targets of the same rows, each model learns all of them together, and is a teacher in each.
    """

    trial: Trial
    trial_key: str
    teacher: Teacher
    sweep: tuple[Trained, ...]
    path: tuple[float, ...] = ()
    others: tuple[Target, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """The trials whose targets are learnt together; one, as a rule."""
        return (Target(self.trial, self.trial_key), *self.others)

    def with_target(self, other: Training) -> Training:
        """Return the training that learns the target of another one, too."""
        place = len(self.targets)
        sweep = (*self.sweep, *(trained._replace(target=place) for trained in other.sweep))
        return replace(self, sweep=sweep, others=(*self.others, *other.targets))

    def of(self, trained: Trained) -> Training:
        """Return what one teacher is in its own trial, to be scored there."""
        trial, key = self.targets[trained.target]
        return replace(self, trial=trial, trial_key=key, sweep=(trained._replace(target=0),), others=())

    @property
    def trainer(self) -> Teacher:
        """The teacher whose `train` is called: the recipe's, or that of each step of a path."""
        return trainer(self.teacher, self.path)

    @property
    def label(self) -> str:
        """What the regularizer is called in results."""
        label = str(self.sweep[0].regularizer)
        return on_path(label) if self.path else label


def trainer(teacher: Teacher, path: tuple[float, ...]) -> Teacher:
    """Return what trains a teacher's network, at each step of a path where there is one."""
    return teacher if not path else teacher.for_path(len(path)) or teacher


@dataclass(frozen=True)
class TeacherSearch:
    """The ``teachers`` of a trial, by key, of which the best on ``part`` is imitated."""

    teachers: Mapping[str, Teacher]
    part: Part


@dataclass(frozen=True)
class Distillation:
    """One student on one teacher, or on the data where ``teacher`` is None and there is no ``search`` for one."""

    key: str
    trial: Trial
    trial_key: str
    student: Student
    distil: Distil
    teacher: Teacher | None = None
    teacher_cell: str | None = None
    search: TeacherSearch | None = None
    unless: str | None = None
    """The key of the search that spares this one if it leaves nothing to find."""

    @property
    def needs(self) -> frozenset[str]:
        """The keys of the teachers that must be there first."""
        if self.search is not None:
            return frozenset(self.search.teachers)
        return frozenset(() if self.teacher_cell is None else (self.teacher_cell,))

    @property
    def waits_for(self) -> frozenset[str]:
        """The keys of the cells that must be there first: its teachers, and who may spare it."""
        return self.needs if self.unless is None else self.needs | {self.unless}


@dataclass(frozen=True)
class Scoring:
    """A finished cell that is scored by ``metrics`` it was not scored by yet; nothing is trained or searched.

    ``of`` is the task that made the cell, with no other cell. ``teacher`` is what the metrics have to be shown: the
    cell's own, for a teacher; that which a student imitated, where one of them needs it.
    """

    of: Training | Distillation
    metrics: tuple[Metric, ...]
    teacher: Teacher | None = None
    teacher_cell: str | None = None

    @property
    def key(self) -> str:
        """The key of the cell."""
        return keys_of(self.of)[0]

    @property
    def trial(self) -> Trial:
        """The trial of the cell."""
        return self.of.trial

    @property
    def trial_key(self) -> str:
        """The key of the trial."""
        return self.of.trial_key

    @property
    def needs(self) -> frozenset[str]:
        """The key of the teacher that must be there first; a teacher itself is."""
        other = self.teacher_cell is not None and self.teacher_cell != self.key
        return frozenset((self.teacher_cell,) if other and self.teacher_cell else ())

    @property
    def waits_for(self) -> frozenset[str]:
        """The same."""
        return self.needs


Task = Training | Distillation | Scoring
"""What is handed to an executor as one piece."""


def keys_of(task: Task) -> tuple[str, ...]:
    """Return the keys of the cells that a task answers."""
    return tuple(trained.key for trained in task.sweep) if isinstance(task, Training) else (task.key,)


def trial_of(task: Task, key: str) -> str:
    """Return the key of the trial that a cell of a task belongs to."""
    if not isinstance(task, Training):
        return task.trial_key
    return next(task.targets[trained.target].key for trained in task.sweep if trained.key == key)


def components_of(task: Task) -> tuple[Component, ...]:
    """Return the components that a task runs."""
    if isinstance(task, Scoring):
        return (*components_of(task.of), *task.metrics)
    if isinstance(task, Training):
        return (task.trial.dataset, task.teacher, *(trained.regularizer for trained in task.sweep))
    return (task.trial.dataset, task.student, *(() if task.teacher is None else (task.teacher,)))
