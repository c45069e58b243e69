"""`fewest`: how many inputs cross-validation needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FOLDS = 5

STANDARD_ERRORS = 0.5
"""By how many standard errors of the difference a shorter regression may predict worse than the best."""

NEGLIGIBLE = 0.01
"""By what share of the best one's error it may: of many rows, each tells even the least of inputs from none."""


def fewest(sizes: Sequence[int], errors: Array, shares: Array) -> int:
    """Return the least of ``sizes`` (s,) whose ``errors`` (n, s) are no worse than the best by more than chance.

    Or by what is negligible. The standard error is over the rows, which count ``shares`` (n,), each with the difference
    of its two errors: a few rows that all sizes predict badly do not count.
    """
    means = shares @ errors
    best = int(means.argmin())
    behind = errors - errors[:, [best]]
    mean = shares @ behind
    standard_errors = np.sqrt(shares**2 @ (behind - mean) ** 2)
    allowed = np.maximum(STANDARD_ERRORS * standard_errors, NEGLIGIBLE * means[best])
    return sizes[int(np.argmax(mean <= allowed))]
