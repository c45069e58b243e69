"""`SlopeLimit`: slopes below a limit cost nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_core import Network, Regularizer

if TYPE_CHECKING:
    from torch import Tensor


class SlopeLimit(Regularizer):
    """The batch mean of the squared excess of the gradient's norm over a limit."""

    name = "slope_limit"
    libraries = ("torch",)

    limit: float = Field(default=0.5, ge=0, description="the norm up to which a gradient costs nothing")

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return mean max(0, ||J(x)|| - limit)^2."""
        import torch

        norms = torch.linalg.vector_norm(net.jacobian(x), dim=1)
        return (torch.relu(norms - self.limit) ** 2).mean()
