"""`Distilling`: what both estimators do: run a study of the rows of a fit, and keep its formulas."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Mapping
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from joblib import effective_n_jobs
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from smoothdistill_core.estimator.as_recipe import recipe_of
from smoothdistill_core.estimator.asking import answers_of
from smoothdistill_core.estimator.choice import choice_of
from smoothdistill_core.estimator.fitting import run
from smoothdistill_core.estimator.front import front_of
from smoothdistill_core.estimator.in_memory import InMemory
from smoothdistill_core.estimator.parameters import Parameters
from smoothdistill_core.estimator.report import report_of
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Outcome
from smoothdistill_core.study import Progress
from smoothdistill_core.wording.so_far import Improvements, scores_so_far

if TYPE_CHECKING:
    from smoothdistill_core.components import Table
    from smoothdistill_core.estimator.columns import Columns

SEEDS = 2**31 - 1
"""A seed that is drawn is below this."""


class Distilling(Parameters):
    """An estimator whose prediction is a formula; `SymbolicDistiller` tells what its attributes are."""

    def _distil(
        self,
        table: Table,
        columns: Columns,
        parameters: Mapping[str, Any],
        began: float,
        *,
        imitate: bool,
        weights: str | None = None,
    ) -> Self:
        """Find a formula for a table of checked rows; to ``imitate`` is to explain the answers of ``model``.

        ``weights`` is the column that weighs the rows, if one does.
        """
        registry = self.registry or Registry()
        seed = _seed(self.random_state)
        recipe = recipe_of(parameters, InMemory.of(table), seed, registry, type(self).__name__, weights)
        choice = choice_of(recipe, self.choice, registry, imitate=imitate)
        if imitate:
            answers = InMemory.of(answers_of(recipe, table)).model_copy(update={"units": recipe.dataset[0].units})
            recipe = recipe.model_copy(update={"dataset": (answers,)})
        workers = int(effective_n_jobs(self.n_jobs))
        report = partial(self._report, improvements=Improvements())
        draw = recipe.budget.limit is None  # for a report, which may never be written
        fitted = run(recipe, registry, columns, choice, workers, report, imitate=imitate, began=began, draw=draw)
        for doubt in fitted.doubts:
            warnings.warn(doubt, RuntimeWarning, stacklevel=3)  # in the line that calls fit
        self._columns = columns
        self._fitted = fitted
        self.front_ = front_of(fitted.answer)
        self.results_ = fitted.results
        return self._take(fitted.outcome)

    def at(self, size: int) -> Self:
        """Return an estimator that predicts with the most accurate formula of at most ``size`` nodes, without a fit.

        It is one of ``front_``. Raises `ResultError` where each has more nodes.
        """
        check_is_fitted(self)
        return copy(self)._take(self._fitted.answer.at(size))

    def _take(self, outcome: Outcome) -> Self:
        self._outcome = outcome
        self.formula_ = outcome.explanation
        self.teacher_ = self._fitted.teacher_of(outcome)
        return self

    def report(self) -> str:
        """Return what was found, from what, and beside what, as text for people."""
        check_is_fitted(self)
        return report_of(self.results_, self._outcome)

    def _report(self, progress: Progress, improvements: Improvements) -> None:
        if self.verbose:
            if (best := improvements.new(progress)) is not None:
                print(f"best so far, {scores_so_far(best)}: {best.text}")
            done = progress.done + progress.failed
            left = "" if progress.seconds_left is None else f", about {progress.seconds_left:.0f} s left"
            now = f"; now: {progress.running[0]}" if done == progress.total and progress.running else ""
            print(f"{done} of {progress.total} done{left}{now}")
        if self.progress is not None:
            self.progress(progress)


def _seed(random_state: Any) -> int:
    """Return the seed that a random state stands for: an integer itself, else one that is drawn."""
    random = check_random_state(random_state)
    return int(random_state) if isinstance(random_state, numbers.Integral) else int(random.randint(SEEDS))
