"""One multilayer perceptron in torch: predictions, exact input Jacobian, spectral norms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Activation:
    """An activation function, its derivative, and the largest value that derivative takes."""

    value: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    steepest: float


def _tanh_slope(z: Tensor) -> Tensor:
    return 1 - torch.tanh(z) ** 2


def _silu_slope(z: Tensor) -> Tensor:
    gate = torch.sigmoid(z)
    return gate * (1 + z * (1 - gate))


ACTIVATIONS = {
    "relu": Activation(torch.relu, lambda z: (z > 0).to(z.dtype), 1.0),
    "tanh": Activation(torch.tanh, _tanh_slope, 1.0),
    "silu": Activation(torch.nn.functional.silu, _silu_slope, 1.09984),
}


class PerceptronNetwork:
    """A network as penalties see it (`smoothdistill_core.Network`): weights (out, in), biases (out,).

    The last layer has one unit an output; of a single one predictions are (n,) and the Jacobian is (n, d).

    The Jacobian is the chain of weight matrices and activation slopes, so one backward pass through it
    gives a penalty's gradient: no double backpropagation. The activations of a batch are computed once
    and serve the prediction and the penalty. ``shapes`` are the true (out, in) of the layers, whose
    matrices may be filled up with silent units.
    """

    def __init__(
        self,
        weights: Sequence[Tensor],
        biases: Sequence[Tensor],
        activation: Activation,
        shapes: Sequence[tuple[int, int]],
        singular_vectors: Sequence[tuple[Tensor, Tensor]] = (),
        noise: Callable[[tuple[int, ...]], Tensor] | None = None,
    ) -> None:
        self._weights = weights
        self._biases = biases
        self._shapes = shapes
        self._activation = activation
        self._singular_vectors = singular_vectors
        self._noise = noise
        self._last: tuple[Tensor, tuple[list[Tensor], Tensor]] | None = None

    @property
    def linear_weights(self) -> tuple[Tensor, ...]:
        """The weight matrices (out, in), without silent units."""
        return tuple(weight[:out, :into] for weight, (out, into) in zip(self._weights, self._shapes, strict=True))

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """All weights and biases, without silent units."""
        biases = tuple(bias[:out] for bias, (out, _) in zip(self._biases, self._shapes, strict=True))
        return self.linear_weights + biases

    @property
    def outputs(self) -> int:
        """The number of its outputs."""
        return self._shapes[-1][0]

    def __call__(self, x: Tensor) -> Tensor:
        """Return the predictions (n,) for a batch (n, d), of k outputs (n, k)."""
        return self._propagate(x)[1]

    def jacobian(self, x: Tensor) -> Tensor:
        """Return the exact input Jacobian (n, d) at a batch (n, d), of k outputs (n, k, d)."""
        if self.outputs == 1:
            return self._backward(x, self._weights[-1].expand(x.shape[0], -1))
        return self._backward(x, self._weights[-1].expand(x.shape[0], -1, -1))

    def jacobian_along(self, x: Tensor, v: Tensor) -> Tensor:
        """Return v' J (n, d) at a batch (n, d), for directions ``v`` (n, k) of the outputs: one pass for all."""
        return self._backward(x, v @ self._weights[-1])

    def _backward(self, x: Tensor, gradient: Tensor) -> Tensor:
        """Return the gradient (n, d) by the inputs, of that by what the last hidden layer gives (n, units).

        Of several outputs they are (n, k, d) and (n, k, units).
        """
        inner, _ = self._propagate(x)
        for weight, z in zip(reversed(self._weights[:-1]), reversed(inner), strict=True):
            slope = self._activation.slope(z)
            gradient = (gradient * (slope if gradient.ndim == slope.ndim else slope.unsqueeze(1))) @ weight
        return gradient

    def activations(self, x: Tensor) -> tuple[Tensor, ...]:
        """Return what each hidden layer gives (n, units) for a batch (n, d)."""
        return tuple(self._activation.value(z) for z in self._propagate(x)[0])

    def spectral_norms(self) -> tuple[Tensor, ...]:
        """Return u' W v of each layer: its spectral norm, as close as the power iteration has come."""
        return tuple(
            (u.unsqueeze(1) * weight * v.unsqueeze(0)).sum()
            for weight, (u, v) in zip(self._weights, self._singular_vectors, strict=True)
        )

    def noise(self, shape: tuple[int, ...]) -> Tensor:
        """Return standard normal numbers from this network's own stream."""
        if self._noise is None:
            raise RuntimeError("this network is not in training: it has no stream of noise")
        return self._noise(tuple(shape))

    def _propagate(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return what enters each activation, and the output; the last batch's is remembered."""
        if self._last is not None and self._last[0] is x:
            return self._last[1]
        inner: list[Tensor] = []
        signal = x
        for weight, bias in zip(self._weights[:-1], self._biases[:-1], strict=True):
            inner.append(signal @ weight.mT + bias)
            signal = self._activation.value(inner[-1])
        output = signal @ self._weights[-1].mT + self._biases[-1]
        if self.outputs == 1:
            output = output.squeeze(-1)
        self._last = x, (inner, output)
        return inner, output
