"""`Stack`: the parameters of many networks of one shape in one tensor, with their optimiser and seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from smoothdistill_mlp.power_iteration import exact_singular_vectors, followed
from smoothdistill_mlp.seeding import BATCHES, NOISE, initial_layers, layer_shapes, outputs_of, stream
from smoothdistill_mlp.shared_layer import Unfolding

if TYPE_CHECKING:
    from smoothdistill_core import TrainingJob
    from smoothdistill_mlp.shared_layer import SharedLayer

LANE = 32
"""Parameters, and the rows of a batch that is computed for all networks at once, come in multiples of this."""

UNITS = 16
"""Hidden layers are computed in multiples of this many units."""


class Stack:
    """K networks whose parameters are slices of one (K, P) tensor.

    How a matrix product or an elementwise loop rounds depends on where in memory a network's numbers
    begin. So that neighbours change nothing, all networks begin alike: hidden layers are filled up with
    silent units (all weights 0, which training leaves at 0) to a multiple of 16, and every weight
    matrix begins at a multiple of 32 numbers. Of a ``shared`` first layer the tensor holds what is learnt; before the
    ``hidden`` layers stand its units.
    """

    def __init__(
        self,
        jobs: Sequence[TrainingJob],
        hidden: Sequence[int],
        learning_rate: float,
        device: str,
        shared: SharedLayer | None = None,
    ) -> None:
        inputs = jobs[0].X.shape[1]
        padded = [width + -width % UNITS for width in hidden]
        first = None if shared is None else Unfolding(shared, inputs, LANE, device)
        outputs = outputs_of(jobs[0])
        self._first = first
        self.shapes = layer_shapes(inputs, hidden if first is None else [first.layer.units, *hidden], outputs)
        """The true (out, in) of each layer."""
        self._learnt = layer_shapes(inputs, padded if first is None else [first.units, *padded], outputs)
        self._drawn = list(self.shapes)
        if first is not None:
            self._learnt[0] = self._drawn[0] = first.layer.shape
        self.device = device
        self.batches = [stream(job.seed, BATCHES) for job in jobs]
        self.noise = [stream(job.seed, NOISE) for job in jobs]
        counts = [count for out, into in self._learnt for count in (out * into, out)]
        self._sections = [size for count in counts for size in (count, -count % LANE)]
        self._flat = torch.zeros(len(jobs), sum(self._sections))
        self._initialise()
        self._flat = self._flat.to(device).requires_grad_()
        self._optimizer = torch.optim.Adam([self._flat], lr=learning_rate)
        self._vectors: list[tuple[Tensor, Tensor]] = []

    def __len__(self) -> int:
        return len(self._flat)

    def parameters(self) -> tuple[list[Tensor], list[Tensor]]:
        """Return the weights (K, out, in) and biases (K, out) of all layers, which gradients reach through.

        They hold the silent units too; `trained` leaves those out.
        """
        weights, biases = self._views()
        if self._first is not None:
            weights[0], biases[0] = self._first(weights[0], biases[0])
        return weights, biases

    def trained(self, k: int) -> tuple[list[Tensor], list[Tensor]]:
        """Return copies of the weights (out, in) and biases (out,) of network ``k``."""
        with torch.no_grad():
            weights, biases = self.parameters()
            return (
                [
                    weight[k, :out, :into].cpu().clone()
                    for weight, (out, into) in zip(weights, self.shapes, strict=True)
                ],
                [bias[k, :out].cpu().clone() for bias, (out, _) in zip(biases, self.shapes, strict=True)],
            )

    def put(self, k: int, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> None:
        """Give network ``k`` these weights (out, in) and biases (out,); the optimiser goes on as it was."""
        if self._first is not None:
            weight, bias = self._first.layer.folded(weights[0], biases[0])
            weights, biases = [weight, *weights[1:]], [bias, *biases[1:]]
        self._put_learnt(k, weights, biases)

    def singular_vectors(self) -> list[tuple[Tensor, Tensor]]:
        """Return the leading singular vectors (K, out), (K, in) of all layers.

        Exact at the first call; afterwards a few steps of power iteration from the last ones, which
        is enough to follow weights that change by one optimiser step at a time.
        """
        with torch.no_grad():
            weights, _ = self.parameters()
            if not self._vectors:
                self._vectors = [exact_singular_vectors(weight) for weight in weights]
            known = zip(weights, self._vectors, strict=True)
            self._vectors = [followed(weight, u) for weight, (u, _) in known]
        return self._vectors

    def draw_noise(self, shape: tuple[int, ...]) -> Tensor:
        """Return standard normal numbers (K, *shape), each network's from its own stream."""
        return torch.stack([torch.randn(shape, generator=generator) for generator in self.noise]).to(self.device)

    def step(self, loss: Tensor) -> None:
        """Descend one step on ``loss``, the sum of the networks' losses (their gradients do not mix)."""
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()

    def _initialise(self) -> None:
        for k, generator in enumerate(self.batches):
            self._put_learnt(k, *zip(*initial_layers(self._drawn, generator), strict=True))

    def _put_learnt(self, k: int, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> None:
        with torch.no_grad():
            for stacked, bias, own_weight, own_bias in zip(*self._views(), weights, biases, strict=True):
                out, into = own_weight.shape
                stacked[k, :out, :into] = own_weight
                bias[k, :out] = own_bias

    def _views(self) -> tuple[list[Tensor], list[Tensor]]:
        """Return the weights and biases of all layers as they are learnt, as views."""
        parts = self._flat.split(self._sections, dim=1)[::2]
        weights = [part.view(-1, *shape) for part, shape in zip(parts[::2], self._learnt, strict=True)]
        return weights, list(parts[1::2])
