"""The penalty on slopes of the wrong sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from smoothdistill_core import Network, PenaltyContext, PluginError
from smoothdistill_core.errors import did_you_mean
from smoothdistill_smoothness.adaptive import Adaptive

if TYPE_CHECKING:
    from torch import Tensor


class Monotone(Adaptive):
    """The batch mean of the squared slopes that are negative where a prediction may only rise, or the other way round.

    What is known of a relation beforehand, that a dose never lowers a response, say, is asked for at the rows of the
    data (Sill and Abu-Mostafa 1997); it is no guarantee, and between the rows a slope may still have the other sign.
    Inputs that are not named are free. Several outputs all have the same directions.
    """

    name = "monotone"
    libraries = ("torch",)
    strengths = (0.1, 1.0, 10.0)
    needs = frozenset({"jacobian"})
    several_outputs = True

    rising: tuple[str, ...] = Field((), description="inputs that the prediction may only rise with")
    falling: tuple[str, ...] = Field((), description="inputs that the prediction may only fall with")

    @model_validator(mode="after")
    def _check_inputs(self) -> Self:
        named = (*self.rising, *self.falling)
        if not named:
            raise ValueError("name at least one input, as in rising: [age]")
        if twice := [name for name in dict.fromkeys(named) if named.count(name) > 1]:
            raise ValueError(f"{twice[0]!r} is named twice; a prediction either rises or falls with it")
        return self

    def penalty(self, net: Network, x: Tensor, context: PenaltyContext) -> Tensor:
        """Return the mean over the batch of the sum of squares of all slopes that have the wrong sign.

        Raises `PluginError` for an input that the data do not have.
        """
        signs = x.new_tensor(self.signs(context.names))
        return ((-signs * net.jacobian(x)).relu() ** 2).flatten(1).sum(dim=1).mean()

    def signs(self, names: Sequence[str]) -> list[float]:
        """Return 1 for each input that the prediction may only rise with, -1 where it may only fall, else 0.

        Raises `PluginError` for an input that is not among the ``names``.
        """
        for name in (*self.rising, *self.falling):
            if name not in names:
                raise PluginError(f"regularizer 'monotone': there is no input {name!r}; {did_you_mean(name, names)}")
        return [float(name in self.rising) - float(name in self.falling) for name in names]
