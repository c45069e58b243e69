"""`holm`: p-values of several tests, corrected so that one family has one level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.statistics.differences import StatisticsError


@dataclass(frozen=True)
class Corrected:
    """A family of tests after correction: ``p`` in the order of the tests, None for one without a verdict.

    ``tests`` took part in the correction, ``without_verdict`` did not.
    """

    p: tuple[float | None, ...]
    tests: int
    without_verdict: int


def holm(p_values: Sequence[float | None]) -> Corrected:
    """Return ``p_values`` corrected by the step-down procedure of Holm (1979).

    The chance of even one false rejection in the family stays below the level, however the tests depend on one
    another. None stands for a test that cannot reject at any level in use. It stays out, and costs the others nothing:
    what cannot reject cannot reject falsely (Tarone, 1990). Raises `StatisticsError` for what is no probability.

    >>> holm([0.01, 0.04, None]).p
    (0.02, 0.04, None)
    """
    for place, p in enumerate(p_values):
        if p is not None and (math.isnan(p) or not 0 <= p <= 1):
            raise StatisticsError(f"test {place + 1} of {len(p_values)}: {p} is no p-value; None stands for no verdict")
    ordered = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - rank) * p))
        corrected[place] = largest
    return Corrected(tuple(corrected), len(ordered), len(p_values) - len(ordered))
