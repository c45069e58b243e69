"""`LinearStudent`: sparse ridge regression, the baseline that every formula has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Student

LARGEST_INPUT = 1e150
"""The squares of larger inputs are beyond what numbers can hold."""


class LinearStudent(Student):
    """Ridge regression on few inputs: those that a lasso takes and that cross-validation needs.

    Along the path of the lasso, from no input to all, ridge regression is fitted to the inputs that it takes, its
    strength chosen by generalised cross-validation. The answer has the fewest inputs whose squared error in five-fold
    cross-validation is above the least by no more than half a standard error of the difference, which is paired by
    rows, or by one percent of it. Shorter regressions, each better than those before it, are candidates as well.
    The folds are drawn by the task's seed.

    Where the target has two values, and the task brings the labels, it is logistic regression in the same way: on the
    inputs that the lasso takes for the labels, its strength and the number of inputs chosen by the log-loss in
    five-fold cross-validation.

    A target that has one value only (one row, for instance) gives that value, as a constant; one that no input helps
    to predict gives its mean.
    """

    name = "linear"
    weighs_rows = True
    revision = 2
    baseline = True
    libraries = ("numpy", "scikit-learn")

    inputs: Literal["few", "all"] = Field(
        "few",
        description="few: those that a lasso takes, as many as cross-validation needs; all: plain ridge regression",
    )
    strengths: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0),
        min_length=1,
        description="ridge penalties to choose from, for inputs of standard deviation 1",
    )

    def warm_up(self) -> None:
        """Search a few rows without any time."""
        from smoothdistill_core.searching import rehearse

        rehearse(self)

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return ridge regressions as sums of products, the shortest first; with ``inputs: all`` one.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses.
        """
        from threadpoolctl import threadpool_limits

        from smoothdistill_core.searching import best_constant, checked
        from smoothdistill_linear.logistic import log_odds_on_all_inputs, log_odds_on_few_inputs
        from smoothdistill_linear.regressions import on_all_inputs, on_few_inputs
        from smoothdistill_linear.rows import Rows

        task = checked(task, LARGEST_INPUT)
        constant = best_constant(task)
        if constant.is_exact:
            return [constant.candidate]
        heaviest = 1.0 if task.weights is None else float(task.weights.max())
        strengths = [min(max(strength / heaviest, 1e-200), 1e200) for strength in self.strengths]
        rows = Rows.of(task)
        if task.labels is not None:
            regressions = log_odds_on_all_inputs if self.inputs == "all" else log_odds_on_few_inputs
            with threadpool_limits(limits=1, user_api="blas"):
                fits = regressions(rows, task.labels, strengths, task.seed, task.deadline)
            return [rows.log_odds(*fit) for fit in fits]
        with threadpool_limits(limits=1, user_api="blas"):  # a sum that is split among threads rounds otherwise
            found = (
                on_all_inputs(rows, strengths)
                if self.inputs == "all"
                else on_few_inputs(rows, strengths, task.seed, task.deadline)
            )
        return [rows.candidate(coefficients) for coefficients in found]
