"""`MLP`: the teacher component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from smoothdistill_core import Regularizer, TrainingJob
from smoothdistill_mlp.compiled_penalty_codes import code_of
from smoothdistill_mlp.engine_choice import engine_for, train
from smoothdistill_mlp.network_teacher import NetworkTeacher

if TYPE_CHECKING:
    from smoothdistill_mlp.trained import Trained


class MLP(NetworkTeacher):
    """A multilayer perceptron trained with Adam on mean squared error, or binary cross-entropy, + strength * penalty.

    The defaults are the paper's teacher (arXiv 2507.22767), two hidden layers of 100 units, 200 epochs, batches of 128,
    learning rate 0.001, but for the units: SiLU, which are smooth, where the paper has ReLU.
    """

    name = "mlp"
    revision = 3
    libraries = ("torch", "numba", "scipy")

    engine: Literal["auto", "torch", "compiled"] = Field(
        "auto",
        description="compiled: fastest, built-in penalties on the CPU; torch: everything; auto: the first that can",
    )

    @model_validator(mode="after")
    def _check_engine(self) -> Self:
        if self.engine == "compiled" and self.device != "cpu":
            raise ValueError(f"the compiled engine runs on the CPU, not on {self.device}; use engine: torch")
        return self

    def accepts(self, regularizer: Regularizer) -> bool:
        """Accept every penalty of what a network offers (compiled: that is built in), and what takes no strength."""
        return super().accepts(regularizer) and (self.engine != "compiled" or code_of(regularizer) is not None)

    def train_networks(self, jobs: Sequence[TrainingJob]) -> list[Trained]:
        """Train one network for each job, and say which engine it was where that is not clear."""
        return [
            network if said is None else network._replace(notes=(said, *network.notes))
            for network, said in zip(train(self, jobs), map(self._said, jobs), strict=True)
        ]

    def _said(self, job: TrainingJob) -> str | None:
        """Say which engine trains a job, where the recipe left that open or wants one that cannot."""
        from smoothdistill_mlp.seeding import outputs_of

        outputs = outputs_of(job)
        if self.engine == "compiled" and outputs > 1:
            return "mlp: trained by the torch engine: the compiled one knows no networks of several outputs"
        if self.engine != "auto":
            return None
        return f"mlp: trained by the {engine_for(self, job.regularizer, outputs)} engine"
