"""`standings`: the methods of a study ranked over its datasets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smoothdistill_core.components import Direction
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.results import Method, Results
from smoothdistill_core.statistics.pairing import Missing, UnitOfTrials, datasets_of, rows_of, unit_of
from smoothdistill_core.statistics.ranking import Ranking, direction_of, rank_methods


@dataclass(frozen=True)
class Standing:
    """The methods of one student on one teacher, ranked over ``datasets``.

    The value on a dataset is the mean over the runs, seeds or splits (``unit``) in which every method has a score. A
    dataset without any is among ``left_out``, and ``ranking`` is None where no dataset remains.
    """

    student: str
    teacher: str
    metric: str
    direction: Direction
    unit: UnitOfTrials
    methods: tuple[Method, ...]
    datasets: tuple[str, ...]
    left_out: tuple[str, ...]
    missing: tuple[Missing, ...]
    ranking: Ranking | None


def standings(
    results: Results,
    metric: str = ACCURACY,
    *,
    direction: Direction | None = None,
    unit: Literal["runs", "seeds"] | None = None,
) -> list[Standing]:
    """Rank the methods of every student on every teacher, with ``direct`` and the baselines among them.

    Arguments and errors are those of `comparisons`.
    """
    way = direction_of(metric, direction, results.metrics)
    scores = results.scores_of_methods(metric)
    paired = unit_of(results) if unit is None or results.one_split else unit
    found = []
    for student, teacher in dict.fromkeys((method.student, method.teacher) for method in scores if method.teacher):
        methods = tuple(
            method
            for method in scores
            if (method.is_baseline or method.student == student) and method.teacher in ("", teacher)
        )
        each = {dataset: rows_of(results, scores, methods, dataset, paired) for dataset in datasets_of(results)}
        means = {dataset: rows.mean(dataset).values for dataset, rows in each.items() if rows.rows}
        columns = {str(method): [values[place] for values in means.values()] for place, method in enumerate(methods)}
        found.append(
            Standing(
                student,
                teacher,
                metric,
                way,
                paired,
                methods,
                tuple(means),
                tuple(dataset for dataset in each if dataset not in means),
                tuple(missing for rows in each.values() for missing in rows.missing),
                rank_methods(columns, way) if means and len(columns) > 1 else None,
            )
        )
    return found
