"""`Scoreboard`: the test R2 of every method on every dataset, and all comparisons; made once a report."""

from __future__ import annotations

import math
from functools import cached_property

from smoothdistill_core.errors import ResultError
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.results import Method, MethodScores, Results
from smoothdistill_core.statistics import Comparison, Standing, comparisons, standings
from smoothdistill_core.statistics.pairing import UnitOfTrials, datasets_of, rows_of, unit_of
from smoothdistill_core.wording.accuracy import OF
from smoothdistill_core.wording.lists import listed


class Scoreboard:
    """Every method of a run with its values; a value is that of a run or of a seed (``unit``).

    ``metric`` is R2; where a recipe does not measure it there are no methods, and ``reason`` says so.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self.reason = ""
        self.datasets = datasets_of(results)
        self.unit: UnitOfTrials = unit_of(results)
        self._scores: MethodScores = {}
        try:
            self._scores = results.scores_of_methods(ACCURACY)
        except ResultError as error:
            self.reason = str(error)
        self._values: dict[tuple[str, Method], tuple[float, ...]] = {}

    @cached_property
    def methods(self) -> list[Method]:
        """The methods: penalties, then what they are compared with."""
        return list(self._scores)

    @property
    def penalties(self) -> list[Method]:
        """The methods that are compared with the others."""
        return [method for method in self.methods if not method.is_control]

    @cached_property
    def on_log(self) -> list[str]:
        """The datasets whose target is fitted as its logarithm, so that the values are R2 of that."""
        logs = {o.trial.dataset for o in self.results.outcomes if o.scaling.transform == "log1p"}
        return [dataset for dataset in self.datasets if dataset in logs]

    @property
    def axis(self) -> str:
        """What the values on all datasets are, as it stands at an axis."""
        if not self.on_log:
            return "R²"
        return self.axis_on(self.on_log[0]) if len(self.on_log) == len(self.datasets) else "R² as fitted"

    def axis_on(self, dataset: str) -> str:
        """Return what the values on one dataset are."""
        return f"R²{OF['log' if dataset in self.on_log else 'target']}"

    @property
    def remark(self) -> str:
        """On which datasets the values are of what, as a part of a sentence; empty where none is of a logarithm."""
        if not self.on_log:
            return ""
        where = "" if len(self.on_log) == len(self.datasets) else f"on {listed(self.on_log)} "
        return f"{where}of log(1 + target), which models are fitted to"

    def values(self, dataset: str, method: Method) -> tuple[float, ...]:
        """Return the value of each complete run or seed of a method on one dataset."""
        key = (dataset, method)
        if key not in self._values:
            rows = rows_of(self.results, self._scores, (method,), dataset, self.unit).rows
            self._values[key] = tuple(row.values[0] for row in rows)
        return self._values[key]

    def mean(self, dataset: str, method: Method) -> float:
        """Return the mean of `values`, NaN where there is none."""
        values = self.values(dataset, method)
        return sum(values) / len(values) if values else math.nan

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Every method against its controls."""
        return comparisons(self.results) if self._scores else []

    @cached_property
    def standings(self) -> list[Standing]:
        """The methods ranked over the datasets."""
        return standings(self.results) if self._scores else []
