"""The phases of training: each layer on its hint, then all layers together with gates, then without the closed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smoothdistill_layerwise import gates
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.compiled_network import layout
from smoothdistill_layerwise.compiled_training import Learner, Steps, descend
from smoothdistill_layerwise.network import units_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import Deadline
    from smoothdistill_layerwise.student import LayerwiseStudent

    Array = NDArray[np.float64]

RISE = 1.0 / 3.0
"""The price of a gate rises from 0 to its full size in this part of the joint training."""

HINT, JOINT = 0.1, 0.7
"""The shares of the time that is left which a layer's hint, and all layers together, may take."""

BLOCK = 100
"""So many steps are taken at once, before the time is looked at."""


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

    A restart's number decides its result: those beside it have no part in it. A ``deadline`` shortens each phase, and
    where it is over no further restart begins.
    """
    found: list[list[Array] | None] = []
    for place, restart in enumerate(deadline.within(restarts)):
        own = deadline.part(1.0 / (len(restarts) - place))
        maps = _Training(examples, architecture, student, seed, restart, own).run()
        found.append(maps if all(np.isfinite(matrix).all() for matrix in maps) else None)
    return found


class _Training:
    """That of one network."""

    def __init__(
        self,
        examples: Examples,
        architecture: Architecture,
        student: LayerwiseStudent,
        seed: int,
        restart: int,
        deadline: Deadline,
    ) -> None:
        self.restart = restart
        self._student, self._deadline = student, deadline
        self._random = np.random.default_rng([seed, restart])
        self._price = student.sparsity * discount(restart)
        self._shapes = architecture.shapes
        self._plan = layout(units_of(architecture.layers), tuple(self._shapes))
        self._widths = np.array([hint.shape[1] for hint in examples.hints], dtype=np.int64)
        columns = [examples.X, examples.y[:, None], examples.weights[:, None], *examples.hints]
        self._table = np.ascontiguousarray(np.concatenate(columns, axis=1), dtype=np.float64)
        self._weights = self._drawn(self._shapes)
        readers = [(width, len(units) + 1) for width, units in zip(self._widths, architecture.layers, strict=False)]
        self._readers = self._drawn(readers)
        self._odds = np.full_like(self._weights, gates.OPEN)
        self._kept = np.ones_like(self._weights)

    def run(self) -> list[Array]:
        """Return the linear maps of the trained network."""
        student, layers = self._student, np.eye(len(self._widths))
        for layer, read in enumerate(layers):
            self._learn(student.hint_steps, HINT, output=0.0, read=read, bottom=layer)
        self._learn(student.joint_steps, JOINT, gated=True, hint_weight=student.hint_weight, read=layers.sum(axis=0))
        gate = gates.settled(self._odds)
        self._kept[:] = gate > 0.0
        self._weights *= gate
        self._learn(student.final_steps, 1.0, slower=0.1, hint_weight=0.0)
        flat = np.split(self._weights * self._kept, np.cumsum([rows * columns for rows, columns in self._shapes])[:-1])
        return [part.reshape(shape) for part, shape in zip(flat, self._shapes, strict=True)]

    def _learn(
        self,
        steps: int,
        share: float,
        *,
        slower: float = 1.0,
        output: float = 1.0,
        gated: bool = False,
        hint_weight: float | None = None,
        read: Array | None = None,
        bottom: int = 0,
    ) -> None:
        """Go through a phase, which may take a ``share`` of the time that is left; hints that are weighed fade."""
        deadline = self._deadline.part(share)
        arrays = (self._weights, self._odds, self._readers)
        learner = Learner(*arrays, self._kept, *(np.zeros((2, len(array))) for array in arrays))
        for first in deadline.within(range(0, steps, BLOCK)):
            block = min(BLOCK, steps - first)
            way = np.arange(first, first + block) / steps
            chosen = self._random.integers(len(self._table), size=(block, self._student.batch_size))
            descend(
                self._plan,
                self._widths,
                self._table,
                learner,
                Steps(
                    first,
                    chosen,
                    self._noise(block) if gated else np.empty((block, 0)),
                    self._student.learning_rate * slower * (1.0 - 0.9 * way),
                    np.ones(block) if hint_weight is None else hint_weight * (1.0 - way),
                    self._price * np.minimum(1.0, way / RISE),
                    output,
                    np.zeros(len(self._widths)) if read is None else read,
                    bottom,
                ),
            )

    def _noise(self, steps: int) -> Array:
        """Return logistic noise (steps, P)."""
        return gates.noise(self._random.random((steps, len(self._odds))).clip(1e-6, 1.0 - 1e-6))

    def _drawn(self, shapes: Sequence[tuple[int, int]]) -> Array:
        """Return uniform weights of the usual spread, 1/sqrt(columns), of all matrices."""
        drawn = [self._random.uniform(-1.0, 1.0, rows * columns) * (3.0 / columns) ** 0.5 for rows, columns in shapes]
        return np.concatenate([np.empty(0), *drawn])


def discount(restart: int) -> float:
    """Return the part of the price of a gate that a restart pays: 1, then 1/4, 1/16, and again from 1 on.

    Restarts at several prices give short and accurate formulas alike.
    """
    return 0.25 ** (restart % 3)
