"""Penalties under which few inputs matter: what a network can do without, it does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core import Network
from smoothdistill_smoothness.adaptive import Adaptive

if TYPE_CHECKING:
    from torch import Tensor


class GradientL1(Adaptive):
    """The batch mean of the sum of absolute slopes: at each row the slopes by most inputs go to 0.

    Which inputs matter may differ from row to row.
    """

    name = "gradient_l1"
    libraries = ("torch",)
    strengths = (0.001, 0.01, 0.03, 0.1)
    needs = frozenset({"jacobian"})
    several_outputs = True

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return the mean over the batch of the sum over the inputs, and outputs, of |df / dx|."""
        return net.jacobian(x).abs().flatten(1).sum(dim=1).mean()


class InputGroup(Adaptive):
    """The sum over the inputs of the length of what the first layer does with each: a group lasso.

    An input goes as a whole, at all rows (Scardapane et al. 2017).
    """

    name = "input_group"
    libraries = ("torch",)
    strengths = (0.001, 0.01, 0.03, 0.1)
    needs = frozenset({"linear_weights"})
    several_outputs = True

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return the sum of the norms of the columns of the first layer's weights; the batch plays no part."""
        import torch

        lengths: Tensor = torch.linalg.vector_norm(net.linear_weights[0], dim=0)
        return lengths.sum()
