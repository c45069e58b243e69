"""`Network`: a trained network of units in double precision: its own prediction, its slopes, and its formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_layerwise.compiled_network import Layout, forward, slopes_by_weights
from smoothdistill_layerwise.kinds import KINDS, Units, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AT_ONCE = 8_192
"""A prediction is made of so many rows at a time: the signals of more would fill memory."""

MOST_NODES = 2_000
"""No formula is built that is longer than this before like terms meet."""


class Unit(NamedTuple):
    """A unit of a layer: its kind, and the rows of the layer's linear map that are its arguments."""

    kind: str
    rows: tuple[int, ...]


def units_of(layers: Sequence[Units]) -> tuple[tuple[Unit, ...], ...]:
    """Return the units of layers of these kinds, each with the rows that are its arguments."""
    return tuple(tuple(map(Unit, kinds, rows_of(kinds))) for kinds in layers)


@dataclass(frozen=True)
class Network:
    """Layers of units, each fed by a linear map of the layer before and a constant; the last map is the output.

    ``maps[l]`` has shape (rows, units before + 1), the last column for the constant. A weight of 0 is pruned.
    """

    layers: tuple[tuple[Unit, ...], ...]
    maps: tuple[Array, ...]

    @classmethod
    def of(cls, layers: Sequence[Units], maps: Sequence[Array]) -> Self:
        """Return the network of units of these kinds, arranged as in training."""
        return cls(units_of(layers), tuple(maps))

    @property
    def weights(self) -> Array:
        """The weights that are not pruned, shape (k,), map by map."""
        return np.concatenate([matrix[matrix != 0.0] for matrix in self.maps])

    @property
    def size(self) -> int:
        """The number of weights that are not pruned."""
        return sum(int(np.count_nonzero(matrix)) for matrix in self.maps)

    def with_weights(self, weights: Array) -> Network:
        """Return the network with other weights in place of those that are not pruned; a 0 prunes."""
        maps, begin = [], 0
        for matrix in self.maps:
            count = int(np.count_nonzero(matrix))
            changed = np.zeros_like(matrix)
            changed[matrix != 0.0] = weights[begin : begin + count]
            maps.append(changed)
            begin += count
        return replace(self, maps=tuple(maps))

    def predict(self, X: Array) -> Array:
        """Return the output (n,) for ``X`` (n, d), term by term in float64."""
        X = np.asarray(X, dtype=np.float64)
        parts = [self._forward(X[begin : begin + AT_ONCE])[-1][-1] for begin in range(0, max(len(X), 1), AT_ONCE)]
        return np.concatenate(parts) if len(parts) > 1 else parts[0].copy()

    def sums(self, X: Array) -> list[Array]:
        """Return what each linear map gives, (rows, n), at ``X`` (n, d): arguments of units, the output last."""
        return np.split(self._forward(X)[-1], np.cumsum([len(matrix) for matrix in self.maps])[:-1])

    def slopes(self, X: Array) -> tuple[Array, Array]:
        """Return the output (n,) and its derivative by each weight that is not pruned, (k, n), at ``X`` (n, d)."""
        found = self._forward(X)
        return found[-1][-1], slopes_by_weights(*found)

    def _forward(self, X: Array) -> tuple[Layout, Array, Array, Array]:
        return forward(self.layers, self.maps, X)

    def trimmed(self) -> Network:
        """Return the network without weights that do not reach the output, and with constant units made constants."""
        maps = [matrix.copy() for matrix in self.maps]
        for layer, units in enumerate(self.layers):
            for place, (kind, rows) in enumerate(units):
                inputs = maps[layer][list(rows)]
                if not inputs[:, :-1].any():  # a unit of constants is one
                    with np.errstate(all="ignore"):
                        value = float(KINDS[kind].value(*inputs[:, -1]))
                    if np.isfinite(value):
                        maps[layer + 1][:, -1] += value * maps[layer + 1][:, place]
                        maps[layer + 1][:, place] = 0.0
                elif kind in ("product", "quotient", "plain quotient") and not inputs[0].any():  # 0 times something
                    maps[layer + 1][:, place] = 0.0
        for layer in range(len(self.layers) - 1, -1, -1):
            for place, (_, rows) in enumerate(self.layers[layer]):
                if not maps[layer + 1][:, place].any():
                    maps[layer][list(rows)] = 0.0
        return replace(self, maps=tuple(maps))

    def compact(self) -> Network:
        """Return the same network without the units that no weight reads, which take time for nothing."""
        layers, maps = [], list(self.maps)
        for layer, units in enumerate(self.layers):
            read = np.flatnonzero(maps[layer + 1][:, :-1].any(axis=0)).tolist()
            kept = sorted({row for place in read for row in units[place].rows})
            layers.append(tuple(Unit(units[place].kind, tuple(map(kept.index, units[place].rows))) for place in read))
            maps[layer], maps[layer + 1] = maps[layer][kept], maps[layer + 1][:, [*read, -1]]
        return Network(tuple(layers), tuple(maps))

    def arguments(self) -> list[list[Formula | None]]:
        """Return the formula of each row of each linear map, the output's last; None where one is too long."""
        signal: list[Formula | None] = [Formula.variable(index) for index in range(self.maps[0].shape[1] - 1)]
        found = []
        for layer, matrix in enumerate(self.maps):
            rows = [_linear(row, signal) for row in matrix]
            found.append(rows)
            if layer < len(self.layers):
                signal = [_unit(kind, [rows[row] for row in used]) for kind, used in self.layers[layer]]
        return found

    def formula(self) -> Formula | None:
        """Return the same as a formula, weight for weight; None where it would be longer than `MOST_NODES`."""
        return self.arguments()[-1][0]


def _linear(weights: Array, signal: Sequence[Formula | None]) -> Formula | None:
    terms = [Formula.constant(weights[-1])] if weights[-1] or not weights[:-1].any() else []
    for place in np.flatnonzero(weights[:-1]).tolist():
        part = signal[place]
        if part is None:
            return None
        scaled = weights[place] != 1.0
        terms.append(Formula.apply("mul", Formula.constant(weights[place]), part) if scaled else part)
    if sum(term.complexity + 1 for term in terms) > MOST_NODES:
        return None
    return reduce(lambda left, right: Formula.apply("add", left, right), terms)


def _unit(kind: str, arguments: Sequence[Formula | None]) -> Formula | None:
    known = [argument for argument in arguments if argument is not None]
    return KINDS[kind].formula(*known) if len(known) == len(arguments) else None
