"""A teacher that passes all checks, for twins to break."""

import json
from typing import ClassVar

import numpy as np

from smoothdistill_core import Teacher, TrainedTeacher
from smoothdistill_core.testing.tiny import LinearTeacher


class Trained(LinearTeacher):
    """A trained linear model, as its own class, so that twins can break it."""


class Sound(Teacher):
    """Least squares, a job at a time; slopes shrink with the strength."""

    name = "sound"
    trained: ClassVar[type[TrainedTeacher]] = Trained
    """What it trains: a twin may put something else here."""

    def accepts(self, regularizer):
        return True

    def train(self, jobs):
        return [self.fit(job, place) for place, job in enumerate(jobs)]

    def fit(self, job, place):
        design = np.column_stack([job.X, np.ones(len(job.X))])
        *slopes, intercept = np.linalg.lstsq(design, job.y, rcond=None)[0]
        return self.trained(np.array(slopes) / (1 + job.strength), intercept)

    def load(self, data):
        *slopes, intercept = json.loads(data)
        return self.trained(slopes, intercept)
