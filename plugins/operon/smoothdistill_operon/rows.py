"""The rows that Operon is shown: a draw of many, and heavy rows more often, because Operon knows no weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

REPETITIONS = 4
"""How often a row of mean weight is shown where there are weights, and room."""


def drawn(weights: Array | None, rows: int, at_most: int, seed: int) -> NDArray[np.intp]:
    """Return the numbers of the rows to show: all, or ``at_most`` that are drawn by the seed.

    With weights, row i comes ``count * weights[i] / sum(weights)`` times, rounded up or down: light rows now
    and then not at all, but with the right expectation. ``count`` is up to four times the rows, at most ``at_most``.
    """
    rng = np.random.default_rng([seed, rows])
    if weights is None:
        return np.arange(rows) if rows <= at_most else np.sort(rng.choice(rows, at_most, replace=False))
    count = at_most if rows > at_most else rows * min(REPETITIONS, at_most // rows)
    return _in_proportion(weights, count, rng)


def _in_proportion(weights: Array, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw rows at equal steps along the sum of the weights (systematic sampling: Madow and Madow, 1944)."""
    ends = np.cumsum(weights / weights.max())
    steps = (np.arange(count) + rng.uniform()) * (ends[-1] / count)
    found = np.searchsorted(ends, steps, side="right")
    return np.asarray(np.minimum(found, np.flatnonzero(weights)[-1]))  # the last step may be rounded up
