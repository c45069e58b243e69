"""`Operator`: value, derivatives, bounds and notation of one operation; and how tightly notations bind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula.ranges.interval import Interval

Array = NDArray[np.float64]

SUM, PRODUCT, SIGN, POWER, CALL = 1, 2, 3, 4, 5
"""How tightly a written operator binds; a call, like a leaf, never needs brackets."""


@dataclass(frozen=True, eq=False)
class Operator:
    """One operator over float64 arrays.

    ``value(*arguments)`` computes it; ``partials(result, *arguments)`` gives its derivatives by each
    argument, and gets the value as well, because many are short in it. ``bounds(*intervals)`` encloses
    the values over intervals of the arguments; bounds that are not finite mean that the operator can
    leave its domain, or overflow, there. ``notation`` is a template over ``{0}`` and ``{1}``;
    ``binding`` is how tightly it binds, ``around`` how tightly what stands around each argument does.
    """

    name: str
    value: Callable[..., Array]
    partials: Callable[..., tuple[Array, ...]]
    bounds: Callable[..., Interval]
    notation: str
    binding: int = CALL
    around: tuple[int, ...] = ()
    """Left out, it is ``binding``."""
    arity: int = field(init=False)
    """The number of arguments."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "arity", 2 if "{1}" in self.notation else 1)
        object.__setattr__(self, "around", self.around or (self.binding,) * self.arity)
