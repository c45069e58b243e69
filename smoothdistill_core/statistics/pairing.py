"""Pairs: the values of two methods on the same runs, seeds or datasets, and what is missing from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smoothdistill_core.results import Method, MethodScores, Results
from smoothdistill_core.statistics.signed_rank import PAIRS_NEEDED
from smoothdistill_core.store import TrialRecord

UnitOfTrials = Literal["runs", "seeds", "splits"]
"""What one pair on a dataset is. The value of a run is the mean over its seeds, that of a split over all trials."""

Unit = UnitOfTrials | Literal["datasets"]
"""What one pair is; the value of a dataset is the mean over its pairs."""


@dataclass(frozen=True)
class Row:
    """The values of several methods on one run, seed or dataset, in the order in which the methods were given."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Missing:
    """A trial in which a method has no score; the run or seed it belongs to is in no pair."""

    method: Method
    dataset: str
    run: int
    seed: int
    why: str


@dataclass(frozen=True)
class Rows:
    """The complete ``rows`` of one dataset, how many were ``planned``, and what is ``missing`` from the others."""

    rows: tuple[Row, ...]
    planned: int
    missing: tuple[Missing, ...]

    def mean(self, name: str) -> Row:
        """Return the mean of all rows as one row ``name``."""
        return Row(name, _means([row.values for row in self.rows]))


def unit_of(results: Results) -> UnitOfTrials:
    """Return what is paired if nobody says otherwise: runs, or seeds where so few runs allow no verdict.

    Where all trials have the same split, they tell nothing of other rows, and are one pair.
    """
    if results.one_split:
        return "splits"
    return "runs" if len({trial.run for trial in results.trials.values()}) >= PAIRS_NEEDED else "seeds"


def datasets_of(results: Results) -> list[str]:
    """Return the labels of the datasets in the order of the plan."""
    return list(dict.fromkeys(trial.dataset for trial in results.trials.values()))


def rows_of(
    results: Results, scores: MethodScores, methods: Sequence[Method], dataset: str, unit: UnitOfTrials
) -> Rows:
    """Return the values of ``methods`` on one dataset, paired by run, by seed or by split.

    A run, or a split, counts only where every method has a score in each of its seeds: means over different seeds are
    no pair.
    """
    groups: dict[str, list[TrialRecord]] = defaultdict(list)
    for trial in sorted(results.trials.values(), key=lambda trial: (trial.run, trial.seed)):
        if trial.dataset == dataset:
            name = {"runs": f"run {trial.run}", "seeds": f"seed {trial.seed}", "splits": "the split"}[unit]
            groups[name].append(trial)
    rows, missing = [], []
    for name, trials in groups.items():
        lacking = [
            Missing(method, dataset, trial.run, trial.seed, score)
            for trial in trials
            for method in methods
            if isinstance(score := scores[method].get(trial.key, "not planned"), str)
        ]
        missing += lacking
        if not lacking:
            values = [tuple(float(scores[method][trial.key]) for method in methods) for trial in trials]
            rows.append(Row(name, _means(values)))
    return Rows(tuple(rows), len(groups), tuple(missing))


def _means(values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(sum(column) / len(column) for column in zip(*values, strict=True))
