"""`Architecture`: how many layers and units a network has, and where each of its weights stands in one flat array."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FUNCTIONS = ("identity", "exp", "log", "sin", "exp")
"""What units compute: the first four are those of a layer, in order; without sin it has three. The last is an exp
without guard, which only circuits have."""


class Module(NamedTuple):
    """One linear map, one layer's bridges or the output's bias: ``rows * columns`` weights from ``start``, by rows."""

    start: int
    rows: int
    columns: int
    linear: bool

    @property
    def places(self) -> slice:
        """Where its weights stand."""
        return slice(self.start, self.start + self.rows * self.columns)


class Layout(NamedTuple):
    """An architecture as compiled code takes it: its numbers, and `Architecture.starts` and `Architecture.linear`."""

    inputs: int
    layers: int
    units: int
    starts: Ints
    linear: Ints


@dataclass(frozen=True)
class Architecture:
    """``inputs`` variables and a constant 1, ``layers`` layers of ``units`` units each, and one output.

    A layer maps its input by W to its units and multiplies each by a bridge. The input of the first is
    (1, x), that of another the layer before plus A_j times every stage j before that (stage 0 is (1, x)).
    The output is linear, with a bias, and has the same skips. Features are numbered through the stages.
    """

    inputs: int
    layers: int
    units: int

    @property
    def features(self) -> int:
        """The number of all features: the constant, the inputs and the units of all layers."""
        return 1 + self.inputs + self.layers * self.units

    @cached_property
    def _modules(self) -> tuple[tuple[Module, ...], Ints]:
        """Return the modules in order, and for each layer, the output last, where its A, W and bridges start."""
        modules: list[Module] = []
        starts = np.zeros((self.layers + 1, 3), np.int64)

        def place(rows: int, columns: int, linear: bool = True) -> int:
            start = sum(module.rows * module.columns for module in modules)
            modules.append(Module(start, rows, columns, linear))
            return start

        for layer in range(self.layers + 1):
            is_output = layer == self.layers
            first = 1 + self.inputs if layer == 0 else self.units
            sizes = [1 + self.inputs, *[self.units] * (layer - 1)] if layer else []
            maps = [place(self.units, size) for size in sizes]
            starts[layer, 0] = maps[0] if maps else 0
            starts[layer, 1] = place(1 if is_output else self.units, first)
            starts[layer, 2] = place(1, 1 if is_output else self.units, linear=False)
        return tuple(modules), starts

    @property
    def modules(self) -> tuple[Module, ...]:
        """All modules in order; the last one is the output's bias."""
        return self._modules[0]

    @property
    def starts(self) -> Ints:
        """Where the skips A, the map W and the bridges of each layer start; the output's (and its bias) last."""
        return self._modules[1]

    @property
    def size(self) -> int:
        """The number of weights."""
        last = self.modules[-1]
        return last.start + last.rows * last.columns

    @property
    def linear(self) -> Ints:
        """The first place and the one after the last of each linear map, shape (k, 2)."""
        return np.array([(m.places.start, m.places.stop) for m in self.modules if m.linear], np.int64)

    @property
    def layout(self) -> Layout:
        """The architecture as compiled code takes it."""
        return Layout(self.inputs, self.layers, self.units, self.starts, self.linear)

    def skipped(self, layer: int) -> int:
        """Return how many features reach a layer through its skips."""
        return 1 + self.inputs + (layer - 1) * self.units if layer else 0

    def before(self, layer: int) -> slice:
        """Return the features of the stage just before a layer."""
        if layer == 0:
            return slice(0, 1 + self.inputs)
        start = 1 + self.inputs + (layer - 1) * self.units
        return slice(start, start + self.units)

    def skips(self, theta: Floats, layer: int) -> list[Floats]:
        """Return the maps A of a layer, one a stage before the last, each of shape (units, features of the stage)."""
        maps: list[Floats] = []
        start, done = int(self.starts[layer, 0]), 0
        while done < self.skipped(layer):
            width = self.units if done else 1 + self.inputs
            maps.append(theta[start : start + self.units * width].reshape(self.units, width))
            start, done = start + self.units * width, done + width
        return maps

    def matrix(self, theta: Floats, layer: int) -> Floats:
        """Return the map W of a layer, or of the output, shape (units or 1, features before it)."""
        columns = self.before(layer)
        rows = 1 if layer == self.layers else self.units
        start, width = int(self.starts[layer, 1]), columns.stop - columns.start
        return theta[start : start + rows * width].reshape(rows, width)

    def bridges(self, theta: Floats, layer: int) -> Floats:
        """Return the bridges of a layer (units,), or the bias of the output (1,)."""
        start = int(self.starts[layer, 2])
        return theta[start : start + (1 if layer == self.layers else self.units)]


def initial(architecture: Architecture, centre: float, generator: np.random.Generator) -> Floats:
    """Return weights, uniform within 1 / sqrt(fan-in) over all skips; bridges 1; the output's bias ``centre``.

    The fan-in counts all stages together, so that the sum over many skips does not grow with the depth.
    """
    theta = np.ones(architecture.size)
    for layer in range(architecture.layers + 1):
        for skip in architecture.skips(theta, layer):
            skip[:] = _uniform(skip, architecture.skipped(layer), generator)
        matrix = architecture.matrix(theta, layer)
        matrix[:] = _uniform(matrix, matrix.shape[1], generator)
    theta[-1] = centre
    return theta


def _uniform(matrix: Floats, fan_in: int, generator: np.random.Generator) -> Floats:
    bound = fan_in**-0.5
    return generator.uniform(-bound, bound, matrix.shape)
