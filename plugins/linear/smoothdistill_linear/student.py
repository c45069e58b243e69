"""`LinearStudent`: ridge regression, the baseline that every formula has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Student

LARGEST_INPUT = 1e150
"""The squares of larger inputs are beyond what numbers can hold."""


class LinearStudent(Student):
    """Ridge regression; its strength is chosen by generalised cross-validation on the task's rows.

    A target that has one value only (one row, for instance) gives that value, as a constant.
    """

    name = "linear"
    baseline = True
    libraries = ("numpy", "scikit-learn")

    strengths: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0),
        min_length=1,
        description="ridge penalties to choose from",
    )

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the one ridge regression, as a sum of products.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses.
        """
        from sklearn.linear_model import RidgeCV

        from smoothdistill_core.formula import Formula
        from smoothdistill_core.searching import best_constant, checked

        task = checked(task, LARGEST_INPUT)
        constant = best_constant(task)
        if constant.is_exact:
            return [constant.candidate]
        model = RidgeCV(alphas=list(self.strengths))
        model.fit(task.X, task.y, sample_weight=task.weights)
        formula = Formula.linear([float(coefficient) for coefficient in model.coef_], float(model.intercept_))
        return [Candidate(formula, model.predict)]
