"""`wilcoxon`: the two-sided signed-rank test over paired values, exact also where ranks are tied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.statistics.differences import Array, checked, doubled_ranks, rank_sums

LEVEL = 0.05
"""The level of every verdict."""

PAIRS_NEEDED = 6
"""With fewer differences other than 0 no p-value can be as small as 0.05: five equal signs give 0.0625."""

EXACT_UP_TO = 50
"""Up to so many differences other than 0 the test is exact."""


@dataclass(frozen=True)
class WilcoxonResult:
    """A signed-rank test: ``pairs`` values went in, ``zeros`` of them were equal and dropped.

    ``statistic`` is the smaller of the two rank sums. ``p`` is two-sided, 1 where all differences are 0; both are None
    where there are no pairs.
    """

    p: float | None
    statistic: float | None
    pairs: int
    zeros: int
    method: Literal["exact", "normal approximation"] = "exact"

    @property
    def differing(self) -> int:
        """How many pairs differ: what the test is made of."""
        return self.pairs - self.zeros

    @property
    def why_no_verdict(self) -> str:
        """Why no verdict is possible at the 5 % level; empty where one is."""
        if self.differing >= PAIRS_NEEDED:
            return ""
        if not self.pairs:
            return "there are no pairs"
        if not self.differing:
            return f"all {self.pairs} differences are 0" if self.pairs > 1 else "the only difference is 0"
        if self.zeros:
            return f"{self.differing} of {_pairs(self.pairs)} differ, {PAIRS_NEEDED} are needed"
        return f"{_pairs(self.pairs)}, {PAIRS_NEEDED} are needed"

    @property
    def verdict_possible(self) -> bool:
        """Whether the test could reject at the 5 % level at all."""
        return not self.why_no_verdict


def pairs_needed(tests: int) -> int:
    """Return how many pairs must differ for the smallest p-value to be significant among ``tests`` corrected ones.

    >>> pairs_needed(1), pairs_needed(20)
    (6, 10)
    """
    return 1 + math.ceil(math.log2(max(tests, 1) / LEVEL))


def wilcoxon(differences: Sequence[float] | Array) -> WilcoxonResult:
    """Return the two-sided signed-rank test of ``differences`` (n,), one a pair (Wilcoxon, 1945).

    Differences of exactly 0 are dropped and counted. Up to 50 others the p-value is exact: among all assignments of
    signs, the share with a statistic as extreme. Equal sizes share their middle rank, and the distribution is that of
    these ranks (scipy's exact method takes it as if there were no ties). Beyond 50 it is scipy's normal approximation,
    corrected for ties and continuity. Raises `StatisticsError` for a difference that is not finite.

    >>> wilcoxon([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).p
    0.03125
    """
    given = checked(differences)
    differing = given[given != 0]
    zeros = len(given) - len(differing)
    if not len(given):
        return WilcoxonResult(None, None, 0, 0)
    statistic = min(rank_sums(differing))
    if len(differing) > EXACT_UP_TO:
        from scipy import stats

        # "auto" is the normal approximation here; its own name is not the same in all versions of scipy
        p = float(stats.wilcoxon(differing, correction=True, method="auto").pvalue)
        return WilcoxonResult(p, statistic, len(given), zeros, "normal approximation")
    counts = _distribution(doubled_ranks(abs(differing)))
    as_extreme = 2 * int(counts[: round(2 * statistic) + 1].sum())
    return WilcoxonResult(min(1.0, as_extreme / 2 ** len(differing)), statistic, len(given), zeros)


def _distribution(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many assignments of signs to ``ranks`` give each sum 0, 1, ... of the positive ones."""
    counts = np.zeros(int(ranks.sum()) + 1, dtype=np.int64)  # 2**50 assignments at most: no overflow
    counts[0] = 1
    for rank in ranks:
        counts[rank:] += counts[:-rank].copy()
    return counts


def _pairs(number: int) -> str:
    return "1 pair" if number == 1 else f"{number} pairs"
