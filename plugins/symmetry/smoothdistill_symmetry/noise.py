"""`leaves_noise`: whether what the best of some smooth models leaves is noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smoothdistill_symmetry.model import ROWS
from smoothdistill_symmetry.problem import Problem

LEAST = 3e-7
"""What a smooth model leaves is noise if it is more than this share of the variance, and"""

STEADY = 1.3
"""less than so many times smaller than what a model leaves that learns from a quarter of the rows."""


def leaves_noise(problems: Sequence[Problem]) -> bool:
    """Return whether there is noise in a target, from problems of which one may be right.

    A model that is poor for want of rows gets better with every row; what noise leaves stays.
    """
    best = min(problems, key=lambda problem: problem.error)
    left = best.smooth.left_out if best.groups else best.error
    if left < LEAST * float(np.var(best.target)):
        return False
    return not best.groups or best.model(max(2, min(len(best.y), ROWS) // 4)).left_out < STEADY * left
