"""`Taught`: a teacher as it is in the data's own units, and as the model of some of its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import TrainedTeacher
from smoothdistill_core.scaling import Scaling
from smoothdistill_symmetry.model import ROWS, Model

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Taught:
    """A ``teacher`` that tells its gradient, in the units of ``scaling``; a transform of the target is not undone."""

    teacher: TrainedTeacher
    scaling: Scaling | None

    @classmethod
    def by(cls, teacher: TrainedTeacher | None, scaling: Scaling | None, X: Array) -> Taught | None:
        """Return a teacher, if there is one that tells its gradient at standardised inputs ``X`` (n, d)."""
        told = None if teacher is None else teacher.gradient(X[:1])
        return None if teacher is None or told is None else cls(teacher, scaling)

    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d)."""
        if self.scaling is None:
            return self.teacher.predict(X)
        return self.scaling.as_fitted(self.teacher.predict(self.scaling.standardised(X)))

    def slopes(self, X: Array) -> Array:
        """Return the gradient (n, d) at ``X`` (n, d)."""
        gradient = self.teacher.gradient(X if self.scaling is None else self.scaling.standardised(X))
        if gradient is None:
            raise TypeError("a teacher that told its gradient tells none any more")
        if self.scaling is None:
            return gradient
        slopes: Array = gradient * self.scaling.scale / np.array([feature.scale for feature in self.scaling.features])
        return slopes


class TaughtModel(Model):
    """The model of ``y`` (n,) that a teacher is of the inputs at ``places``; the others stay in their middle."""

    def __init__(self, taught: Taught, X: Array, y: Array, places: Sequence[int]) -> None:
        self._taught, self._places = taught, list(places)
        self._middle = np.median(X, axis=0)
        self.X, y = X[:ROWS, self._places], y[:ROWS]
        self.values = self.predict(self.X)
        self.slopes = taught.slopes(self._whole(self.X))[:, self._places]
        self.left_out = float(np.mean((self.values - y) ** 2))
        self.share = self.left_out / (float(np.var(y)) or 1.0)

    def predict(self, X: Array) -> Array:
        """Return what the teacher says at rows ``X`` (m, places)."""
        return self._taught.predict(self._whole(X))

    def _whole(self, X: Array) -> Array:
        rows = np.tile(self._middle, (len(X), 1))
        rows[:, self._places] = X
        return rows
