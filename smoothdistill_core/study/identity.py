"""`Identity`: the keys of trials and cells, hashes of everything that determines their results.

A cell's role is no part of its key, nor is what only people read, nor how its result is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from smoothdistill_core.components import Component, Metric, Part, Regularizer, Student, Teacher, digest
from smoothdistill_core.recipe import Distil
from smoothdistill_core.recipe.defaults import EXPLAINED_LOG_LOSS
from smoothdistill_core.study.best_teacher import JUDGED_BY
from smoothdistill_core.trial import Trial

REVISION = 3
"""Raise it when the core prepares, scores or seeds otherwise than before."""

FITS = 9
"""Raise it when constants are fitted otherwise than before, if only in their last digits, or other parts go."""


class Identity:
    """Gives out the keys of trials; versions of libraries, which take their time, are looked up once a component.

    Of the ``metrics`` only those matter that the best teacher is chosen by, and only where it alone is distilled.
    """

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._of = cache(_identity)
        self._metrics = tuple(metrics)

    def of(self, trial: Trial) -> TrialIdentity:
        """Return what gives out the keys of a trial's cells."""
        judged_by = (*JUDGED_BY, EXPLAINED_LOG_LOSS) if trial.prepare.target == "logit" else JUDGED_BY
        judges = sorted((self._of(metric) for metric in self._metrics if metric.label in judged_by), key=str)
        return TrialIdentity(trial, judges, self._of)


class TrialIdentity:
    """The ``key`` of a trial (its data, how they are prepared, and its seed), and the keys of its cells."""

    def __init__(
        self, trial: Trial, judges: list[dict[str, Any]], identity_of: Callable[[Component], dict[str, Any]]
    ) -> None:
        self._determined_by = {
            "revision": REVISION,
            "numpy": np.__version__,
            "dataset": trial.dataset.label,
            "data": trial.data,
            "prepare": trial.prepare.model_dump(mode="json"),
            "seed": trial.seed,
        }
        if trial.test_seed not in (None, trial.seed):
            self._determined_by["test_seed"] = trial.test_seed
        self.key = digest(self._determined_by)
        self._judges = judges
        self._of = identity_of

    def teacher(
        self,
        teacher: Teacher,
        regularizer: Regularizer,
        strength: float,
        before: tuple[float, ...] | None = None,
        targets: Sequence[str] = (),
    ) -> str:
        """Return the key of a teacher; one of a path has the strengths ``before`` its own, none at its start.

        One that learns several targets together has the fingerprints of the data of all ``targets``, in their order.
        """
        more: dict[str, Any] = {} if before is None else {"path": before}
        if targets:
            more["targets"] = targets
        return self._cell(teacher=self._of(teacher), regularizer=self._of(regularizer), strength=strength, **more)

    def student(self, student: Student, distil: Distil, teacher_cell: str | None) -> str:
        """Return the key of a student of a teacher, or of one on the data itself."""
        return self._student(student, distil, teacher_cell=teacher_cell)

    def student_of_the_best(self, student: Student, distil: Distil, teacher_cells: Iterable[str], part: Part) -> str:
        """Return the key of a student of that of several teachers which is the best on ``part``."""
        return self._student(student, distil, teacher_cells=sorted(teacher_cells), part=part, judges=self._judges)

    def _student(self, student: Student, distil: Distil, **of: Any) -> str:
        # limits, and who is spared, decide whether there is a result, never which
        wanted = distil.model_dump(mode="json", exclude={"seconds", "teachers", "spare"})
        if distil.prune or distil.refit != "none":
            wanted["fits"] = FITS
        return self._cell(distil=wanted, student=self._of(student), **of)

    def _cell(self, **made_by: Any) -> str:
        return digest({**self._determined_by, **made_by})


def _identity(component: Component) -> dict[str, Any]:
    return component.identity()
