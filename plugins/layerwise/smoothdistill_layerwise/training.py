"""The phases of training: each layer on its hint, then all layers together with gates, then without the closed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from smoothdistill_layerwise import gates
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.stack import Stack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import Deadline
    from smoothdistill_layerwise.student import LayerwiseStudent

    Array = NDArray[np.float64]

STEEPEST = 1.0
"""Slopes of the loss are clipped to this: near the guards of exp, logarithm and quotient they can be huge."""

RISE = 1.0 / 3.0
"""The price of a gate rises from 0 to its full size in this part of the joint training."""

HINT, JOINT = 0.1, 0.7
"""The shares of the time that is left which a layer's hint, and all layers together, may take."""

BLOCK = 100
"""Random numbers are drawn for this many steps at once."""


class Examples(NamedTuple):
    """Inputs (n, d), targets (n,), weights (n,) of mean 1, and each layer's hint (n, width), of variance 1 at most."""

    X: Array
    y: Array
    weights: Array
    hints: tuple[Array, ...]


def trained(
    examples: Examples,
    architecture: Architecture,
    student: LayerwiseStudent,
    seed: int,
    restarts: Sequence[int],
    deadline: Deadline,
) -> list[list[Array] | None]:
    """Return the linear maps of the network of each restart, pruned weights 0; None where it diverged.

    A restart's numbers decide its result: those beside it have no part in it. A ``deadline`` shortens each phase.
    """
    numbers = [*restarts, *restarts] if len(restarts) == 1 else restarts  # a product of one matrix rounds otherwise
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the products are too small to share, and no digit may depend on the number
    try:
        with torch.inference_mode(False), torch.enable_grad():  # the caller may have switched gradients off
            stack = _Training(examples, architecture, student, seed, numbers, deadline).run()
    finally:
        torch.set_num_threads(threads)
    found = [[matrix.double().numpy() for matrix in stack.matrices(k)] for k in range(len(restarts))]
    return [maps if all(np.isfinite(matrix).all() for matrix in maps) else None for maps in found]


class _Training:
    def __init__(
        self,
        examples: Examples,
        architecture: Architecture,
        student: LayerwiseStudent,
        seed: int,
        numbers: Sequence[int],
        deadline: Deadline,
    ) -> None:
        self._student = student
        self._deadline = deadline
        self._numbers = numbers
        self._generators = [_generator(seed, number) for number in numbers]
        self._widths = [examples.X.shape[1], 1, 1, *(hint.shape[1] for hint in examples.hints)]
        columns = [examples.X, examples.y[:, None], examples.weights[:, None], *examples.hints]
        self._table = torch.tensor(np.concatenate(columns, axis=1), dtype=torch.float32)
        self._stack = Stack(architecture, self._widths[3:], self._generators)
        prices = [student.sparsity * discount(number) for number in numbers]
        self._prices = torch.tensor(prices, dtype=torch.float32)

    def run(self) -> Stack:
        for layer in range(len(self._widths) - 3):
            self._learn_hint(layer)
        self._learn_together()
        self._finish()
        return self._stack

    def _learn_hint(self, layer: int) -> None:
        stack = self._stack
        descent = _Descent([stack.weights, stack.maps], self._student.learning_rate)
        for share, (x, _, weights, hints) in self._batches(self._student.hint_steps, HINT):
            guess = stack.hint(stack.weights, stack.maps, x, layer)
            descent.step(_mean(weights, (guess - hints[layer]) ** 2), 1.0 - 0.9 * share)

    def _learn_together(self) -> None:
        stack, student = self._stack, self._student
        descent = _Descent([stack.weights, stack.maps, stack.odds], student.learning_rate)
        noise = self._noise(student.joint_steps)
        for share, (x, y, weights, hints) in self._batches(student.joint_steps, JOINT):
            gated = stack.weights * gates.sampled(stack.odds, next(noise))
            guesses, output = stack.outputs(gated, stack.maps, x)
            loss = (weights * (output - y) ** 2).mean(dim=1).sum()
            for guess, hint in zip(guesses, hints, strict=False):
                loss = loss + student.hint_weight * (1.0 - share) * _mean(weights, (guess - hint) ** 2)
            price = self._prices * min(1.0, share / RISE)
            descent.step(loss + (price * stack.open_gates()).sum(), 1.0 - 0.9 * share)

    def _finish(self) -> None:
        stack = self._stack
        with torch.no_grad():
            gate = gates.settled(stack.odds.detach())
            stack.mask = stack.mask * (gate > 0.0)
            stack.weights = stack.weights.detach() * gate
        descent = _Descent([stack.weights], 0.1 * self._student.learning_rate)
        for share, (x, y, weights, _) in self._batches(self._student.final_steps, 1.0):
            _, output = stack.outputs(stack.weights * stack.mask, stack.maps.detach(), x)
            descent.step((weights * (output - y) ** 2).mean(dim=1).sum(), 1.0 - 0.9 * share)
        stack.weights = stack.weights.detach()

    def _batches(self, steps: int, share: float) -> Iterator[tuple[float, tuple[Tensor, Tensor, Tensor, list[Tensor]]]]:
        """Yield how far training is, and a batch: x (K, d, n), y (K, n), weights (K, n), hints (K, width, n).

        The phase may take a ``share`` of the time that is left.
        """
        deadline = self._deadline.part(share)
        size, networks = self._student.batch_size, len(self._stack)
        for step in range(steps):
            if step % BLOCK == 0:
                if deadline.is_over():
                    return
                shape = (min(BLOCK, steps - step), 1, size)
                drawn = [torch.randint(len(self._table), shape, generator=own) for own in self._generators]
                chosen = torch.cat(drawn, dim=1)
            batch = self._table[chosen[step % BLOCK].reshape(-1)].view(networks, size, -1).mT
            x, y, weights, *hints = batch.split(self._widths, dim=1)
            yield step / steps, (x, y[:, 0], weights[:, 0], hints)

    def _noise(self, steps: int) -> Iterator[Tensor]:
        """Yield uniform numbers (K, P) strictly between 0 and 1, each network's from its own stream."""
        width = self._stack.odds.shape[1]
        for step in range(0, steps, BLOCK):
            shape = (min(BLOCK, steps - step), width)
            drawn = [torch.rand(shape, generator=own, dtype=torch.float32) for own in self._generators]
            yield from torch.stack(drawn, dim=1).clamp_(1e-6, 1.0 - 1e-6)


class _Descent:
    """Adam over the parameters of all networks, with clipped slopes."""

    def __init__(self, parameters: Sequence[Tensor], rate: float) -> None:
        self._parameters = [parameter.requires_grad_() for parameter in parameters if parameter.numel()]
        self._rate = rate
        self._optimizer = torch.optim.Adam(self._parameters, lr=rate, fused=True)

    def step(self, loss: Tensor, slower: float) -> None:
        """Descend one step, at ``slower`` times the rate."""
        self._optimizer.zero_grad()
        loss.backward()
        for parameter in self._parameters:
            if parameter.grad is not None:
                parameter.grad.clamp_(-STEEPEST, STEEPEST)
        self._optimizer.param_groups[0]["lr"] = self._rate * slower
        self._optimizer.step()


def discount(restart: int) -> float:
    """Return the part of the price of a gate that a restart pays: 1, then 1/4, 1/16, and again from 1 on.

    Restarts at several prices give short and accurate formulas alike.
    """
    return 0.25 ** (restart % 3)


def _mean(weights: Tensor, squares: Tensor) -> Tensor:
    """Return the sum over networks of the weighted mean of squared distances (K, width, n)."""
    return (weights.unsqueeze(1) * squares).sum(dim=1).mean(dim=1).sum()


def _generator(seed: int, restart: int) -> torch.Generator:
    state = np.random.SeedSequence([seed, restart]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0] >> np.uint64(1)))
