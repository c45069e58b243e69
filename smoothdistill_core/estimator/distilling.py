"""`Distilling`: what both estimators do: run a study of the rows of a fit, and keep its formulas."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Mapping, Sequence
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from joblib import effective_n_jobs
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from smoothdistill_core.estimator.as_recipe import recipe_of
from smoothdistill_core.estimator.asking import answers_of
from smoothdistill_core.estimator.choice import choice_of
from smoothdistill_core.estimator.fitting import Fitted, run
from smoothdistill_core.estimator.front import front_of
from smoothdistill_core.estimator.in_memory import InMemory
from smoothdistill_core.estimator.parameters import Parameters
from smoothdistill_core.estimator.report import report_of
from smoothdistill_core.formulas import Formulas
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Outcome
from smoothdistill_core.study import Progress
from smoothdistill_core.wording.so_far import Improvements, scores_so_far

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.components import Table
    from smoothdistill_core.estimator.columns import Columns

SEEDS = 2**31 - 1
"""A seed that is drawn is below this."""


class Distilling(Parameters):
    """An estimator whose prediction is a formula; `SymbolicDistiller` tells what its attributes are."""

    formula_: Any
    teacher_: Any

    def _distil(
        self,
        tables: Sequence[Table],
        columns: Columns,
        parameters: Mapping[str, Any],
        began: float,
        *,
        imitate: bool,
        weights: str | None = None,
    ) -> Self:
        """Find a formula for each table of checked rows; to ``imitate`` is to explain the answers of ``model``.

        Several tables have a target each of the same rows. ``weights`` is the column that weighs them, if one does.
        """
        registry = self.registry or Registry()
        seed = _seed(self.random_state)
        recipe = recipe_of(parameters, InMemory.of_several(tables), seed, registry, type(self).__name__, weights)
        choice = choice_of(recipe, self.choice, registry, imitate=imitate)
        if imitate:
            (table,) = tables
            answers = InMemory.of(answers_of(recipe, table)).model_copy(update={"units": recipe.dataset[0].units})
            recipe = recipe.model_copy(update={"dataset": (answers,)})
        workers = int(effective_n_jobs(self.n_jobs))
        report = partial(self._report, improvements=Improvements())
        draw = recipe.budget.limit is None  # for a report, which may never be written
        results, fitted = run(
            recipe, registry, columns, choice, workers, report, imitate=imitate, began=began, draw=draw
        )
        for doubt in dict.fromkeys(doubt for each in fitted for doubt in each.doubts):
            warnings.warn(doubt, RuntimeWarning, stacklevel=3)  # in the line that calls fit
        self._columns = columns
        self._fitted = fitted
        self.front_ = _fronts(fitted)
        self.results_ = results
        return self._take([each.outcome for each in fitted])

    def at(self, size: int) -> Self:
        """Return an estimator that predicts with the most accurate formula of at most ``size`` nodes, without a fit.

        Of several targets each has one. It is one of ``front_``. Raises `ResultError` where each has more nodes.
        """
        check_is_fitted(self)
        return copy(self)._take([each.answer.at(size) for each in self._fitted])

    def _take(self, outcomes: list[Outcome]) -> Self:
        self._outcomes = outcomes
        explanations = [outcome.explanation for outcome in outcomes]
        teachers = [each.teacher_of(outcome) for each, outcome in zip(self._fitted, outcomes, strict=True)]
        if len(outcomes) == 1:
            (self.formula_,), (self.teacher_,) = explanations, teachers
        else:
            self.formula_ = Formulas(explanations)
            self.teacher_ = dict(zip(self.formula_, teachers, strict=True))
        return self

    def report(self) -> str:
        """Return what was found, from what, and beside what, as text for people."""
        check_is_fitted(self)
        reports = [report_of(each.results, of) for each, of in zip(self._fitted, self._outcomes, strict=True)]
        return "\n\n".join(reports if len(reports) == 1 else [str(self.formula_), *reports])

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


def _fronts(fitted: Sequence[Fitted]) -> pd.DataFrame:
    """Return the front, and where there are several targets those of all, each line with its target."""
    import pandas as pd

    fronts = [front_of(each.answer) for each in fitted]
    if len(fronts) == 1:
        return fronts[0]
    for front, each in zip(fronts, fitted, strict=True):
        front.insert(0, "target", each.outcome.scaling.target)
    return pd.concat(fronts, ignore_index=True)


def _seed(random_state: Any) -> int:
    """Return the seed that a random state stands for: an integer itself, else one that is drawn."""
    random = check_random_state(random_state)
    return int(random_state) if isinstance(random_state, numbers.Integral) else int(random.randint(SEEDS))
