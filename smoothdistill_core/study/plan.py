"""`Plan`: the cells of a recipe, each identified by the hash of everything that determines its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from smoothdistill_core.components import Component, Dataset, Metric, Part, Regularizer, Student, Teacher, digest
from smoothdistill_core.errors import DataError, one_line
from smoothdistill_core.preparation import SplitFacts, fingerprint, learn
from smoothdistill_core.recipe import Distil, Recipe
from smoothdistill_core.registry import Registry
from smoothdistill_core.store import Cell, TrialRecord
from smoothdistill_core.trial import Trial

REVISION = 2
"""Raise it when the core prepares, scores or seeds otherwise than before."""

SEEDS_A_RUN = 1000
"""The seed of a trial is the first + run * 1000 + its number in the run, so that adding seeds moves no other seed."""


@dataclass(frozen=True)
class Training:
    """Teachers of one trial that are trained in one call: a regularizer at all its strengths."""

    trial: Trial
    trial_key: str
    teacher: Teacher
    sweep: tuple[tuple[str, Regularizer, float], ...]
    """The cell's key, the regularizer and its strength."""


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

    @property
    def needs(self) -> frozenset[str]:
        """The keys of the teachers that must be there first."""
        if self.search is not None:
            return frozenset(self.search.teachers)
        return frozenset(() if self.teacher_cell is None else (self.teacher_cell,))


Task = Training | Distillation
"""What is handed to an executor as one piece."""


def keys_of(task: Task) -> tuple[str, ...]:
    """Return the keys of the cells that a task answers."""
    return tuple(key for key, _, _ in task.sweep) if isinstance(task, Training) else (task.key,)


@dataclass
class Plan:
    """All that a recipe asks for, in the order in which it is shown and worked off."""

    metrics: tuple[Metric, ...]
    trials: list[TrialRecord] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    distillations: list[Distillation] = field(default_factory=list)
    facts: dict[str, SplitFacts] = field(default_factory=dict)
    """The facts of each dataset's first split, by label."""


def make_plan(recipe: Recipe, registry: Registry) -> Plan:
    """Load every dataset, prepare it once as a check, and list the cells.

    Raises `DataError` with what is wrong with any of the datasets, before any work starts.
    """
    plan = Plan(recipe.metric)
    baselines = _baselines(recipe, registry)
    identity_of = cache(lambda component: component.identity())  # it looks versions up, which takes its time
    problems = []
    for dataset in recipe.dataset:
        try:
            plan.facts[dataset.label], data = _learnt(dataset, recipe)
        except Exception as error:  # noqa: BLE001 a dataset plugin may raise anything; the others are checked too
            problems.append(f"dataset {dataset.label!r}: {one_line(error)}")
            continue
        for run in range(recipe.trials.runs):
            for number in range(recipe.trials.seeds):
                trial = Trial(dataset, data, recipe.prepare, _seed(recipe, run, number))
                _add_trial(plan, recipe, baselines, trial, run, identity_of)
    if problems:
        raise DataError("\n".join(problems))
    return plan


def _learnt(dataset: Dataset, recipe: Recipe) -> tuple[SplitFacts, str]:
    """Return the facts of a dataset's first split, and its fingerprint; the table itself is not kept."""
    table = dataset.load()
    return learn(table, recipe.prepare, _seed(recipe, 0, 0)).facts, fingerprint(table)


def _add_trial(
    plan: Plan,
    recipe: Recipe,
    baselines: Sequence[Student],
    trial: Trial,
    run: int,
    identity_of: Callable[[Component], dict[str, Any]],
) -> None:
    determined_by: dict[str, Any] = {
        "revision": REVISION,
        "numpy": np.__version__,
        "dataset": trial.dataset.label,
        "data": trial.data,
        "prepare": recipe.prepare.model_dump(mode="json"),
        "seed": trial.seed,
    }
    trial_key = digest(determined_by)
    determined_by["metrics"] = sorted((identity_of(metric) for metric in recipe.metric), key=str)
    plan.trials.append(TrialRecord(trial_key, trial.dataset.label, run, trial.seed))

    def student_key(student: Student, distil: Distil, of: dict[str, Any]) -> str:
        # the limit decides whether there is a result, never which
        wanted = distil.model_dump(mode="json", exclude={"seconds", "teachers"})
        return digest({**determined_by, "distil": wanted, "student": identity_of(student), **of})

    def add_student(student: Student, teacher: Teacher | None, teacher_cell: Cell | None) -> None:
        of = None if teacher_cell is None else teacher_cell.key
        wanted = recipe.distil
        if student.baseline and teacher is None:  # a baseline is itself, whatever becomes of other formulas
            wanted = wanted.model_copy(update={"extra": "none", "refit": "none"})
        key = student_key(student, wanted, {"teacher_cell": of})
        cell = Cell(key, trial_key, "student", of, student=str(student))
        if teacher_cell is not None:
            labels = (teacher_cell.teacher, teacher_cell.regularizer, teacher_cell.strength)
            cell = replace(cell, teacher=labels[0], regularizer=labels[1], strength=labels[2])
        plan.cells.append(cell)
        plan.distillations.append(Distillation(key, trial, trial_key, student, wanted, teacher, of))

    def add_student_of_the_best(student: Student, search: TeacherSearch) -> None:
        key = student_key(student, recipe.distil, {"teacher_cells": sorted(search.teachers), "part": search.part})
        label = f"best of {len(search.teachers)} teachers"
        plan.cells.append(Cell(key, trial_key, "student", teacher=label, student=str(student)))
        plan.distillations.append(Distillation(key, trial, trial_key, student, recipe.distil, search=search))

    for student in (*recipe.student, *baselines):
        add_student(student, None, None)
    searched: dict[str, Teacher] = {}
    for teacher in recipe.teacher:
        for sweep in recipe.regularizer:
            regularizer = sweep.regularizer
            cells = [
                Cell(
                    digest(
                        {
                            **determined_by,
                            "teacher": identity_of(teacher),
                            "regularizer": identity_of(regularizer),
                            "strength": strength,
                        }
                    ),
                    trial_key,
                    "teacher",
                    teacher=str(teacher),
                    regularizer=str(regularizer),
                    strength=strength,
                )
                for strength in sweep.strengths
            ]
            keyed = [(cell.key, regularizer, cell.strength) for cell in cells]
            plan.trainings.append(Training(trial, trial_key, teacher, tuple(keyed)))
            for cell in cells:
                plan.cells.append(cell)
                searched[cell.key] = teacher
                for student in recipe.student if recipe.distil.teachers == "all" else ():
                    add_student(student, teacher, cell)
    for student in recipe.student if recipe.distil.teachers == "best" else ():
        add_student_of_the_best(student, TeacherSearch(searched, recipe.choose.part))


def _baselines(recipe: Recipe, registry: Registry) -> list[Student]:
    """Return the students that run on the data in every study, unless the recipe lists them itself."""
    listed = {student.name for student in recipe.student}
    students = registry.components("student").values()
    wanted = [student for student in students if student.baseline and student.name not in listed]
    return [student() for student in wanted if registry.unavailable(student) is None]


def _seed(recipe: Recipe, run: int, number: int) -> int:
    return recipe.trials.first_seed + run * SEEDS_A_RUN + number
