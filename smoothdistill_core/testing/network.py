"""`ReferenceNetwork`: a plain perceptron in torch that offers penalties what `Network` promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import Tensor

from smoothdistill_core.components.regularizer import NETWORK, PREDICTIONS

WIDTHS = (3, 5, 4, 1)
"""Inputs, two hidden layers, the output."""

Noise = Callable[[tuple[int, ...]], "Tensor"]
Penalty = Callable[["ReferenceNetwork", "Tensor", "Tensor"], "Tensor"]
"""A penalty of a network at a batch with the inputs (n, d) and the targets (n,)."""


class ReferenceNetwork:
    """A tanh perceptron whose Jacobian is autograd's and whose spectral norms are exact.

    Written for being right, not fast: the network that regularizers are checked with, and one that an
    author can use to try a penalty. All of it may be differentiated in the weights, also under
    ``torch.vmap``.
    """

    def __init__(self, weights: Sequence[Tensor], biases: Sequence[Tensor], noise: Noise) -> None:
        self._weights = tuple(weights)
        self._biases = tuple(biases)
        self._noise = noise

    @classmethod
    def random(cls, seed: int = 0, dtype: torch.dtype | None = None, scale: float = 1.0) -> ReferenceNetwork:
        """Return a network with 3 inputs whose weights ask for gradients (default: float64)."""
        import torch

        stream = torch.Generator().manual_seed(seed)
        shapes = list(zip(WIDTHS[1:], WIDTHS[:-1], strict=True))

        def draw(*shape: int) -> Tensor:
            drawn = scale * torch.randn(shape, generator=stream, dtype=torch.float64)
            return drawn.to(dtype or torch.float64).requires_grad_()

        weights = [draw(*shape) for shape in shapes]
        biases = [draw(out) for out, _ in shapes]
        return cls(weights, biases, seeded_noise(seed, weights[0].dtype))

    @property
    def linear_weights(self) -> tuple[Tensor, ...]:
        """The weight matrices (out, in) from the first layer to the last."""
        return self._weights

    @property
    def outputs(self) -> int:
        """The number of its outputs."""
        return len(self._biases[-1])

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """All weight matrices, then all bias vectors."""
        return self._weights + self._biases

    def __call__(self, x: Tensor) -> Tensor:
        """Return the predictions (n,) for a batch (n, d)."""
        for weight, bias in zip(self._weights[:-1], self._biases[:-1], strict=True):
            x = (x @ weight.mT + bias).tanh()
        return (x @ self._weights[-1].mT + self._biases[-1]).squeeze(-1)

    def jacobian(self, x: Tensor) -> Tensor:
        """Return the exact input Jacobian (n, d): a prediction depends on its own row alone."""
        import torch

        gradient: Tensor = torch.func.grad(lambda rows: self(rows).sum())(x)
        return gradient

    def jacobian_along(self, x: Tensor, v: Tensor) -> Tensor:
        """Return v' J (n, d) for directions ``v`` (n, 1) of its output."""
        return v * self.jacobian(x)

    def spectral_norms(self) -> tuple[Tensor, ...]:
        """Return the largest singular value of each weight matrix, exactly."""
        import torch

        return tuple(torch.linalg.matrix_norm(weight, ord=2) for weight in self._weights)

    def noise(self, shape: tuple[int, ...]) -> Tensor:
        """Return standard normal numbers from the network's own stream."""
        return self._noise(tuple(shape))


class WatchedNetwork:
    """A network that remembers what a penalty asked of it, in ``asked``, by the words of ``Regularizer.needs``."""

    def __init__(self, net: ReferenceNetwork) -> None:
        self._net = net
        self.asked: set[str] = set()

    def __call__(self, x: Tensor) -> Tensor:
        """Return the predictions (n,) for a batch (n, d)."""
        self.asked.add(PREDICTIONS)
        return self._net(x)

    def __getattr__(self, name: str) -> Any:
        if name in NETWORK:
            self.asked.add(name)
        return getattr(self._net, name)


def seeded_noise(seed: int, dtype: torch.dtype) -> Noise:
    """Return a stream of standard normal numbers that begins anew with each call of this function."""
    import torch

    stream = torch.Generator().manual_seed(seed)
    return lambda shape: torch.randn(shape, generator=stream, dtype=torch.float64).to(dtype)


def together(penalty: Penalty, networks: Sequence[ReferenceNetwork], x: Tensor, y: Tensor) -> Tensor:
    """Return the penalties (K,) of K networks, each at its batch ``x`` (K, n, d), ``y`` (K, n), by ``torch.vmap``.

    Noise is drawn beforehand, network by network, as teachers have to. Raises RuntimeError for a penalty
    that cannot be vectorised.
    """
    import torch

    recorded = [_recorded_noise(penalty, *batch) for batch in zip(networks, x, y, strict=True)]
    stacked = [torch.stack(parts) for parts in zip(*(network.parameters for network in networks), strict=True)]
    noise = [torch.stack(parts) for parts in zip(*recorded, strict=True)]
    layers = len(networks[0].linear_weights)

    def one(parameters: list[Tensor], drawn: list[Tensor], rows: Tensor, target: Tensor) -> Any:
        stream: Iterator[Tensor] = iter(drawn)
        net = ReferenceNetwork(parameters[:layers], parameters[layers:], lambda _: next(stream))
        return penalty(net, rows, target)

    values: Tensor = torch.vmap(one)(stacked, noise, x, y)
    return values


def _recorded_noise(penalty: Penalty, network: ReferenceNetwork, x: Tensor, y: Tensor) -> list[Tensor]:
    """Return what a penalty draws from the network's stream."""
    drawn: list[Tensor] = []

    def record(shape: tuple[int, ...]) -> Tensor:
        drawn.append(network.noise(shape))
        return drawn[-1]

    layers = len(network.linear_weights)
    penalty(ReferenceNetwork(network.parameters[:layers], network.parameters[layers:], record), x, y)
    return drawn
