"""`rehearse`: how a student warms up."""

from __future__ import annotations

import numpy as np

from smoothdistill_core.components import Deadline, DistillationTask, Student
from smoothdistill_core.formula import Formula
from smoothdistill_core.searching.refit import refitted

ROWS = 20


def rehearse(student: Student) -> None:
    """Let a student that keeps its deadline search a few rows without any time, and have a formula's constants fitted.

    So it imports what it works with, and compiles what it calls: see `Component.warm_up`.
    """
    X = np.random.default_rng(0).normal(size=(ROWS, 2))
    y = X[:, 0] * X[:, 1]
    refitted(Formula.linear([1.0, 1.0], 0.0), X, y)
    student.distil(DistillationTask(X, y, seed=0, deadline=Deadline(0.0)))
