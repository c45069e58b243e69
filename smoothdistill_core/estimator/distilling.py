"""`Distilling`: what both estimators do: have a study of the rows of a fit run, and keep its formulas.

What a study needs is imported by the first fit: who only sets up an estimator does not wait for it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Self

from sklearn.utils.validation import check_is_fitted

from smoothdistill_core.estimator.parameters import Parameters

if TYPE_CHECKING:
    from smoothdistill_core.components import Table
    from smoothdistill_core.estimator.columns import Columns
    from smoothdistill_core.results import Outcome


def begun() -> float:
    """Return the time, by the monotonic clock, at which a fit begins: when all that it needs is imported."""
    import smoothdistill_core.estimator.finding  # noqa: F401

    return time.monotonic()


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
        from smoothdistill_core.estimator.finding import found
        from smoothdistill_core.estimator.front import front_of

        fitted = found(self, table, columns, parameters, began, imitate=imitate, weights=weights)
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
        from smoothdistill_core.estimator.report import report_of

        check_is_fitted(self)
        return report_of(self.results_, self._outcome)
