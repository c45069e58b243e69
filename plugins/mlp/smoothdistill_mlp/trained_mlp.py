"""`TrainedMLP`: a trained network, what it predicts, and its exact gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from smoothdistill_core import TrainedTeacher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from smoothdistill_mlp.torch_network import PerceptronNetwork

    Array = NDArray[np.float64]

ROWS_AT_ONCE = 512
"""Predictions and gradients come in slices of this many rows: they stay in the cache, and need little memory."""


class TrainedMLP(TrainedTeacher):
    """A trained network: weights (out, in) and biases (out,) in float32, evaluated in float64."""

    def __init__(
        self, weights: Sequence[Tensor], biases: Sequence[Tensor], activation: str, notes: tuple[str, ...] = ()
    ) -> None:
        self.weights = tuple(weights)
        self.biases = tuple(biases)
        self.activation = activation
        self.notes = notes

    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d), of k outputs (n, k)."""
        return self._in_slices(X, [self._shape], lambda net, x: [net(x)])[0]

    def gradient(self, X: Array) -> Array:
        """Return the exact input gradient (n, d) at ``X`` (n, d), of k outputs (n, k, d)."""
        return self._in_slices(X, [(*self._shape, X.shape[1])], lambda net, x: [net.jacobian(x)])[0]

    def activations(self, X: Array) -> tuple[Array, ...] | None:
        """Return what each hidden layer gives (n, units) at ``X`` (n, d), or None where there is none."""
        hidden = [tuple(bias.shape) for bias in self.biases[:-1]]
        return self._in_slices(X, hidden, lambda net, x: net.activations(x)) if hidden else None

    def lipschitz_bound(self) -> float:
        """Return the product of the layers' exact spectral norms and the activation's steepest slopes."""
        import torch

        from smoothdistill_mlp.torch_network import ACTIVATIONS

        norms = [float(torch.linalg.matrix_norm(weight.double(), ord=2)) for weight in self.weights]
        return math.prod(norms) * ACTIVATIONS[self.activation].steepest ** (len(norms) - 1)

    def outputs(self) -> tuple[TrainedMLP, ...]:
        """Return the network of each output: the same hidden layers, and its unit of the last."""
        *hidden, last = self.weights
        *inner, bias = self.biases
        return tuple(
            TrainedMLP((*hidden, row.unsqueeze(0)), (*inner, b.unsqueeze(0)), self.activation, self.notes)
            for row, b in zip(last, bias, strict=True)
        )

    @property
    def _shape(self) -> tuple[int, ...]:
        """The shape of what is predicted for a row."""
        outputs = len(self.biases[-1])
        return () if outputs == 1 else (outputs,)

    def save(self) -> bytes:
        """Return the weights in the safetensors format."""
        from safetensors.torch import save

        return save(self.tensors())

    def tensors(self) -> dict[str, Tensor]:
        """Return all weights and biases by the names that they are saved under."""
        weights = {f"weight_{layer}": weight for layer, weight in enumerate(self.weights)}
        return weights | {f"bias_{layer}": bias for layer, bias in enumerate(self.biases)}

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor], activation: str) -> TrainedMLP:
        """Return the network of what `tensors` named."""
        layers = range(len(tensors) // 2)
        weights, biases = ([tensors[f"{what}_{layer}"] for layer in layers] for what in ("weight", "bias"))
        return cls(weights, biases, activation)

    def _in_slices(
        self,
        X: Array,
        shapes: Sequence[tuple[int, ...]],
        evaluate: Callable[[PerceptronNetwork, Tensor], Sequence[Tensor]],
    ) -> tuple[Array, ...]:
        """Return what ``evaluate`` gives at each row of ``X``, in arrays of these ``shapes`` after the rows."""
        import numpy as np
        import torch

        from smoothdistill_mlp.torch_network import ACTIVATIONS, PerceptronNetwork

        found = tuple(np.empty((len(X), *shape)) for shape in shapes)
        with torch.no_grad():
            weights = [weight.double() for weight in self.weights]
            biases = [bias.double() for bias in self.biases]
            layers = [(weight.shape[0], weight.shape[1]) for weight in weights]
            net = PerceptronNetwork(weights, biases, ACTIVATIONS[self.activation], layers)
            for begin in range(0, len(X), ROWS_AT_ONCE):
                rows = slice(begin, begin + ROWS_AT_ONCE)
                parts = evaluate(net, torch.tensor(X[rows], dtype=torch.float64))
                for values, part in zip(found, parts, strict=True):
                    values[rows] = part.numpy()
        return found
