"""From Operon's trees to the Pareto front of complexity and error, and beside it a front without poles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Candidate, Formula
from smoothdistill_core.formula import first_pole
from smoothdistill_core.searching import front
from smoothdistill_operon.coordinates import Coordinates
from smoothdistill_operon.scaled_tree import ScaledTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WORTH_SCALING = 1e-4
"""The linear scaling, which costs up to four nodes, is there where it lowers the error by more than this share."""

EXACT = 1e-12
"""An error below this share of the target's variance is none: Operon computes in single precision."""

FLAT = 1e-6
"""Values that vary by less than this share of their size are a constant: in single precision hardly a digit is left."""


@dataclass(frozen=True, eq=False)
class Member:
    """A tree over what a search sees, the formula as it is shown, and its error as a share of the target's variance."""

    tree: ScaledTree
    seen: Coordinates
    shown: Formula
    error: float

    @property
    def candidate(self) -> Candidate:
        """The formula over the inputs of the task, with the tree's own prediction."""
        return Candidate(self._formula, self._predict)

    @cached_property
    def _formula(self) -> Formula:
        return self.seen.formula(self.shown)

    def _predict(self, X: Array) -> Array:
        """Return what the tree computes; the formula has values also where exp(log(x)), which it has as x, has none."""
        value = self.seen.prediction(self.tree.predict(self.seen.inputs(X)))
        missing = np.isnan(value)
        if missing.any():
            value[missing] = self._formula.predict(X[missing])
        return value


def member(tree: ScaledTree, seen: Coordinates, X: Array, y: Array, weights: Array) -> Member | None:
    """Return the tree with the linear scaling that fits ``y`` best, or with less of it that is as good.

    ``X`` (n, d) and ``y`` are what is ``seen``; ``weights`` sum to 1. None where a value or a constant is not finite,
    and where the values are `FLAT`: scaled up, they would be rounding.
    """
    value = tree.predict(X)
    if not (np.isfinite(value).all() and tree.is_finite):
        return None
    with np.errstate(all="ignore"):
        mean, goal = float(weights @ value), float(weights @ y)
        spread, variance = float(weights @ (value - mean) ** 2), float(weights @ (y - goal) ** 2)
        if spread <= (FLAT * np.abs(value).max()) ** 2:
            return None
        scale = float(weights @ ((value - mean) * (y - goal))) / spread
        scalings = [(1.0, 0.0), (scale, 0.0), (1.0, goal - mean), (scale, goal - scale * mean)]
        errors = [float(weights @ (a * value + b - y) ** 2) / variance for a, b in scalings]
    enough = max(np.nanmin(errors) * (1.0 + WORTH_SCALING), EXACT)
    best = next((i for i, error in enumerate(errors) if error <= enough), -1)
    tree = replace(tree, scale=scalings[best][0], intercept=scalings[best][1])
    if not (np.isfinite(errors[best]) and tree.is_finite):
        return None
    return Member(tree, seen, seen.shown(tree.formula), errors[best])


def with_and_without_poles(members: Sequence[Member], box: Sequence[tuple[float, float]]) -> list[Member]:
    """Return the Pareto front, the simplest first, together with the front of the formulas without poles in the box.

    All have less error than the best constant. A formula that may have a pole may be refused later on, so the best
    without is at hand for each complexity.
    """
    best = partial(front, members, size=_size, error=lambda each: each.error, below=1.0, exact=EXACT)
    found = [*best(), *best(accept=lambda each: first_pole(each.shown, box) is None)]
    return sorted({each.shown: each for each in found}.values(), key=lambda each: (_size(each), each.error))


def _size(member: Member) -> int:
    return member.shown.complexity
