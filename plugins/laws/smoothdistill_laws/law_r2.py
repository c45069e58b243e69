"""`LawR2`: how near a model is to the law itself, without noise, within the range of the training rows or beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from smoothdistill_core import Metric, ScoringContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

POINTS = 1000
"""Points at which model and law are compared."""

LEAST_BEYOND = 0.001
"""Points that are less beyond a range are seldom drawn."""


class LawR2(Metric):
    """R2 against the law at inputs that are uniform in their range; the same on each part. None where no law is known.

    Beyond the range, at least one input of each point lies outside of it. Points where the law has no value do not
    count.
    """

    name = "law_r2"
    direction = "higher"
    needs_teacher = False
    beyond: Annotated[
        float,
        Field(
            ge=0,
            le=10,
            description="how far beyond the training range, as a share of it on each side; 0, or from 0.001 on",
        ),
    ] = 0.0

    @field_validator("beyond")
    @classmethod
    def _check_that_points_lie_beyond(cls, beyond: float) -> float:
        if 0.0 < beyond < LEAST_BEYOND:
            raise ValueError(f"beyond is 0, or at least {LEAST_BEYOND}, not {beyond:g}")
        return beyond

    def score(self, context: ScoringContext) -> float | None:
        """Return R2, which is not finite where the model has no value at some point."""
        import numpy as np

        if context.law is None or context.scaling is None:
            return None
        X = self._points(context.scaling)
        law = context.law.predict(X)
        X, law = X[np.isfinite(law)], law[np.isfinite(law)]
        features = context.scaling.features
        standardised = (X - [feature.mean for feature in features]) / [feature.scale for feature in features]
        with np.errstate(all="ignore"):
            errors = context.restore(context.model.predict(standardised)) - law
            return float(1.0 - np.mean(errors**2) / law.var()) if law.size and law.var() > 0 else None

    def _points(self, scaling: Scaling) -> Array:
        """Return the points (n, d) in the data's own units."""
        import numpy as np

        low, high = np.array([(feature.low, feature.high) for feature in scaling.features]).T
        width = high - low
        random = np.random.default_rng(0)
        if self.beyond == 0:
            return random.uniform(low, high, size=(POINTS, len(low)))
        ends = low - self.beyond * width, high + self.beyond * width
        found = np.empty((0, len(low)))
        while len(found) < POINTS:  # of one input a share of 2 beyond / (1 + 2 beyond) lies outside
            drawn = random.uniform(*ends, size=(POINTS, len(low)))
            found = np.concatenate((found, drawn[((drawn < low) | (drawn > high)).any(axis=1)]))
        return found[:POINTS]
