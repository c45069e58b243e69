"""`NetworkTeacher`: what teachers that are perceptrons have in common, whatever their first layer looks at."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from smoothdistill_core import PluginError, Regularizer, Teacher, TrainedTeacher, TrainingJob
from smoothdistill_mlp.trained_ensemble import TrainedEnsemble
from smoothdistill_mlp.trained_mlp import TrainedMLP
from smoothdistill_smoothness.curvature import Curvature

if TYPE_CHECKING:
    from torch import Tensor

    from smoothdistill_mlp.shared_layer import SharedLayer
    from smoothdistill_mlp.trained import Trained


Width = Annotated[int, Field(ge=1, le=100_000)]

MOST_TRAININGS = 3
"""A network that learns several targets makes the epochs of so many trainings at most, in place of theirs.

With the epochs of one, targets that have nothing in common are learnt far worse than by networks of their own.
"""


class NetworkTeacher(Teacher):
    """Hidden layers of units, trained with Adam on mean squared error, or binary cross-entropy, + strength * penalty.

    Weights of rows count in the error; a penalty is of all rows alike.
    """

    libraries: ClassVar[tuple[str, ...]] = ("torch",)
    weighs_rows = True
    several_outputs = True
    losses = frozenset({"squared", "logistic"})
    offers = frozenset(
        {"predictions", "jacobian", "linear_weights", "parameters", "spectral_norms", "noise", "schedule"}
    )

    hidden: tuple[Width, ...] = Field((100, 100), description="units of each hidden layer, from the input on")
    activation: Literal["relu", "tanh", "silu"] = Field("silu", description="function after each hidden layer")
    epochs: int = Field(
        200,
        ge=1,
        description="passes over the training part; a network that learns several targets together makes those of as "
        f"many trainings, of {MOST_TRAININGS} at most",
    )
    max_steps: int | None = Field(
        None,
        ge=1,
        description="optimiser steps at most, or one epoch: on many rows they end before the `epochs` do; left out, no "
        "limit",
    )
    batch_size: int = Field(128, ge=1, description="rows an optimiser step; multiples of 32 train fastest")
    learning_rate: float = Field(0.001, gt=0, description="Adam's step size")
    stopping: Literal["early"] | None = Field(
        None,
        description="early: training ends, or on a path a step does, when the error on the validation rows has not "
        "fallen for `patience` epochs, and the weights with the lowest are kept; left out, it takes all epochs",
    )
    patience: int | None = Field(
        None, ge=1, description="epochs without a lower validation error before an early stop; left out, 20"
    )
    members: int = Field(
        1,
        ge=1,
        le=100,
        description="networks that are trained together and differ by their seeds, each for all epochs: their mean is "
        "the teacher, and where they disagree further inputs weigh less",
    )
    device: str = Field("cpu", pattern=r"^(cpu|mps|cuda(:\d+)?)$", description="cpu, cuda, cuda:N or mps")

    @model_validator(mode="after")
    def _check_patience(self) -> Self:
        if self.patience is not None and self.stopping is None:
            raise ValueError(
                f"patience: {self.patience} is for an early stop, and none is asked for; add stopping: early"
            )
        return self

    @property
    def needs_validation(self) -> bool:
        """Whether it stops early."""
        return self.stopping is not None

    def identity(self) -> dict[str, Any]:
        """Return what decides its results; options of early stopping have no say where it takes all epochs.

        Nor has the number of members where there is one, or a limit of steps where there is none.
        """
        said = super().identity()
        if self.members == 1:
            del said["options"]["members"]
        if self.max_steps is None:
            del said["options"]["max_steps"]
        if self.stopping is None:
            for option in ("stopping", "patience"):
                del said["options"][option]
        return said

    def for_path(self, steps: int) -> Self:
        """Return the teacher of each step: all share ``epochs``, or take one each where those are fewer.

        So they do ``max_steps``.
        """
        return self._as_long(lambda whole: max(1, whole // steps))

    def for_rows(self, rows: int) -> Self:
        """Return the teacher of so many training rows: one whose ``epochs`` are within ``max_steps``."""
        if self.max_steps is None:
            return self
        within = self.max_steps // math.ceil(rows / self.batch_size)
        return self.model_copy(update={"epochs": max(1, min(self.epochs, within))})

    def warm_up(self) -> None:
        """Train a network on two rows, and ask it for its gradient there."""
        import numpy as np

        from smoothdistill_smoothness.penalties import Unregularized

        X = np.zeros((2, 1))
        once = self.model_copy(update={"epochs": 1, "stopping": None})
        once.train([TrainingJob(X, X[:, 0], Unregularized(), 0.0, 0)])[0].gradient(X)

    def accepts(self, regularizer: Regularizer) -> bool:
        """Accept every penalty of what a network offers, and what takes no strength.

        A relu network is made of flat pieces, on which no penalty of curvature can act.
        """
        return not (self.activation == "relu" and isinstance(regularizer, Curvature)) and super().accepts(regularizer)

    def first_layer(self, job: TrainingJob) -> SharedLayer | None:
        """Return how weights of the first layer are shared between its units; None where each has its own."""
        return None

    @abstractmethod
    def train_networks(self, jobs: Sequence[TrainingJob]) -> list[Trained]:
        """Train one network for each job; results in the order of the jobs."""

    def train(self, jobs: Sequence[TrainingJob]) -> list[TrainedMLP | TrainedEnsemble]:
        """Train all jobs together."""
        from smoothdistill_mlp.seeding import outputs_of

        self._check_device()
        if self.stopping is not None and any(job.validation is None for job in jobs):
            raise PluginError(
                f"teacher {self.name!r}: stopping: early needs validation rows; set prepare.validation to 0.2"
            )
        single = [replace(job, seed=member_seed(job.seed, place)) for job in jobs for place in range(self.members)]
        found: dict[int, Trained] = {}
        counts = [outputs_of(job) for job in single]
        for count in dict.fromkeys(counts):
            places = [place for place, own in enumerate(counts) if own == count]
            found |= zip(places, self._for_targets(count).train_networks([single[at] for at in places]), strict=True)
        networks = [
            TrainedMLP(found[at].weights, found[at].biases, self.activation, found[at].notes)
            for at in range(len(single))
        ]
        if self.members == 1:
            return list(networks)
        return [
            TrainedEnsemble(networks[first : first + self.members]) for first in range(0, len(single), self.members)
        ]

    def _for_targets(self, count: int) -> Self:
        """Return what trains networks of so many targets."""
        return self if count == 1 else self._as_long(lambda one: one * min(count, MOST_TRAININGS))

    def _as_long(self, length: Callable[[int], int]) -> Self:
        """Return the teacher with ``length`` of its epochs, and of its steps where they are limited."""
        steps = None if self.max_steps is None else length(self.max_steps)
        return self.model_copy(update={"epochs": length(self.epochs), "max_steps": steps})

    def load(self, data: bytes) -> TrainedTeacher:
        """Read what `TrainedMLP.save` or `TrainedEnsemble.save` wrote."""
        from safetensors.torch import load

        tensors = load(data)
        if self.members == 1:
            return TrainedMLP.of(tensors, self.activation)
        members: list[dict[str, Tensor]] = [{} for _ in range(self.members)]
        for name, part in tensors.items():
            place, _, own = name.partition(".")
            members[int(place)][own] = part
        return TrainedEnsemble([TrainedMLP.of(own, self.activation) for own in members])

    def _check_device(self) -> None:
        import torch

        kind = self.device.partition(":")[0]
        usable = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
        if not usable[kind]:
            raise PluginError(f"teacher {self.name!r}: device {self.device!r} is not available here; use device: cpu")


def member_seed(seed: int, place: int) -> int:
    """Return the seed of a member of an ensemble: the first has that of the job, as a network alone would."""
    import numpy as np

    return seed if place == 0 else int(np.random.SeedSequence([seed, place]).generate_state(1)[0])
