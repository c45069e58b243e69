"""`ExactRecovery`: whether a formula is the law, its constants as near as the noise in the data allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from smoothdistill_core import Metric, ScoringContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NO_NOISE = 1e-9
"""Residuals of the law below this share of the target's standard deviation are rounding."""


class ExactRecovery(Metric):
    """1 where a formula has the law's structure, and its constants as exactly as the data tell them, else 0.

    None where no law is known, and for a teacher.
    """

    name = "exact_recovery"
    direction = "higher"
    of = "formulas"
    needs_teacher = False
    exact: Annotated[
        float, Field(gt=0, lt=0.01, description="how far constants may be off where the data have no noise, relative")
    ] = 1e-6
    tolerance: Annotated[
        float, Field(gt=0, lt=0.5, description="how far constants may be off where the data have noise, relative")
    ] = 0.01
    standard_errors: Annotated[
        float,
        Field(ge=0, description="with noise, a constant may be so many of its standard errors off if that is more"),
    ] = 3.0
    negligible: Annotated[
        float, Field(ge=0, lt=0.1, description="terms below this share of their sum's spread count as none")
    ] = 1e-6

    def score(self, context: ScoringContext) -> float | None:
        """Return 1.0 or 0.0, the same on each part: it is the training rows that constants were fitted to."""
        from smoothdistill_core.explanation import Explanation
        from smoothdistill_core.formula import Formula
        from smoothdistill_laws.recovery import is_recovered
        from smoothdistill_laws.standard_errors import StandardErrors

        if context.law is None or context.scaling is None or not isinstance(context.model, Formula):
            return None
        formula = Explanation.of(context.model, context.scaling).formula
        box = tuple((feature.low, feature.high) for feature in context.scaling.features)
        rows, target = context.training or (context.X, context.y)
        X, y = context.scaling.raw(rows), context.restore(target)
        if not _has_noise(context.law.predict(X), y):
            return float(is_recovered(formula, context.law, box, self.exact, self.negligible))
        errors = StandardErrors(X, y, self.tolerance, self.standard_errors)
        return float(is_recovered(formula, context.law, box, self.tolerance, self.negligible, errors.allow))


def _has_noise(clean: Array, y: Array) -> bool:
    import numpy as np

    size = max(float(np.std(y)), float(np.abs(y).max()) * NO_NOISE)  # the target may be nearly constant
    return bool(np.sqrt(np.mean((clean - y) ** 2)) > NO_NOISE * size)
