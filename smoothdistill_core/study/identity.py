"""`Identity`: the keys of trials and cells, hashes of everything that determines their results.

A cell's role is no part of its key, nor is what only people read.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from smoothdistill_core.components import Component, Metric, Part, Regularizer, Student, Teacher, digest
from smoothdistill_core.recipe import Distil, Prepare
from smoothdistill_core.trial import Trial

REVISION = 2
"""Raise it when the core prepares, scores or seeds otherwise than before."""


class Identity:
    """Gives out keys; versions of libraries, which take their time, are looked up once a component."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._of = cache(_identity)
        self._metrics = sorted(map(self._of, metrics), key=str)

    def trial(self, trial: Trial) -> str:
        """Return the key of a trial: its data, how they are prepared, and its seed."""
        return digest(_determined(trial, trial.prepare))

    def teacher(self, trial: Trial, teacher: Teacher, regularizer: Regularizer, strength: float) -> str:
        """Return the key of a teacher."""
        made_by = {"teacher": self._of(teacher), "regularizer": self._of(regularizer), "strength": strength}
        return self._cell(trial, made_by)

    def student(self, trial: Trial, student: Student, distil: Distil, teacher_cell: str | None) -> str:
        """Return the key of a student of a teacher, or of one on the data itself."""
        return self._student(trial, student, distil, {"teacher_cell": teacher_cell})

    def student_of_the_best(
        self, trial: Trial, student: Student, distil: Distil, teacher_cells: Iterable[str], part: Part
    ) -> str:
        """Return the key of a student of that of several teachers which is the best on ``part``."""
        return self._student(trial, student, distil, {"teacher_cells": sorted(teacher_cells), "part": part})

    def _student(self, trial: Trial, student: Student, distil: Distil, of: dict[str, Any]) -> str:
        # the limit decides whether there is a result, never which
        wanted = distil.model_dump(mode="json", exclude={"seconds", "teachers"})
        return self._cell(trial, {"distil": wanted, "student": self._of(student), **of})

    def _cell(self, trial: Trial, made_by: dict[str, Any]) -> str:
        return digest({**_determined(trial, trial.prepare), "metrics": self._metrics, **made_by})


def _identity(component: Component) -> dict[str, Any]:
    return component.identity()


def _determined(trial: Trial, prepare: Prepare) -> dict[str, Any]:
    return {
        "revision": REVISION,
        "numpy": np.__version__,
        "dataset": trial.dataset.label,
        "data": trial.data,
        "prepare": prepare.model_dump(mode="json"),
        "seed": trial.seed,
    }
