"""`LinearStudent`: ridge regression, the baseline that every formula has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from smoothdistill_core import Candidate, DataError, DistillationTask, Student
from smoothdistill_core.errors import one_line


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

        Raises `DataError` where there are no rows, numbers that are not finite or only weights of 0.
        """
        import numpy as np
        from sklearn.dummy import DummyRegressor
        from sklearn.linear_model import RidgeCV

        from smoothdistill_core.formula import Formula

        counted = slice(None) if task.weights is None else np.asarray(task.weights) != 0
        X, y = task.X[counted], task.y[counted]
        weights = None if task.weights is None else task.weights[counted]
        flat = len(y) > 0 and np.ptp(y) == 0
        model = DummyRegressor(strategy="constant", constant=y[0]) if flat else RidgeCV(alphas=list(self.strengths))
        try:
            model.fit(X, y, sample_weight=weights)
        except ValueError as error:
            raise DataError(
                f"ridge regression cannot be fitted here ({one_line(error)}): it needs finite numbers (a teacher "
                "that diverged gives nan) and at least one row whose weight is not 0"
            ) from error
        if flat:
            formula = Formula.constant(float(y[0]))
        else:
            formula = Formula.linear([float(coefficient) for coefficient in model.coef_], float(model.intercept_))
        return [Candidate(formula, model.predict)]
