"""The penalty on how much the slope of a network changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_core import Network
from smoothdistill_smoothness.adaptive import Adaptive

if TYPE_CHECKING:
    from torch import Tensor


class Curvature(Adaptive):
    """The batch mean of the squared Frobenius norm of the Hessian, estimated along random directions.

    Straight lines cost nothing, however steep they are: this is what tells it from `jacobian`. For v of independent
    standard normal numbers the mean of ||H v||^2 is ||H||_F^2 (Hutchinson 1990); H v is the derivative of the Jacobian
    along v (Pearlmutter 1994), at the cost of two more passes for each direction.
    """

    name = "curvature"
    libraries = ("torch",)
    strengths = (1e-4, 0.001, 0.01, 0.1)
    needs = frozenset({"jacobian", "noise"})
    several_outputs = True

    directions: int = Field(1, ge=1, le=100, description="random directions for each row and step of training")

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return mean ||H(x) v||^2 over the batch and the directions; of several outputs the sum of theirs."""
        import torch

        squares = []
        for _ in range(self.directions):
            v = net.noise(tuple(x.shape))
            along = torch.func.jvp(net.jacobian, (x,), (v,))[1]
            squares.append((along**2).flatten(1).sum(dim=1).mean())
        return torch.stack(squares).mean()
