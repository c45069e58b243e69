"""The jobs that teachers are checked with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from smoothdistill_core.components import Teacher, TrainingJob
from smoothdistill_core.testing.tiny import Plain, Steepness

ROWS = 96

PATH = (1.0, 0.1, 0.01)
"""The strengths of the path that a teacher which knows paths is checked with."""


def job(rows: int = ROWS, features: int = 3, strength: float = 0.0, seed: int = 0) -> TrainingJob:
    """Return a job with a smooth target; a strength above 0 penalises the steepness of the teacher."""
    X = np.random.default_rng([rows, features]).normal(size=(rows, features))
    y = X[:, 0] + np.sin(X[:, -1])
    y = (y - y.mean()) / (y.std() or 1.0)
    apart = X[: max(1, rows // 4)].copy(), y[: max(1, rows // 4)].copy()
    return TrainingJob(X, y, Steepness() if strength else Plain(), strength, seed, validation=apart)


def jobs_of(component: Teacher) -> list[TrainingJob]:
    """Return different jobs: seeds, shapes and, where the teacher accepts a penalty, strengths, and steps of paths."""
    jobs = [job(seed=0), job(seed=1), job(rows=50, features=2)]
    if component.accepts(Steepness()):
        jobs += [job(strength=0.1), job(strength=1.0)]
        if component.for_path(3) is not None:
            first = job(strength=1.0)  # one network's steps have their arrays in common
            jobs += [replace(first, strength=PATH[place], path=PATH[:place]) for place in range(len(PATH))]
    return jobs
