"""The best constant: the simplest formula there is, which every other has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.components import Candidate
from smoothdistill_core.formula import Formula
from smoothdistill_core.searching.weights import weights_of

if TYPE_CHECKING:
    from smoothdistill_core.components import DistillationTask

FLAT = 1e-12
"""A target that varies by less than this share of its mean is a constant."""


@dataclass(frozen=True)
class BestConstant:
    """The constant of least squared error: the weighted mean of a target, in the target's unit.

    ``spread`` is the root of its weighted mean squared error, which is the target's weighted standard deviation.
    """

    value: float
    spread: float

    @property
    def is_exact(self) -> bool:
        """Whether the target is this constant, but for rounding: then there is nothing to search for."""
        return self.spread <= FLAT * abs(self.value)

    @property
    def candidate(self) -> Candidate:
        """The constant as a formula."""
        value = self.value
        return Candidate(Formula.constant(value), lambda X: np.full(len(X), value))


def best_constant(task: DistillationTask) -> BestConstant:
    """Return the best constant for the target of a task; rows of weight 0 play no part.

    It lies in the range of the target, and so is a target of one value to the last digit. Raises `DataError` for
    weights as `weights_of` does.
    """
    weights = weights_of(task)
    y, weights = task.y[weights > 0.0], weights[weights > 0.0]
    # np.average adds up in one fixed order; a scalar product's last digit depends on the processor
    value = float(np.clip(np.average(y, weights=weights), y.min(), y.max()))
    return BestConstant(value, float(np.sqrt(np.average((y - value) ** 2, weights=weights))))
