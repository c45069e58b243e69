"""`Stack`: the weights, gates and hint maps of several networks in one tensor, and how they compute."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from smoothdistill_layerwise import gates
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.kinds import torch_values

LANE = 32
"""Every matrix begins at a multiple of this many numbers: how a product rounds depends on where a matrix begins."""


class Stack:
    """K networks of one architecture; row k of each (K, P) tensor belongs to network k alone.

    ``hints`` are the widths of the layers' hints; none of them without hints. No operation mixes networks, so
    each of two or more comes out as it would beside any others.
    """

    def __init__(self, architecture: Architecture, hints: Sequence[int], generators: Sequence[torch.Generator]) -> None:
        self._layers = architecture.layers
        self._shapes = architecture.shapes
        self._hint_shapes = [(width, len(units) + 1) for width, units in zip(hints, self._layers, strict=False)]
        self.weights = _drawn(self._shapes, generators)
        self.odds = torch.full_like(self.weights, gates.OPEN)
        self.maps = _drawn(self._hint_shapes, generators) if hints else self.weights.new_zeros(len(generators), 0)
        self.mask = torch.zeros_like(self.weights)
        for matrix in _matrices(self.mask, self._shapes):  # the numbers between two matrices are no weights
            matrix.fill_(1.0)

    def __len__(self) -> int:
        return len(self.weights)

    def hint(self, weights: Tensor, maps: Tensor, x: Tensor, layer: int) -> Tensor:
        """Return the hint (K, width, n) of one layer at ``x`` (K, d, n); the layers before it learn nothing from it."""
        signal = _with_constant(x)
        for units, matrices in zip(self._layers[:layer], _matrices(weights, self._shapes), strict=False):
            signal = _with_constant(torch_values(units, torch.bmm(matrices, signal.detach())).detach())
        matrices = _matrices(weights, self._shapes)[layer]
        signal = _with_constant(torch_values(self._layers[layer], torch.bmm(matrices, signal)))
        return torch.bmm(_matrices(maps, self._hint_shapes)[layer], signal)

    def outputs(self, weights: Tensor, maps: Tensor, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return the hints (K, width, n) of all layers at ``x`` (K, d, n), and the output (K, n)."""
        *hidden, last = _matrices(weights, self._shapes)
        signals = [_with_constant(x)]
        for units, matrices in zip(self._layers, hidden, strict=True):
            signals.append(_with_constant(torch_values(units, torch.bmm(matrices, signals[-1]))))
        readers = _matrices(maps, self._hint_shapes)
        hints = [torch.bmm(reader, signal) for reader, signal in zip(readers, signals[1:], strict=False)]
        return hints, torch.bmm(last, signals[-1])[:, 0]

    def open_gates(self) -> Tensor:
        """Return the expected number of weights (K,) of each network: of gates that are not 0."""
        return (gates.expected(self.odds) * self.mask).sum(dim=1)

    def matrices(self, k: int) -> list[Tensor]:
        """Return copies of the linear maps of network ``k``, pruned weights 0."""
        weights = self.weights * self.mask
        return [matrix[k].clone() for matrix in _matrices(weights, self._shapes)]


def _with_constant(signal: Tensor) -> Tensor:
    return torch.cat([signal, signal.new_ones(len(signal), 1, signal.shape[2])], dim=1)


def _sections(shapes: Sequence[tuple[int, int]]) -> list[int]:
    return [size for rows, columns in shapes for size in (rows * columns, -(rows * columns) % LANE)]


def _drawn(shapes: Sequence[tuple[int, int]], generators: Sequence[torch.Generator]) -> Tensor:
    """Return uniform weights of the usual spread, 1/sqrt(columns), of all matrices of each network."""
    drawn = torch.zeros(len(generators), sum(_sections(shapes)), dtype=torch.float32)
    for k, generator in enumerate(generators):
        for matrix, (rows, columns) in zip(_matrices(drawn, shapes), shapes, strict=True):
            bound = math.sqrt(3.0 / columns)
            matrix[k] = torch.empty(rows, columns, dtype=torch.float32).uniform_(-bound, bound, generator=generator)
    return drawn


def _matrices(flat: Tensor, shapes: Sequence[tuple[int, int]]) -> list[Tensor]:
    """Return the matrices (K, rows, columns) in a (K, P) tensor, as views."""
    parts = flat.split(_sections(shapes), dim=1)[::2] if shapes else ()
    return [part.view(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]
