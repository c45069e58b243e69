"""`Identity`: the keys of trials and cells, hashes of everything that determines their results.

A cell's role is no part of its key, nor is what only people read, nor how its result is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np

from smoothdistill_core.components import Component, Metric, Part, Regularizer, Student, Teacher
from smoothdistill_core.components.component import canonical, digest_of_text
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
        self._judges = cache(partial(_judges, tuple(metrics)))

    def of(self, trial: Trial) -> TrialIdentity:
        """Return what gives out the keys of a trial's cells."""
        return TrialIdentity(trial, self._judges(trial.prepare.target == "logit"), self._of)


class TrialIdentity:
    """The ``key`` of a trial (its data, how they are prepared, and its seed), and the keys of its cells.

    A key is the digest of a JSON object, whose values are kept as text: most of them are those of many cells.
    """

    def __init__(self, trial: Trial, judges: str, identity_of: Callable[[Component], str]) -> None:
        determined_by: dict[str, Any] = {
            "revision": REVISION,
            "numpy": np.__version__,
            "dataset": trial.dataset.label,
            "data": trial.data,
            "prepare": trial.prepare.model_dump(mode="json"),
            "seed": trial.seed,
        }
        if trial.test_seed not in (None, trial.seed):
            determined_by["test_seed"] = trial.test_seed
        self._determined_by = {name: canonical(value) for name, value in determined_by.items()}
        self.key = self._cell()
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
        more = {} if before is None else {"path": canonical(before)}
        if targets:
            more["targets"] = canonical(targets)
        trained = {"teacher": self._of(teacher), "regularizer": self._of(regularizer), "strength": canonical(strength)}
        return self._cell(**trained, **more)

    def student(self, student: Student, distil: Distil, teacher_cell: str | None) -> str:
        """Return the key of a student of a teacher, or of one on the data itself."""
        return self._student(student, distil, teacher_cell=canonical(teacher_cell))

    def student_of_the_best(self, student: Student, distil: Distil, teacher_cells: Iterable[str], part: Part) -> str:
        """Return the key of a student of that of several teachers which is the best on ``part``."""
        of = {"teacher_cells": canonical(sorted(teacher_cells)), "part": canonical(part)}
        return self._student(student, distil, judges=self._judges, **of)

    def _student(self, student: Student, distil: Distil, **of: str) -> str:
        return self._cell(distil=_distilled(distil), student=self._of(student), **of)

    def _cell(self, **made_by: str) -> str:
        texts = self._determined_by | made_by
        return digest_of_text("{" + ",".join(f'"{name}":{texts[name]}' for name in sorted(texts)) + "}")


def _identity(component: Component) -> str:
    return canonical(component.identity())


def _judges(metrics: Iterable[Metric], logit: bool) -> str:
    judged_by = (*JUDGED_BY, EXPLAINED_LOG_LOSS) if logit else JUDGED_BY
    return canonical(sorted((metric.identity() for metric in metrics if metric.label in judged_by), key=str))


@lru_cache
def _distilled(distil: Distil) -> str:
    # limits, and who is spared, decide whether there is a result, never which
    wanted = distil.model_dump(mode="json", exclude={"seconds", "teachers", "spare"})
    if distil.prune or distil.refit != "none":
        wanted["fits"] = FITS
    return canonical(wanted)
