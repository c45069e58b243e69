"""`Distilling`: what both estimators do: have a study of the rows of a fit run, and keep its formulas.

What a study needs is imported by the first fit: who only sets up an estimator does not wait for it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Self

from sklearn.utils.validation import check_is_fitted

from smoothdistill_core.estimator.parameters import Parameters

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.components import Table
    from smoothdistill_core.estimator.columns import Columns
    from smoothdistill_core.estimator.fitting import Fitted
    from smoothdistill_core.results import Outcome


def begun() -> float:
    """Return the time, by the monotonic clock, at which a fit begins: when all that it needs is imported."""
    import smoothdistill_core.estimator.finding  # noqa: F401

    return time.monotonic()


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
        from smoothdistill_core.estimator.finding import found

        results, fitted = found(self, tables, columns, parameters, began, imitate=imitate, weights=weights)
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
            from smoothdistill_core.formulas import Formulas

            self.formula_ = Formulas(explanations)
            self.teacher_ = dict(zip(self.formula_, teachers, strict=True))
        return self

    def report(self) -> str:
        """Return what was found, from what, and beside what, as text for people."""
        from smoothdistill_core.estimator.report import report_of

        check_is_fitted(self)
        reports = [report_of(each.results, of) for each, of in zip(self._fitted, self._outcomes, strict=True)]
        return "\n\n".join(reports if len(reports) == 1 else [str(self.formula_), *reports])


def _fronts(fitted: Sequence[Fitted]) -> pd.DataFrame:
    """Return the front, and where there are several targets those of all, each line with its target."""
    import pandas as pd

    from smoothdistill_core.estimator.front import front_of

    fronts = [front_of(each.answer) for each in fitted]
    if len(fronts) == 1:
        return fronts[0]
    for front, each in zip(fronts, fitted, strict=True):
        front.insert(0, "target", each.outcome.scaling.target)
    return pd.concat(fronts, ignore_index=True)
