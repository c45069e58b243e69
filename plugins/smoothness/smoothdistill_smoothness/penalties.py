"""The penalties of the paper, each written for one network and one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from smoothdistill_core import Network, Regularizer
from smoothdistill_smoothness.adaptive import Adaptive

if TYPE_CHECKING:
    from torch import Tensor


class Unregularized(Regularizer):
    """No penalty: the plain network, which every smooth one is compared with."""

    name = "none"
    strengths = ()
    needs = frozenset()


class L2(Adaptive):
    """Half the sum of all squared parameters, which equals Adam's weight decay."""

    name = "l2"
    libraries = ("torch",)
    strengths = (1e-4,)
    needs = frozenset({"parameters"})

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return half the sum of squares of weights and biases."""
        squares = [(parameter * parameter).sum() for parameter in net.parameters]
        return 0.5 * sum(squares[1:], squares[0])


class Jacobian(Adaptive):
    """The batch mean of the squared Frobenius norm of the exact input Jacobian (Hoffman et al. 2019)."""

    name = "jacobian"
    libraries = ("torch",)
    strengths = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)
    needs = frozenset({"jacobian"})

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return mean ||J(x)||^2 over the batch."""
        return (net.jacobian(x) ** 2).sum(dim=1).mean()


class Lipschitz(Adaptive):
    """The product (or the sum) of the layers' spectral norms, a bound of the Lipschitz constant."""

    name = "lipschitz"
    libraries = ("torch",)
    needs = frozenset({"spectral_norms"})

    norm: Literal["product", "sum"] = Field(
        "product", description="how the layers' norms are joined; the sum collapses teachers from strength 0.5 on"
    )

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return the joined spectral norms; the batch plays no part."""
        norms = net.spectral_norms()
        joined = norms[0]
        for norm in norms[1:]:
            joined = joined * norm if self.norm == "product" else joined + norm
        return joined
