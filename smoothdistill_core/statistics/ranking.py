"""`rank_methods`: average ranks of methods over datasets, and which of them cannot be told apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np

from smoothdistill_core.components import Direction, MetricFacts
from smoothdistill_core.statistics.differences import Array, StatisticsError, checked, doubled_ranks
from smoothdistill_core.statistics.signed_rank import LEVEL


def direction_of(metric: str, direction: Direction | None, metrics: Iterable[MetricFacts]) -> Direction:
    """Return the direction of a metric: what is given, else what it said itself among the ``metrics`` of the run.

    Raises `StatisticsError` where neither says.
    """
    if direction is None:
        direction = next((facts.direction for facts in metrics if facts.label == metric), None)
    if direction is None or direction not in get_args(Direction):
        raise StatisticsError(f"which is better of {metric!r}? direction is 'higher' or 'lower', not {direction!r}")
    return direction


@dataclass(frozen=True)
class Ranking:
    """Methods from the best average rank to the worst: all that a critical-difference diagram shows.

    ``friedman_p`` asks whether the methods differ at all, by the chi-squared distribution; ``iman_davenport_p`` is the
    same by the F distribution, less conservative. Both are None where they have no value: for a single dataset, where
    every dataset ties all methods, and the second where every dataset ranks them alike. Methods whose average ranks
    differ by less than the `critical_difference` are not told apart.
    """

    average_ranks: dict[str, float]
    datasets: int
    friedman_p: float | None
    iman_davenport_p: float | None

    @cached_property
    def critical_difference(self) -> float:
        """How far two average ranks must be apart to be told apart (`critical_difference`)."""
        return critical_difference(len(self.average_ranks), self.datasets)

    @property
    def differ(self) -> bool:
        """Whether the Friedman test says, at the 5 % level, that not all methods are alike."""
        return self.friedman_p is not None and self.friedman_p <= LEVEL

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The largest sets of two or more methods that are not told apart: the bars of the diagram.

        Where the Friedman test does not say that methods differ, all are one group.
        """
        names, ranks = list(self.average_ranks), list(self.average_ranks.values())
        if not self.differ:
            return (tuple(names),)
        groups, reached = [], 0
        for first in range(len(names)):
            end = next(
                (i for i in range(first, len(names)) if ranks[i] - ranks[first] >= self.critical_difference), len(names)
            )
            if end - first > 1 and end > reached:
                groups.append(tuple(names[first:end]))
            reached = max(reached, end)
        return tuple(groups)


def rank_methods(scores: Mapping[str, Sequence[float] | Array], direction: Direction = "higher") -> Ranking:
    """Return the average ranks of methods; ``scores`` has for each the values (n,) on the same n datasets.

    Rank 1 is the best on a dataset; equal values share their middle rank. The procedure is that of Demsar (2006): the
    test of Friedman (1937) with the correction of Iman and Davenport (1980) beside it, then the critical difference of
    Nemenyi (1963) at the 5 % level. Both are approximations: Demsar wants more than 10 datasets and 5 methods. Raises
    `StatisticsError` for fewer than two methods, no dataset, or a value that is not finite.
    """
    if len(scores) < 2:
        raise StatisticsError(f"a ranking needs at least two methods, not {len(scores)}")
    columns = {name: checked(values, f"{name}, dataset") for name, values in scores.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise StatisticsError(f"each method needs a value for every dataset, but the numbers of values are {lengths}")
    if not min(lengths.values()):
        raise StatisticsError("a ranking needs at least one dataset")
    table = np.stack(list(columns.values()), axis=1)
    doubled = np.stack([doubled_ranks(-row if direction == "higher" else row) for row in table])
    average = {name: float(rank) for name, rank in zip(columns, doubled.mean(axis=0) / 2, strict=True)}
    friedman, iman_davenport = _friedman(doubled / 2)
    return Ranking(dict(sorted(average.items(), key=lambda item: item[1])), len(table), friedman, iman_davenport)


def critical_difference(methods: int, datasets: int) -> float:
    """Return how far two average ranks must be apart at the 5 % level (Nemenyi, 1963; Demsar, 2006, section 3.2.2)."""
    from scipy import stats

    quantile = float(stats.studentized_range.ppf(1 - LEVEL, methods, math.inf)) / math.sqrt(2)
    return quantile * math.sqrt(methods * (methods + 1) / (6 * datasets))


def _friedman(ranks: Array) -> tuple[float | None, float | None]:
    """Return the p-values of Friedman and of Iman and Davenport for ``ranks`` (n, k), corrected for ties."""
    n, k = ranks.shape
    spread = float(((ranks - (k + 1) / 2) ** 2).sum())
    if n < 2 or not spread:
        return None, None
    from scipy import stats

    between = n * float(((ranks.mean(axis=0) - (k + 1) / 2) ** 2).sum())
    share = between / spread  # 1 where every dataset ranks alike: Kendall's coefficient of concordance
    friedman = float(stats.chi2.sf(n * (k - 1) * share, k - 1))
    if math.isclose(share, 1.0):
        return friedman, None
    return friedman, float(stats.f.sf((n - 1) * share / (1 - share), k - 1, (k - 1) * (n - 1)))
