"""`comparisons`: each method of a study against its baselines, on every dataset and over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from smoothdistill_core.components import Direction, Role
from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.recipe.defaults import ACCURACY, UNPENALISED
from smoothdistill_core.results import Method, MethodScores, Results
from smoothdistill_core.statistics.correction import holm
from smoothdistill_core.statistics.effects import Effect, effect, rank_biserial
from smoothdistill_core.statistics.pairing import Missing, Row, Unit, datasets_of, rows_of, unit_of
from smoothdistill_core.statistics.ranking import direction_of
from smoothdistill_core.statistics.signed_rank import LEVEL, WilcoxonResult, wilcoxon

Finding = Literal["better", "worse", "no difference shown", "no verdict"]


@dataclass(frozen=True)
class Comparison:
    """Two methods over the same runs, seeds, splits or datasets (``unit``), by one metric on the test part.

    ``dataset`` is None for the comparison over the means of the datasets. ``pairs`` are the values of the two, of
    ``planned`` pairs those that are complete; ``missing`` says what keeps the others out. ``corrected_p`` is the
    p-value after the correction of Holm over a family of ``family`` tests; None where no verdict is possible.
    """

    method: Method
    against: Method
    metric: str
    direction: Direction
    dataset: str | None
    unit: Unit
    pairs: tuple[Row, ...]
    planned: int
    missing: tuple[Missing, ...]
    shared_test: bool = False
    """Whether all pairs of a dataset have the same test rows."""
    corrected_p: float | None = None
    family: int = 0

    @cached_property
    def gains(self) -> tuple[float, ...]:
        """How much better the method is in each pair, in units of the metric: positive is in its favour.

        The method's value minus the other's, or the reverse where lower is better.
        """
        sign = 1 if self.direction == "higher" else -1
        return tuple(sign * (row.values[0] - row.values[1]) for row in self.pairs)

    @cached_property
    def test(self) -> WilcoxonResult:
        """The signed-rank test of the gains, not corrected."""
        return wilcoxon(self.gains)

    @cached_property
    def effect(self) -> Effect:
        """The size of the gains: mean, median, rank-biserial, wins."""
        return effect(self.gains)

    @property
    def finding(self) -> Finding:
        """What may be said at the 5 % level after correction; the sign is that of the larger rank sum."""
        if self.corrected_p is None:
            return "no verdict"
        if self.corrected_p > LEVEL:
            return "no difference shown"
        return "better" if (rank_biserial(self.gains) or 0) > 0 else "worse"

    @property
    def caveat(self) -> str:
        """What the p-value does not cover; empty where nothing has to be said.

        Splits of one table share rows, so that their differences vary less than those on new data would (Nadeau and
        Bengio, 2003).
        """
        if self.unit == "datasets":
            return ""
        if self.unit == "splits":
            return "all trials have the same split: they tell of other searches, not of other rows"
        if self.shared_test:
            return f"the {self.unit} share one test part: they tell of other training rows, not of other test rows"
        return f"the {self.unit} split the same rows anew: the verdict is about other splits of them, not other data"


def comparisons(
    results: Results,
    metric: str = ACCURACY,
    against: Sequence[str] = (UNPENALISED,),
    *,
    direction: Direction | None = None,
    unit: Literal["runs", "seeds"] | None = None,
) -> list[Comparison]:
    """Compare every method with those that ``against`` names, for each student and teacher.

    One comparison a dataset, then, where there are several, one over the means of the datasets, each the mean over its
    complete pairs. ``direct`` and the baselines are always compared with. ``unit`` says what is a pair on a dataset;
    left out, it is runs, or seeds where there are fewer than 6 runs. Trials that all have the same split are one pair,
    whatever it says. The families of Holm's correction: all datasets of
    the same two methods, and all comparisons over datasets.

    ``direction`` says which way ``metric`` is better; left out, the metric said it when the study ran. Raises
    `ResultError` for a metric or a name that the study does not know, `StatisticsError` without a direction.
    """
    way = direction_of(metric, direction, results.metrics)
    scores = results.scores_of_methods(metric)
    paired = unit_of(results) if unit is None or results.one_split else unit
    datasets = datasets_of(results)
    found: list[Comparison] = []
    overall: list[int] = []
    for method, other in _couples(scores, against):
        each = [rows_of(results, scores, (method, other), dataset, paired) for dataset in datasets]
        on_datasets = [
            Comparison(
                *(method, other, metric, way, dataset, paired),
                *(rows.rows, rows.planned, rows.missing, results.shared_test),
            )
            for dataset, rows in zip(datasets, each, strict=True)
        ]
        found += _corrected(on_datasets)
        if len(datasets) > 1:
            means = tuple(rows.mean(dataset) for dataset, rows in zip(datasets, each, strict=True) if rows.rows)
            missing = tuple(lacking for rows in each for lacking in rows.missing)
            overall.append(len(found))
            found.append(Comparison(method, other, metric, way, None, "datasets", means, len(datasets), missing))
    for place, comparison in zip(overall, _corrected([found[place] for place in overall]), strict=True):
        found[place] = comparison
    return found


def _couples(scores: MethodScores, against: Sequence[str]) -> Iterator[tuple[Method, Method]]:
    """Yield every method with every other that it is compared with; no couple twice, in either order."""
    for name in against:
        if name != UNPENALISED and not any(method.answers(name) for method in scores):
            raise ResultError(f"the study has no method {name!r}; {did_you_mean(name, map(str, scores))}")
    seen = set()
    others = [m for m in scores if m.role is not Role.TAUGHT or any(m.answers(name) for name in against)]
    for method in scores:
        for other in others:
            if method.belongs_with(other) and (other, method) not in seen:
                seen.add((method, other))
                yield method, other


def _corrected(family: Sequence[Comparison]) -> list[Comparison]:
    """Return the comparisons with p-values that are corrected for one another."""
    corrected = holm([c.test.p if c.test.verdict_possible else None for c in family])
    return [replace(c, corrected_p=p, family=corrected.tests) for c, p in zip(family, corrected.p, strict=True)]
