"""`LIESStudent`: networks of log, identity, exp and sin units; their options, and from task to candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Student

if TYPE_CHECKING:
    from smoothdistill_lies.architecture import Architecture


class LIESStudent(Student):
    """Trains sparse networks whose units are log, identity, exp and sin, and reads formulas off them.

    The student for laws: where data are positive it sees their logarithms, in which products and powers are sums.
    Source: LIES, arXiv 2506.08267.
    """

    name = "lies"
    revision = 2
    weighs_rows = True
    libraries = ("numba", "numpy")

    space: Literal["auto", "log", "raw"] = Field(
        default="auto",
        description="what the networks see: log, the logarithms of positive data; raw, the standardised data; "
        "auto, both where data allow it, and the better on kept rows stays",
    )
    sin: bool = Field(default=True, description="whether layers have a sin unit")
    tries: int = Field(default=3, ge=1, description="networks that are trained in each space")
    max_layers: int = Field(
        default=41, ge=1, description="layers at most; there is one more than there are inputs, up to this many"
    )
    max_complexity: int = Field(default=100, ge=1, description="nodes of a formula at most")
    base_epochs: int = Field(default=20, ge=1, description="epochs of the first phase")
    oversampled_epochs: int = Field(
        default=20, ge=0, description="epochs of the second phase, with more rows where the network is worst"
    )
    strong_epochs: int = Field(default=30, ge=0, description="epochs of the last phase, the strongly sparse one")
    epoch_steps: int = Field(
        default=160, ge=1, description="steps of an epoch, however many rows there are; large networks get fewer"
    )
    batch_size: int = Field(default=128, ge=1, description="rows of a step")
    learning_rate: float = Field(default=0.015, gt=0, description="RMSprop's rate at the start of each phase")
    oversampling: bool = Field(default=True, description="whether there is the second phase")
    admm: bool = Field(
        default=True,
        description="whether ADMM pulls weights towards sparse ones; most of the sparsity comes from their absolute "
        "sum, and in the last phase ADMM's threshold falls tenfold with each input above 5",
    )
    pruning: bool = Field(
        default=True, description="whether weights that matter least go before the network is read as a formula"
    )
    pruning_threshold: float = Field(
        default=0.01,
        ge=0,
        description="as many weights of a module (a linear map, a layer's bridges, the output's bias) are pruned as "
        "are smaller than this in it",
    )

    def warm_up(self) -> None:
        """Search a few rows without any time."""
        from smoothdistill_core.searching import rehearse

        rehearse(self)

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the best constant, then ever longer formulas, each worth its length.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses, for inputs that are not
        positive or a target not of one sign where ``space`` is log, and where all networks diverged.
        """
        from smoothdistill_lies.candidates import candidates

        return candidates(task, self)

    def architecture(self, inputs: int) -> Architecture:
        """Return the layers and units of the networks for a number of inputs."""
        from smoothdistill_lies.architecture import Architecture

        return Architecture(inputs, min(inputs + 1, self.max_layers), 4 if self.sin else 3)
