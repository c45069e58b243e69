"""`KINDS`: what the units of a layer compute, for training, for fitting and as formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Formula

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CEILING = 4.0
"""exp is flat above this, so that it cannot explode (LIES, arXiv 2506.08267, has the same ceiling)."""

FLOOR = 1e-3
"""Keeps the logarithm from minus infinity at 0."""

WIDTH = 1e-2
"""Keeps the quotient from a pole at 0."""


@dataclass(frozen=True)
class Kind:
    """One kind of unit.

    ``value`` computes it in float64, ``formula`` builds the same from formulas. ``degree`` is n where
    value(c * a, ...) = c^n * value(a, ...), for each argument, and 0 where there is no such n. ``plain`` names the kind
    without the guard.
    """

    value: Callable[..., Array]
    formula: Callable[..., Formula]
    degree: tuple[int, ...]
    plain: str | None = None

    @property
    def arity(self) -> int:
        """The number of arguments, each a weighted sum with weights of its own."""
        return len(self.degree)


def _apply(operator: str) -> Callable[..., Formula]:
    return lambda *arguments: Formula.apply(operator, *arguments)


def _exp(a: Formula) -> Formula:
    return Formula.apply("exp", Formula.apply("min", a, Formula.constant(CEILING)))


def _log(a: Formula) -> Formula:
    return Formula.apply("log", Formula.apply("add", Formula.apply("abs", a), Formula.constant(FLOOR)))


def _quotient(a: Formula, b: Formula) -> Formula:
    below = Formula.apply("add", Formula.apply("square", b), Formula.constant(WIDTH))
    return Formula.apply("div", Formula.apply("mul", a, b), below)


KINDS: dict[str, Kind] = {
    "identity": Kind(lambda a: a, lambda a: a, (1,)),
    "square": Kind(np.square, _apply("square"), (2,)),
    "product": Kind(np.multiply, _apply("mul"), (1, 1)),
    "sine": Kind(np.sin, _apply("sin"), (0,)),
    "exponential": Kind(lambda a: np.exp(np.minimum(a, CEILING)), _exp, (0,), plain="plain exponential"),
    "logarithm": Kind(lambda a: np.log(np.abs(a) + FLOOR), _log, (0,), plain="plain logarithm"),
    "quotient": Kind(lambda a, b: a * b / (np.square(b) + WIDTH), _quotient, (1, 0), plain="plain quotient"),
    "plain exponential": Kind(np.exp, _apply("exp"), (0,)),
    "plain logarithm": Kind(np.log, _apply("log"), (0,)),
    "plain quotient": Kind(np.divide, _apply("div"), (1, -1)),
}
"""All kinds by name. The plain ones stand in only after training, where no value comes near the guard."""


Units = tuple[str, ...]
"""The kinds of a layer's units, in order."""


def rows_of(units: Units) -> list[tuple[int, ...]]:
    """Return the rows of weighted sums that each unit takes as arguments.

    Units of one kind stand together; of a kind with two arguments all first ones come before all second ones.
    """
    rows: list[tuple[int, ...]] = []
    first = 0
    for kind in dict.fromkeys(units):
        count, arity = units.count(kind), KINDS[kind].arity
        rows += [tuple(first + argument * count + place for argument in range(arity)) for place in range(count)]
        first += arity * count
    return rows
