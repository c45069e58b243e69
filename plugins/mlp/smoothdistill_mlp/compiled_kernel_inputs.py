"""What the compiled kernel takes, as named tuples: network, penalty with its strength, optimiser, data, memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from smoothdistill_core import PluginError
from smoothdistill_mlp.compiled_penalty_codes import NORM_PRODUCT, NORM_SUM, code_of
from smoothdistill_smoothness.monotone import Monotone

if TYPE_CHECKING:
    from smoothdistill_core import TrainingJob
    from smoothdistill_core.components import Loss
    from smoothdistill_mlp.teacher import MLP

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]
Layers = Sequence[tuple[Tensor, Tensor]]

RELU, TANH, SILU = 0, 1, 2
ACTIVATIONS = {"relu": RELU, "tanh": TANH, "silu": SILU}
"""The number by which the kernel calls each activation."""


SQUARED, LOGISTIC = 0, 1
LOSSES = {"squared": SQUARED, "logistic": LOGISTIC}
"""The number by which the kernel calls each loss."""


class Perceptron(NamedTuple):
    """A network: for each layer the weights (out, in) row by row, then the biases (out,), in one flat array.

    ``widths`` are those of the inputs, of each hidden layer and of the output (1); ``loss`` is what it is trained on.
    """

    parameters: Floats
    widths: Ints
    activation: int
    loss: int = SQUARED

    @classmethod
    def of(cls, mlp: MLP, layers: Layers, loss: Loss = "squared") -> Perceptron:
        """Return a network that starts from ``layers``."""
        flat = np.concatenate([part.numpy().ravel() for layer in layers for part in layer])
        widths = np.array([layers[0][0].shape[1], *mlp.hidden, 1])
        return cls(flat, widths, ACTIVATIONS[mlp.activation], LOSSES[loss])


class Penalty(NamedTuple):
    """Which penalty, its strength in the type of the network's parameters, and what some need besides.

    ``vectors`` are the leading singular vectors u (out,), v (in,) of each layer, end to end, where spectral norms are
    sought. ``signs`` (d,) are those that slopes should have, 0 where any will do, where slopes may be wrong.
    """

    code: int
    strength: np.floating
    vectors: Floats
    signs: Floats

    @classmethod
    def of(cls, job: TrainingJob, layers: Layers) -> Penalty:
        """Return the penalty of a job, and the exact singular vectors of the ``layers`` that it starts from.

        Raises `PluginError` for a penalty that is not built in.
        """
        code = code_of(job.regularizer)
        if code is None:
            raise PluginError(f"the compiled engine does not know {job.regularizer.name!r}; use engine: torch")
        none = np.empty(0, np.float32)
        vectors = _singular_vectors(layers) if code in (NORM_PRODUCT, NORM_SUM) else none
        wanted = job.regularizer
        signs = np.array(wanted.signs(job.names), np.float32) if isinstance(wanted, Monotone) else none
        return cls(code, np.float32(job.strength), vectors, signs)


class Adam(NamedTuple):
    """The optimiser: running means of gradients and of their squares, one a parameter, and the learning rate."""

    first: Floats
    second: Floats
    rate: float

    @classmethod
    def of(cls, mlp: MLP, network: Perceptron) -> Adam:
        """Return the optimiser before its first step."""
        return cls(np.zeros_like(network.parameters), np.zeros_like(network.parameters), mlp.learning_rate)


class Data(NamedTuple):
    """Inputs (n, d), targets (n,) and the weights of the rows (n,), empty where all count alike."""

    X: Floats
    y: Floats
    weights: Floats

    @classmethod
    def of(cls, job: TrainingJob) -> Data:
        """Return the data of a job in single precision."""
        arrays = (job.X, job.y, np.empty(0) if job.weights is None else job.weights)
        return cls(*(np.ascontiguousarray(array, dtype=np.float32) for array in arrays))


class Memory(NamedTuple):
    """Working memory for batches of ``size`` rows: five kinds of numbers, two batches of each for every layer.

    The kinds are those of `smoothdistill_mlp.compiled_memory`, which cuts ``numbers`` up by layers.
    """

    numbers: Floats
    widths: Ints
    size: int

    @classmethod
    def of(cls, network: Perceptron, size: int) -> Memory:
        """Return memory of the right size for a network, in the type of its parameters."""
        count = 2 * size * int(network.widths[:-1].sum())
        return cls(np.empty((5, count), network.parameters.dtype), network.widths, size)


def _singular_vectors(layers: Layers) -> Floats:
    parts = []
    for weight, _ in layers:
        u, _, vh = np.linalg.svd(weight.numpy(), full_matrices=False)
        parts += [u[:, 0], vh[0]]
    return np.concatenate(parts)
