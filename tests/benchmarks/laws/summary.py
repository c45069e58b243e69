"""What rows of recoveries say: rates with intervals, and paired differences."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recoveries import Recovery

Z = 1.959963984540054
"""The quantile of the normal distribution for an interval of 95 %."""

RESAMPLES = 10_000

CLOSE = 0.99
"""An R2 that serves for most ends."""

Score = Callable[[Recovery], float]


@dataclass(frozen=True)
class Rate:
    """A share, and the ends of its interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """All rows of one student, of one teacher if it has one, at one noise level; nodes and seconds are medians."""

    by: str
    noise: float
    laws: int
    seeds: int
    exact: Rate
    srbench: float
    accurate: float
    close: float
    """The share with an R2 above `CLOSE`."""
    r2: float
    """The mean of R2, of which those below 0 count as 0."""
    nodes: float
    most_nodes: int
    seconds: float
    most_seconds: float


@dataclass(frozen=True)
class Difference:
    """By how much more of the laws that both tried the first recovers, and the interval of that."""

    first: str
    second: str
    noise: float
    laws: int
    mean: float
    low: float
    high: float


def wilson(share: float, trials: int) -> Rate:
    """Return a share of so many trials with Wilson's interval (Wilson 1927), 95 %."""
    centre = share + Z**2 / (2 * trials)
    width = Z * math.sqrt(share * (1.0 - share) / trials + Z**2 / (4 * trials**2))
    whole = 1.0 + Z**2 / trials
    return Rate(share, max(0.0, (centre - width) / whole), min(1.0, (centre + width) / whole))


def summaries(rows: Iterable[Recovery]) -> list[Summary]:
    """Return a summary of each student and noise level.

    Seeds of one law are no independent trials: a share is the mean over laws of that over seeds, and its interval is
    that of as many trials as there are laws.
    """
    groups: dict[tuple[str, float], list[Recovery]] = defaultdict(list)
    for row in rows:
        groups[row.by, row.noise].append(row)
    return [_summary(by, noise, group) for (by, noise), group in sorted(groups.items())]


def _summary(by: str, noise: float, group: Sequence[Recovery]) -> Summary:
    exact = by_law(group, lambda row: row.exact)
    nodes = [row.nodes for row in group if row.nodes is not None]
    return Summary(
        by,
        noise,
        laws=len(exact),
        seeds=len({row.seed for row in group}),
        exact=wilson(statistics.fmean(exact.values()), len(exact)),
        srbench=statistics.fmean(by_law(group, lambda row: row.srbench).values()),
        accurate=statistics.fmean(by_law(group, lambda row: row.accurate).values()),
        close=statistics.fmean(by_law(group, lambda row: row.r2 > CLOSE).values()),
        r2=statistics.fmean(by_law(group, lambda row: max(row.r2, 0.0)).values()),
        nodes=statistics.median(nodes) if nodes else math.nan,
        most_nodes=max(nodes, default=0),
        seconds=statistics.median(row.seconds for row in group),
        most_seconds=max(row.seconds for row in group),
    )


def by_law(rows: Iterable[Recovery], score: Score) -> dict[str, float]:
    """Return the mean over seeds of each law."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        found[row.law].append(score(row))
    return {law: statistics.fmean(scores) for law, scores in found.items()}


def differences(rows: Sequence[Recovery]) -> list[Difference]:
    """Return the paired difference of exact recovery of any two students, or teachers, at each noise level.

    Pairs are of one law and seed that both tried. The interval is the bootstrap's over laws, 95 %.
    """
    tried: dict[float, dict[str, dict[tuple[str, int], Recovery]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        tried[row.noise][row.by][row.law, row.seed] = row
    return [
        difference
        for noise, of_each in sorted(tried.items())
        for place, first in enumerate(sorted(of_each))
        for second in sorted(of_each)[place + 1 :]
        if (difference := _difference(first, second, noise, of_each)) is not None
    ]


def _difference(
    first: str, second: str, noise: float, of_each: Mapping[str, Mapping[tuple[str, int], Recovery]]
) -> Difference | None:
    one, other = of_each[first], of_each[second]
    found: dict[str, list[float]] = defaultdict(list)
    for law, seed in sorted(one.keys() & other.keys()):
        found[law].append(one[law, seed].exact - other[law, seed].exact)
    if not found:
        return None
    of_laws = np.array([statistics.fmean(each) for each in found.values()])
    low, high = bootstrap(of_laws)
    return Difference(first, second, noise, len(of_laws), float(of_laws.mean()), low, high)


def bootstrap(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % percentile interval of a mean (Efron 1979)."""
    drawn = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
