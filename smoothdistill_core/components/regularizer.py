"""The regularizer kind: a penalty on a network that a teacher adds to its training loss."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from smoothdistill_core.components.component import Component

if TYPE_CHECKING:
    from torch import Tensor

    from smoothdistill_core.components.schedule import Schedule
    from smoothdistill_core.scaling import Scaling

PREDICTIONS = "predictions"
"""What `Regularizer.needs` calls ``net(x)``; everything else of a network is called as its attribute is."""

NETWORK = frozenset({PREDICTIONS, "jacobian", "linear_weights", "parameters", "spectral_norms", "noise"})
"""All that a `Network` offers, in the words of `Regularizer.needs` and ``Teacher.offers``."""


class Network(Protocol):
    """What a penalty may ask of the network in training.

    Everything is differentiable in the weights. ``net(x)`` and ``net.jacobian(x)`` are differentiable in ``x`` as
    well, so that a penalty may measure curvature: ``torch.func.jvp(net.jacobian, (x,), (v,))[1]`` is the Hessian
    of each row's prediction times ``v`` (n, d). It is 0 where activations are made of straight lines (relu).
    """

    @property
    def linear_weights(self) -> tuple[Tensor, ...]:
        """The weight matrices (out, in) from the first layer to the last."""
        ...

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """All parameters: weight matrices and bias vectors."""
        ...

    @property
    def outputs(self) -> int:
        """The number k of its outputs: 1, but for a penalty that says that it knows `several_outputs`."""
        ...

    def __call__(self, x: Tensor) -> Tensor:
        """Return the predictions (n,) for a batch (n, d); (n, k) of several outputs."""
        ...

    def jacobian(self, x: Tensor) -> Tensor:
        """Return the exact input Jacobian (n, d) of the predictions at a batch (n, d), differentiable in ``x`` too.

        It is (n, k, d) of several outputs.
        """
        ...

    def jacobian_along(self, x: Tensor, v: Tensor) -> Tensor:
        """Return v' J (n, d) of several outputs at a batch (n, d), for a direction ``v`` (n, k) of each row."""
        ...

    def spectral_norms(self) -> tuple[Tensor, ...]:
        """Return the largest singular value of each weight matrix (power iteration, warm-started)."""
        ...

    def noise(self, shape: tuple[int, ...]) -> Tensor:
        """Return standard normal numbers from the network's own seeded stream: a penalty's only randomness."""
        ...


@dataclass(frozen=True)
class PenaltyContext:
    """What a penalty may know of a batch besides its inputs.

    ``names`` (d) are those of the encoded inputs, in the order of the columns: a column's name, ``[column =
    category]`` for an indicator. ``y`` (n,) is the standardised target of the batch, (n, k) of several. ``scaling``
    is the way to the data's own units, None where there is none.
    """

    names: tuple[str, ...]
    y: Tensor
    scaling: Scaling | None = None


class Regularizer(Component):
    """A penalty that makes teachers smooth. Loss = mean squared error + strength * penalty.

    Write `penalty` for ONE network and one batch, in plain torch; the teacher runs it over many
    networks at once. The strength belongs to the recipe: the penalty never sees it.
    """

    kind = "regularizer"
    strengths: ClassVar[tuple[float, ...]] = (0.1, 0.3, 0.5, 0.7, 1.0)
    """The sweep of a recipe that names no ``strength``; empty means: takes none."""
    several_outputs: ClassVar[bool] = False
    """Whether its penalty knows networks of several outputs, whose predictions are (n, k) and Jacobian (n, k, d).

    Else those that it is added to are trained once an output. With loss and penalty added over the outputs a strength
    means what it means for one.
    """
    needs: ClassVar[frozenset[str] | None] = None
    """What it asks of a teacher, which has to be among ``Teacher.offers``.

    A penalty names what it asks of a network: ``predictions`` for ``net(x)``, ``jacobian``, ``linear_weights``,
    ``parameters``, ``spectral_norms``, ``noise``. One that smooths in another way names that way, by a word that its
    teachers know. None: it does not say. Then only a teacher whose networks offer everything takes it.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "strength" in cls.model_fields:
            raise TypeError(f"{cls.__name__}.strength: the strength belongs to the recipe; name the option otherwise")
        if any(not 0 < strength < float("inf") for strength in cls.strengths):
            raise TypeError(f"{cls.__name__}.strengths must be positive numbers, not {cls.strengths}")
        if isinstance(cls.needs, str) or (cls.strengths and cls.needs is not None and not cls.needs):
            raise TypeError(
                f"{cls.__name__}.needs must name what it asks of a teacher, as in frozenset({{'jacobian'}}), "
                f"not {cls.needs!r}; leave it out where you do not know"
            )

    def penalty(self, net: Network, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """Return the penalty of ``net`` at the batch ``x`` of shape (n, d): a scalar tensor.

        Write it as ``penalty(net, x)``, or as ``penalty(net, x, context)``, which gets a `PenaltyContext` too.
        """
        raise TypeError(f"regularizer {self.name!r} has no penalty; teachers that need one must not accept it")

    def schedule(self) -> Schedule | None:
        """Return what sets the strength anew after each epoch; None: it stays as the recipe has it.

        The recipe's strength is then that of the first epoch. Only teachers that offer ``schedule`` take such a one.
        """
        return None

    @property
    def needs_validation(self) -> bool:
        """Whether its schedule looks at the validation rows, so that a recipe must set some apart."""
        return False

    @property
    def sweep(self) -> tuple[float, ...]:
        """The strengths of a recipe that names none: all ``strengths``; with a schedule it begins in their midst."""
        middle = len(self.strengths) // 2
        return self.strengths if self.schedule() is None else self.strengths[middle : middle + 1]

    @classmethod
    def writes_penalty(cls) -> bool:
        """Say whether it has a penalty; one without smooths in another way, which its teachers know."""
        return cls.penalty is not Regularizer.penalty

    @classmethod
    def takes_context(cls) -> bool:
        """Say whether its penalty takes a third argument, ``context``."""
        return "context" in _arguments(cls.penalty)

    def evaluate(self, net: Network, x: Tensor, context: PenaltyContext) -> Tensor:
        """Return the penalty, with the context where it takes one: what a teacher calls in its loss."""
        return self.penalty(net, x, context=context) if self.takes_context() else self.penalty(net, x)


@cache
def _arguments(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)
