"""`SharedLayer`: a first layer whose units share weights, as those of a convolution do.

To everything but the optimiser it is the matrix that it stands for, with each weight in all of its places. So
penalties, gradients and norms are those of any perceptron.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class SharedLayer:
    """So many ``filters``, each with one unit a window: the inputs that its weights meet there, None for no input.

    All ``windows`` have as many places, one for each weight of a filter, and no input stands twice in one. A filter's
    units follow each other, in the order of the windows, and have one bias.
    """

    filters: int
    windows: tuple[tuple[int | None, ...], ...]

    @property
    def units(self) -> int:
        """The number of its units."""
        return self.filters * len(self.windows)

    @property
    def shape(self) -> tuple[int, int]:
        """The (filters, weights) of what is learnt."""
        return self.filters, len(self.windows[0])

    @property
    def places(self) -> list[tuple[int, int, int]]:
        """The (weight, window, input) of each place where a weight meets an input."""
        return [
            (weight, number, place)
            for number, window in enumerate(self.windows)
            for weight, place in enumerate(window)
            if place is not None
        ]

    def folded(self, matrix: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """Return the weights (filters, weights) and biases (filters,) that stand for a matrix (units, inputs)."""
        apart = matrix.view(self.filters, len(self.windows), -1)
        weights = torch.zeros(self.shape)
        for weight, number, place in self.places:
            weights[:, weight] = apart[:, number, place]
        return weights, bias[:: len(self.windows)].clone()


class Unfolding:
    """The way from what a shared ``layer`` learns to its matrices, for many networks at once.

    ``units`` are those of the layer, filled up with silent ones to a multiple of ``lane``.
    """

    def __init__(self, layer: SharedLayer, inputs: int, lane: int, device: str) -> None:
        self.layer = layer
        self.units = layer.units + -layer.units % lane
        chosen = torch.zeros(layer.shape[1], len(layer.windows), inputs)
        for place in layer.places:
            chosen[place] = 1.0
        self._chosen = chosen.flatten(1).to(device)

    def __call__(self, weights: Tensor, biases: Tensor) -> tuple[Tensor, Tensor]:
        """Return the matrices (K, units, inputs) and biases (K, units) of (K, filters, weights) and (K, filters)."""
        count = len(weights)
        matrices = torch.bmm(weights, self._chosen.expand(count, -1, -1))  # sums of one number: nothing is rounded
        matrices = matrices.view(count, self.layer.units, -1)
        spread = biases.repeat_interleave(len(self.layer.windows), dim=1)
        silent = self.units - self.layer.units
        return torch.nn.functional.pad(matrices, (0, 0, 0, silent)), torch.nn.functional.pad(spread, (0, silent))
