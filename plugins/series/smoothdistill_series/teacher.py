"""`Series`: the teacher component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_core import TrainingJob
from smoothdistill_mlp.network_teacher import NetworkTeacher, Width
from smoothdistill_series.windows import windows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_mlp.shared_layer import SharedLayer
    from smoothdistill_mlp.trained import Trained
    from smoothdistill_mlp.trained_ensemble import TrainedEnsemble
    from smoothdistill_mlp.trained_mlp import TrainedMLP

NAMED = 5
"""So many inputs are named in the note on what matters."""


class Series(NetworkTeacher):
    """A convolution over past values, then hidden layers, trained with Adam on mean squared error + strength * penalty.

    Each filter looks with the same weights at every few lags that follow each other (LeCun and others 1989; in one
    dimension Waibel and others 1989).
    """

    name = "series"
    needs_lags = True

    filters: int = Field(8, ge=1, le=10_000, description="filters of the convolution")
    width: int = Field(3, ge=1, le=100_000, description="lags that a filter sees at once; at most the furthest lag")
    hidden: tuple[Width, ...] = Field((32,), description="units of each hidden layer after the convolution")

    def first_layer(self, job: TrainingJob) -> SharedLayer:
        """Return the convolution; over inputs that are no past values, an ordinary layer."""
        from smoothdistill_mlp.shared_layer import SharedLayer

        return SharedLayer(self.filters, windows_of(job.names, self.width))

    def train_networks(self, jobs: Sequence[TrainingJob]) -> list[Trained]:
        """Train one network for each job, in torch."""
        from smoothdistill_mlp.torch_engine import train

        return train(self, jobs)

    def train(self, jobs: Sequence[TrainingJob]) -> list[TrainedMLP | TrainedEnsemble]:
        """Train all jobs together, and say of each which inputs matter to it."""
        trained = super().train(jobs)
        for job, model in zip(jobs, trained, strict=True):
            penalty = f"with {job.regularizer} {job.strength:g}" if job.strength else "without a penalty"
            said = _what_matters(job.names, model.gradient(job.X))
            model.notes = (*model.notes, f"series: {penalty} its gradient is {said}")
        return trained


def _what_matters(names: Sequence[str], gradient: NDArray[np.float64]) -> str:
    """Say which shares the inputs have in the absolute gradient (n, d) or (n, k, d), the largest first."""
    import numpy as np

    sizes = np.abs(gradient).mean(axis=tuple(range(gradient.ndim - 1)))
    shares = sizes / (sizes.sum() or 1.0)
    order = np.argsort(-shares, kind="stable")
    said = [f"{names[place]} {shares[place]:.0%}" for place in order[:NAMED]]
    if len(order) > NAMED:
        said.append(f"the other {len(order) - NAMED} together {shares[order[NAMED:]].sum():.0%}")
    return ", ".join(said)
