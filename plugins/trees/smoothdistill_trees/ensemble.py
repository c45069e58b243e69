"""`TreeEnsemble`: what the teachers made of regression trees have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING

from smoothdistill_core import DataError, Teacher, TrainedTeacher, TrainingJob
from smoothdistill_core.errors import one_line
from smoothdistill_trees.gaussian import AVERAGE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_trees.trees import Trees

    Array = NDArray[np.float64]


class TreeEnsemble(Teacher):
    """Regression trees of scikit-learn's, which are smoothed after they were grown."""

    libraries = ("scikit-learn",)
    weighs_rows = True
    offers = frozenset({AVERAGE})

    def warm_up(self) -> None:
        """Import what grows and smooths trees."""
        for module in ("sklearn.ensemble", "smoothdistill_trees.trained"):
            import_module(module)

    def train(self, jobs: Sequence[TrainingJob]) -> list[TrainedTeacher]:
        """Grow the trees once for all jobs of the same data and seed; each job smooths them by its own width.

        Raises `DataError` for data that scikit-learn refuses.
        """
        from smoothdistill_trees.trained import TrainedTrees

        threads = max((job.threads for job in jobs), default=1)
        grown: dict[tuple[bytes, int], Trees] = {}
        trained: list[TrainedTeacher] = []
        for job in jobs:
            weights = b"" if job.weights is None else job.weights.tobytes()
            key = (sha256(f"{job.X.shape}".encode() + job.X.tobytes() + job.y.tobytes() + weights).digest(), job.seed)
            if key not in grown:
                try:
                    grown[key] = self._grow(job.X, job.y, job.weights, job.seed, threads)
                except ValueError as error:
                    raise DataError(
                        f"teacher {self.name!r} cannot be trained on {len(job.X)} rows ({one_line(error)}); "
                        "give at least one row of finite numbers"
                    ) from error
            width = job.strength if job.regularizer.strengths else 0.0  # none other than the average is accepted
            trained.append(TrainedTrees(grown[key], width, self._said(width)))
        return trained

    def load(self, data: bytes) -> TrainedTeacher:
        """Read what `TrainedTrees.save` wrote."""
        from smoothdistill_trees.trained import TrainedTrees

        return TrainedTrees.from_bytes(data)

    @abstractmethod
    def _grow(self, X: Array, y: Array, weights: Array | None, seed: int, threads: int) -> Trees:
        """Return trees grown on ``X`` (n, d) and ``y`` (n,), whose rows may have weights (n,)."""

    def _said(self, width: float) -> tuple[str, ...]:
        from smoothdistill_trees.trained import STEP

        if width > 0:
            return (f"{self.name}: smoothness by exact gradients of the average",)
        return (f"{self.name}: smoothness by finite differences, {STEP:g} standard deviations to each side",)
