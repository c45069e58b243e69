"""`Adapting`: the strength of one network in training, where its regularizer has a schedule for it.

It looks at a copy of the network after each epoch, so that both engines train by it, each network for itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from smoothdistill_core import Epoch, PenaltyContext, PluginError
from smoothdistill_mlp.loss import losses
from smoothdistill_mlp.power_iteration import singular_vectors_of
from smoothdistill_mlp.seeding import MEASURING, stream
from smoothdistill_mlp.torch_network import ACTIVATIONS, PerceptronNetwork

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core import Schedule, TrainingJob
    from smoothdistill_mlp.network_teacher import NetworkTeacher
    from smoothdistill_mlp.trained import Trained

ROWS = 512
"""It is measured on at most so many training and validation rows, evenly spread."""


class Adapting:
    """The ``strength`` of the next epoch; ``went`` are those of all epochs, the next one's last."""

    def __init__(self, teacher: NetworkTeacher, job: TrainingJob, schedule: Schedule) -> None:
        self.went = [job.strength]
        self._teacher = teacher
        self._schedule = schedule
        self._regularizer = job.regularizer
        self._loss = job.loss
        self._x, self._y, self._weights = _some(job.X, job.y, job.weights)
        self._context = PenaltyContext(job.names, self._y, job.scaling)
        self._validation = None if job.validation is None else _some(*job.validation, job.validation_weights)
        self._lowest = math.inf
        self._noise = stream(job.seed, MEASURING)

    @property
    def strength(self) -> float:
        """The strength of the next epoch."""
        return self.went[-1]

    def after_epoch(self, network: Trained) -> None:
        """Set the strength anew, from the network as it is."""
        epoch = self._epoch(network)
        strength = float(self._schedule(self.strength, epoch))
        if not 0 <= strength < math.inf:
            said = (
                f"after epoch {epoch.number} its schedule gives the strength {strength}, which is no number from 0 on"
            )
            raise PluginError(f"regularizer {self._regularizer.name!r}: {said}")
        self.went.append(strength)

    def in_words(self) -> str:
        """Say where the strength went."""
        least, most = min(self.went), max(self.went)
        went = f"from {self.went[0]:.2g} to {self.strength:.2g}, within {least:.2g} and {most:.2g}"
        return f"{self._teacher.name}: the strength went {went}"

    def _epoch(self, network: Trained) -> Epoch:
        weights, biases = ([part.detach().requires_grad_() for part in parts] for parts in network[:2])
        parameters = [*weights, *biases]
        needs = self._regularizer.needs
        vectors = singular_vectors_of(weights) if needs is None or "spectral_norms" in needs else ()
        net = PerceptronNetwork(
            weights,
            biases,
            ACTIVATIONS[self._teacher.activation],
            [(weight.shape[0], weight.shape[1]) for weight in weights],
            vectors,
            lambda shape: torch.randn(shape, generator=self._noise),
        )
        penalty = self._regularizer.evaluate(net, self._x, self._context)
        error = _mean(losses(net(self._x), self._y, self._loss), self._weights)
        of_penalty, of_error = _gradient(penalty, parameters), _gradient(error, parameters)
        measured = (error.item(), penalty.item(), of_error.norm().item(), of_penalty.norm().item())
        number = len(self.went)
        if self._validation is None:
            return Epoch(number, self._teacher.epochs, *measured)
        x, y, shares = self._validation
        apart = _mean(losses(net(x), y, self._loss), shares)
        agreement = torch.nn.functional.cosine_similarity(_gradient(apart, parameters), of_penalty, dim=0)
        self._lowest = min(self._lowest, apart.item())
        return Epoch(number, self._teacher.epochs, *measured, apart.item(), self._lowest, agreement.item())


def _some(
    X: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    every = -(-len(X) // ROWS)
    x, target = (torch.tensor(each[::every], dtype=torch.float32) for each in (X, y))
    return x, target, None if weights is None else torch.tensor(weights[::every], dtype=torch.float32)


def _mean(losses: Tensor, weights: Tensor | None) -> Tensor:
    """Return the mean of losses (n,), weighted where there are weights."""
    return losses.mean() if weights is None else (weights * losses).sum() / weights.sum()


def _gradient(value: Tensor, parameters: Sequence[Tensor]) -> Tensor:
    """Return the gradient of a scalar in all parameters, in one vector."""
    parts = torch.autograd.grad(value, parameters, retain_graph=True, materialize_grads=True, allow_unused=True)
    return torch.cat([part.ravel() for part in parts])
