"""`StackLoss`: mean loss + strength * penalty of many networks at once; here alone penalties are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from smoothdistill_core import PenaltyContext, PluginError
from smoothdistill_mlp.loss import losses
from smoothdistill_mlp.power_iteration import singular_vectors_of
from smoothdistill_mlp.torch_network import ACTIVATIONS, PerceptronNetwork
from smoothdistill_mlp.torch_stack import LANE, Stack

if TYPE_CHECKING:
    from smoothdistill_core import Regularizer, TrainingJob
    from smoothdistill_mlp.network_teacher import NetworkTeacher


class StackLoss:
    """The sum over a stack of mean loss + strength * penalty.

    A batch of full vector registers is computed for all networks together; any other batch, and a
    penalty that cannot be vectorised, network by network.
    """

    def __init__(self, teacher: NetworkTeacher, job: TrainingJob, stack: Stack) -> None:
        self.notes: tuple[str, ...] = ()
        self._loss = job.loss
        self._name = teacher.name if not job.regularizer.strengths else job.regularizer.name
        self._activation = ACTIVATIONS[teacher.activation]
        self._regularizer = job.regularizer if job.regularizer.strengths else None
        self._context = partial(PenaltyContext, job.names, scaling=job.scaling)
        self._stack = stack
        self._vectorised: bool | None = None
        self._noise_shapes: dict[int, list[tuple[int, ...]]] = {}
        self._needs_spectral_norms = False

    def __call__(self, x: Tensor, y: Tensor, shares: Sequence[Tensor], strengths: Tensor) -> Tensor:
        """Return the sum over all networks for their batches (K, n, d) and (K, n), and strengths (K,).

        ``shares`` are the weights of the rows (K, n), where they have any, else nothing.
        """
        weights, biases = self._stack.parameters()
        if self._regularizer is not None and x.shape[1] not in self._noise_shapes:
            self._probe(self._regularizer, x, y)
        vectors = self._stack.singular_vectors() if self._needs_spectral_norms else []
        noise = [self._stack.draw_noise(shape) for shape in self._noise_shapes.get(x.shape[1], [])]
        arguments = (weights, biases, vectors, noise, x, y, list(shares), strengths)
        if x.shape[1] % LANE == 0 and self._vectorised is not False:
            try:
                losses = torch.vmap(self._one)(*arguments)
                self._vectorised = True
            except RuntimeError as error:
                if self._vectorised:
                    raise
                self._vectorised = False
                self.notes = (
                    f"the penalty {self._name!r} cannot be vectorised, its networks are looped: {error}".strip(),
                )
            else:
                return losses.sum()
        return torch.stack([self._one(*_slice(arguments, k)) for k in range(len(self._stack))]).sum()

    def _one(
        self,
        weights: list[Tensor],
        biases: list[Tensor],
        vectors: list[tuple[Tensor, Tensor]],
        noise: list[Tensor],
        x: Tensor,
        y: Tensor,
        shares: list[Tensor],
        strength: Tensor,
    ) -> Tensor:
        """Return the loss of one network."""
        stream = iter(noise)
        net = self._network(weights, biases, vectors, lambda _: next(stream))
        errors = losses(net(x), y, self._loss)
        error = (shares[0] * errors if shares else errors).mean()
        if self._regularizer is None:
            return error
        return error + strength * self._regularizer.evaluate(net, x, self._context(y))

    def _network(
        self,
        weights: list[Tensor],
        biases: list[Tensor],
        vectors: Sequence[tuple[Tensor, Tensor]],
        noise: Callable[[tuple[int, ...]], Tensor],
    ) -> PerceptronNetwork:
        return PerceptronNetwork(weights, biases, self._activation, self._stack.shapes, vectors, noise)

    def _probe(self, regularizer: Regularizer, x: Tensor, y: Tensor) -> None:
        """Learn, on one network, what the penalty asks for at this batch size, and that it is a scalar."""
        shapes: list[tuple[int, ...]] = []
        throwaway = torch.Generator().manual_seed(0)

        def noise(shape: tuple[int, ...]) -> Tensor:
            shapes.append(shape)
            return torch.randn(shape, generator=throwaway).to(x.device)

        weights, biases = ([part[0] for part in parts] for parts in self._stack.parameters())
        vectors = _Recorder(singular_vectors_of(weights))  # those of the stack go a step further when asked for
        net = self._network(weights, biases, vectors, noise)
        state = torch.get_rng_state()
        penalty = regularizer.evaluate(net, x[0], self._context(y[0]))
        if not torch.equal(state, torch.get_rng_state()):
            raise PluginError(
                f"regularizer {regularizer.name!r} draws random numbers of its own, which no seed repeats; "
                "draw them with net.noise(shape)"
            )
        if not isinstance(penalty, Tensor) or penalty.shape != ():
            found = f"a tensor of shape {tuple(penalty.shape)}" if isinstance(penalty, Tensor) else repr(penalty)
            raise PluginError(f"regularizer {regularizer.name!r}: a penalty is a scalar tensor, not {found}")
        self._noise_shapes[x.shape[1]] = shapes
        self._needs_spectral_norms |= vectors.read


class _Recorder(list[tuple[Tensor, Tensor]]):
    """A list that remembers whether it was read."""

    read = False

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        self.read = True
        return super().__iter__()


def _slice(arguments: Any, k: int) -> Any:
    """Return network ``k``'s part of stacked arguments."""
    return tree_map(lambda stacked: stacked[k], arguments)
