"""From Operon's trees to the Pareto front of complexity and error, and beside it a front without poles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_core.formula import first_pole
from smoothdistill_core.searching import front
from smoothdistill_operon.scaled_tree import ScaledTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WORTH_SCALING = 1e-4
"""The linear scaling, which costs up to four nodes, is there where it lowers the error by more than this share."""


@dataclass(frozen=True)
class Member:
    """A tree, its formula, and its weighted mean squared error."""

    tree: ScaledTree
    formula: Formula
    error: float


def member(tree: ScaledTree, X: Array, y: Array, weights: Array) -> Member | None:
    """Return the tree with the linear scaling that fits ``y`` best, or with less of it that is as good.

    ``weights`` sum to 1. None where a value or a constant is not finite.
    """
    value = tree.predict(X)
    if not (np.isfinite(value).all() and tree.is_finite):
        return None
    with np.errstate(all="ignore"):
        mean, goal = float(weights @ value), float(weights @ y)
        spread = float(weights @ (value - mean) ** 2)
        scale = float(weights @ ((value - mean) * (y - goal))) / spread if spread > 0 else 1.0
        scalings = [(1.0, 0.0), (scale, 0.0), (1.0, goal - mean), (scale, goal - scale * mean)]
        errors = [float(weights @ (a * value + b - y) ** 2) for a, b in scalings]
    enough = np.nanmin(errors) * (1.0 + WORTH_SCALING)
    best = next((i for i, error in enumerate(errors) if error <= enough), -1)
    tree = replace(tree, scale=scalings[best][0], intercept=scalings[best][1])
    return Member(tree, tree.formula, errors[best]) if np.isfinite(errors[best]) and tree.is_finite else None


def with_and_without_poles(members: Sequence[Member], box: Sequence[tuple[float, float]], error: float) -> list[Member]:
    """Return the Pareto front, the simplest first, together with the front of the formulas without poles in the box.

    All have less than the given ``error``, that of the best constant. A formula that may have a pole may be refused
    later on, so the best without is at hand for each complexity.
    """
    best = partial(front, members, size=_size, error=lambda each: each.error, below=error)
    found = [*best(), *best(accept=lambda each: first_pole(each.formula, box) is None)]
    return sorted({each.formula: each for each in found}.values(), key=lambda each: (_size(each), each.error))


def _size(member: Member) -> int:
    return member.formula.complexity
