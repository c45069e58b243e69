"""The penalties of the paper, each written for one network and one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from smoothdistill_core import Network, Regularizer
from smoothdistill_smoothness.adaptive import Adaptive

if TYPE_CHECKING:
    from torch import Tensor

EXACT = 8
"""Up to so many outputs the Jacobian is computed as it is; each costs another pass through the network."""


class Unregularized(Regularizer):
    """No penalty: the plain network, which every smooth one is compared with."""

    name = "none"
    strengths = ()
    needs = frozenset()
    several_outputs = True


class L2(Adaptive):
    """Half the sum of all squared parameters, which equals Adam's weight decay."""

    name = "l2"
    libraries = ("torch",)
    strengths = (1e-4,)
    needs = frozenset({"parameters"})
    several_outputs = True

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return half the sum of squares of weights and biases."""
        squares = [(parameter * parameter).sum() for parameter in net.parameters]
        return 0.5 * sum(squares[1:], squares[0])


class Jacobian(Adaptive):
    """The batch mean of the squared Frobenius norm of the exact input Jacobian (Hoffman et al. 2019).

    Of a network with k outputs it is (k, d). From many outputs on its norm is estimated as in their section 2.3: for v
    that is uniform on the unit sphere of the outputs, the mean of k ||v' J||^2 is ||J||^2, at the cost of one output.
    """

    name = "jacobian"
    libraries = ("torch",)
    strengths = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)
    needs = frozenset({"jacobian"})
    several_outputs = True

    projections: int | None = Field(
        None,
        ge=1,
        le=100,
        description="random directions of several outputs, for each row and step of training, by which the norm is "
        f"estimated where they are fewer than the outputs; left out, it is exact up to {EXACT} outputs, then one",
    )

    def identity(self) -> dict[str, Any]:
        """Return what decides results; ``projections`` where it is said."""
        said = super().identity()
        if self.projections is None:
            del said["options"]["projections"]
        return said

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return mean ||J(x)||^2 over the batch, or an estimate of it."""
        directions = self._directions(net.outputs)
        if directions is None:
            return (net.jacobian(x) ** 2).flatten(1).sum(dim=1).mean()
        squares = []
        for _ in range(directions):
            v = net.noise((x.shape[0], net.outputs))
            v = v / (v**2).sum(dim=1, keepdim=True).sqrt()
            squares.append(net.outputs * (net.jacobian_along(x, v) ** 2).sum(dim=1).mean())
        return sum(squares[1:], squares[0]) / directions

    def _directions(self, outputs: int) -> int | None:
        """Return how many random directions are taken, None where the norm is exact."""
        if self.projections is None:
            return 1 if outputs > EXACT else None
        return self.projections if self.projections < outputs else None


class Lipschitz(Adaptive):
    """The product (or the sum) of the layers' spectral norms, a bound of the Lipschitz constant."""

    name = "lipschitz"
    libraries = ("torch",)
    needs = frozenset({"spectral_norms"})
    several_outputs = True

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
