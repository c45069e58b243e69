"""Penalties that tell whether a teacher keeps its promises to penalties: what they get, and what they may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from smoothdistill_core.components import Network, PenaltyContext, Regularizer
from smoothdistill_core.components.regularizer import PREDICTIONS

if TYPE_CHECKING:
    from torch import Tensor


class Touching(Regularizer):
    """Asks a network for each thing that it needs."""

    name = "touching"
    strengths = (0.001,)
    needs = frozenset({PREDICTIONS})

    @classmethod
    def all_of(cls, words: Iterable[str]) -> Regularizer:
        """Return a penalty that needs these things."""

        class TouchingAll(cls):  # type: ignore[valid-type,misc]
            """Asks a network for these things."""

            needs = frozenset(words)

        return TouchingAll()

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return the mean square of all that it gets."""
        import torch

        asked: dict[str, Callable[[], tuple[Tensor, ...]]] = {
            PREDICTIONS: lambda: (net(x),),
            "jacobian": lambda: (net.jacobian(x),),
            "linear_weights": lambda: net.linear_weights,
            "parameters": lambda: net.parameters,
            "spectral_norms": lambda: tuple(net.spectral_norms()),
            "noise": lambda: (net.noise((3,)),),
        }
        squares = [(part**2).mean() for word in sorted(self.needs) for part in asked[word]()]
        return torch.stack(squares).mean()


class Misplaced(Regularizer):
    """Is 0 where the target of each row equals the row's first input."""

    name = "misplaced"
    strengths = (1.0,)
    needs = frozenset({"predictions"})

    def penalty(self, net: Network, x: Tensor, context: PenaltyContext) -> Tensor:
        """Return the mean of (difference * prediction)^2."""
        if len(context.names) != x.shape[-1] or context.y.shape != x.shape[:-1]:
            raise ValueError(
                f"it gets {len(context.names)} names and targets of shape {tuple(context.y.shape)} for a batch of "
                f"shape {tuple(x.shape)}"
            )
        penalty: Tensor = (((context.y - x[:, 0]) * net(x)) ** 2).mean()
        return penalty


class Curvature(Regularizer):
    """The mean squared norm of the Hessian times a vector of ones."""

    name = "curvature"
    strengths = (1.0,)
    needs = frozenset({"jacobian"})

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return the mean of ||H(x) 1||^2."""
        import torch

        curvature: Tensor = torch.func.jvp(net.jacobian, (x,), (torch.ones_like(x),))[1]
        penalty: Tensor = (curvature**2).sum(dim=1).mean()
        return penalty
