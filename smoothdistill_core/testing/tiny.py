"""Tiny components whose answers are known: what checks and fixtures work with instead of real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.components import (
    Candidate,
    Dataset,
    DistillationTask,
    Measure,
    Metric,
    Network,
    Regularizer,
    ScoringContext,
    Student,
    Table,
    Teacher,
    TrainedTeacher,
    TrainingJob,
)
from smoothdistill_core.formula import Formula
from smoothdistill_core.searching import best_constant

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Array = NDArray[np.float64]


class TinyDataset(Dataset):
    """Forty rows of ``y = 2 a - b + a sin(b)``; ``c`` has no part in it, and ``d`` is a category."""

    name = "tiny"

    def load(self) -> Table:
        """Return the table: features ``a``, ``b``, ``c`` and ``d``, target ``y``."""
        import pandas as pd

        a, b, c = np.random.default_rng(0).normal(size=(3, 40))
        columns = {"a": a, "b": b, "c": c, "d": ["left", "right"] * 20, "y": 2 * a - b + a * np.sin(b)}
        return Table(
            pd.DataFrame(columns),
            target="y",
            categorical=("d",),
            notes=("made up for tests",),
            citation="smoothdistill's own",
            licence="MIT",
        )


class LinearTeacher(TrainedTeacher):
    """A linear function of the inputs: its gradient and its Lipschitz bound are known exactly."""

    def __init__(self, slopes: Sequence[float], intercept: float = 0.0) -> None:
        self.slopes = tuple(float(slope) for slope in slopes)
        self.intercept = float(intercept)

    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d)."""
        # summed by column: a matrix product may round otherwise when there are more rows
        prediction = np.full(len(X), self.intercept)
        for column, slope in enumerate(self.slopes):
            prediction += slope * np.asarray(X, dtype=np.float64)[:, column]
        return prediction

    def gradient(self, X: Array) -> Array:
        """Return the slopes in every row: (n, d)."""
        return np.tile(np.array(self.slopes), (len(X), 1))

    def lipschitz_bound(self) -> float:
        """Return the Euclidean norm of the slopes."""
        return float(np.linalg.norm(self.slopes))

    def save(self) -> bytes:
        """Return slopes and intercept as JSON."""
        return json.dumps([*self.slopes, self.intercept]).encode()


class TinyTeacher(Teacher):
    """Least squares whose slopes shrink with the strength: ``slopes / (1 + strength)``."""

    name = "tiny"

    def accepts(self, regularizer: Regularizer) -> bool:
        """Accept every regularizer."""
        return True

    def train(self, jobs: Sequence[TrainingJob]) -> list[TrainedTeacher]:
        """Fit each job by itself."""
        return [self._fit(job) for job in jobs]

    def load(self, data: bytes) -> TrainedTeacher:
        """Read what `LinearTeacher.save` wrote."""
        *slopes, intercept = json.loads(data)
        return LinearTeacher(slopes, intercept)

    def _fit(self, job: TrainingJob) -> TrainedTeacher:
        design = np.column_stack([job.X, np.ones(len(job.X))])
        *slopes, intercept = np.linalg.lstsq(design, job.y, rcond=None)[0]
        return LinearTeacher([slope / (1 + job.strength) for slope in slopes], intercept)


class Plain(Regularizer):
    """No penalty."""

    name = "none"
    strengths = ()
    needs = frozenset()


class Steepness(Regularizer):
    """The batch mean of the squared norm of the input Jacobian."""

    name = "steepness"
    strengths = (0.1, 1.0)
    needs = frozenset({"jacobian"})

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return mean ||J(x)||^2."""
        return (net.jacobian(x) ** 2).sum(dim=1).mean()


class TinyStudent(Student):
    """Finds the input that fits best, and the line through it."""

    name = "tiny"

    def distil(self, task: DistillationTask) -> list[Candidate]:
        """Return the mean alone, then the line."""
        constant = best_constant(task).candidate
        overlaps = (task.X * task.y[:, None]).sum(axis=0)
        best = int(np.argmax(np.abs(overlaps)))
        slope = Formula.constant(float(overlaps[best] / max((task.X[:, best] ** 2).sum(), 1e-9)))
        line = Formula.apply("add", constant.formula, Formula.apply("mul", slope, Formula.variable(best)))
        return [constant, Candidate(line, line.predict)]


class TinyR2(Metric):
    """1 - mean squared error: the target is standardised."""

    name = "r2"
    direction = "higher"
    measures = Measure.ACCURACY
    axis = "R²"
    needs_teacher = False

    def score(self, context: ScoringContext) -> float | None:
        """Return the score."""
        with np.errstate(all="ignore"):
            return 1.0 - float(np.mean((context.y - context.prediction) ** 2))


class TinyNorm(Metric):
    """The mean norm of the input gradient."""

    name = "jacobian_norm"
    direction = "lower"
    measures = Measure.SMOOTHNESS
    axis = "E‖J‖"
    needs_teacher = False

    def score(self, context: ScoringContext) -> float | None:
        """Return the mean."""
        with np.errstate(all="ignore"):
            return float(np.mean(np.sqrt((context.gradient() ** 2).sum(axis=1))))


COMPONENTS = (TinyDataset, TinyTeacher, Plain, Steepness, TinyStudent, TinyR2, TinyNorm)
"""All of them, for a registry."""

RECIPE = """
name: tiny
dataset: tiny
teacher: tiny
regularizer: [none, {name: steepness, strength: [0.1, 1.0]}]
student: tiny
metric: [r2, jacobian_norm]
trials: {seeds: 2}
"""
"""A recipe of these components that takes no time."""
