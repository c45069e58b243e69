"""The regularizer kind: a penalty on a network that a teacher adds to its training loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from smoothdistill_core.components.component import Component

if TYPE_CHECKING:
    from torch import Tensor


class Network(Protocol):
    """What a penalty may ask of the network in training; everything is differentiable in the weights."""

    @property
    def linear_weights(self) -> tuple[Tensor, ...]:
        """The weight matrices (out, in) from the first layer to the last."""
        ...

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """All parameters: weight matrices and bias vectors."""
        ...

    def __call__(self, x: Tensor) -> Tensor:
        """Return the predictions (n,) for a batch (n, d)."""
        ...

    def jacobian(self, x: Tensor) -> Tensor:
        """Return the exact input Jacobian (n, d) of the predictions at a batch (n, d)."""
        ...

    def spectral_norms(self) -> tuple[Tensor, ...]:
        """Return the largest singular value of each weight matrix (power iteration, warm-started)."""
        ...

    def noise(self, shape: tuple[int, ...]) -> Tensor:
        """Return standard normal numbers from the network's own seeded stream: a penalty's only randomness."""
        ...


class Regularizer(Component):
    """A penalty that makes teachers smooth. Loss = mean squared error + strength * penalty.

    Write `penalty` for ONE network and one batch, in plain torch; the teacher runs it over many
    networks at once. The strength belongs to the recipe: the penalty never sees it.
    """

    kind = "regularizer"
    strengths: ClassVar[tuple[float, ...]] = (0.1, 0.3, 0.5, 0.7, 1.0)
    """The sweep of a recipe that names no ``strength``; empty means: takes none."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "strength" in cls.model_fields:
            raise TypeError(f"{cls.__name__}.strength: the strength belongs to the recipe; name the option otherwise")
        if any(not 0 < strength < float("inf") for strength in cls.strengths):
            raise TypeError(f"{cls.__name__}.strengths must be positive numbers, not {cls.strengths}")

    def penalty(self, net: Network, x: Tensor) -> Tensor:
        """Return the penalty of ``net`` at the batch ``x`` of shape (n, d): a scalar tensor."""
        raise TypeError(f"regularizer {self.name!r} has no penalty; teachers that need one must not accept it")
