"""Penalties that tell whether a teacher keeps its promises to penalties: what they get, and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core.components import Network, PenaltyContext, Regularizer

if TYPE_CHECKING:
    from torch import Tensor


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
