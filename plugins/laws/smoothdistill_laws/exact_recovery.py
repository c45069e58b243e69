"""`ExactRecovery`: whether a formula is the law, its constants as near as the noise in the data allows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import Field

from smoothdistill_core import Metric, ScoringContext
from smoothdistill_laws.options import Negligible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core import Formula
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

REMEMBERED = 64
"""Answers that are kept: a whole front is scored on one part of the data after the other, with the same answers."""

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
    negligible: Negligible = 1e-6

    def score(self, context: ScoringContext) -> float | None:
        """Return 1.0 or 0.0, the same on each part: it is the training rows that constants were fitted to."""
        from smoothdistill_laws.law_of_data import found_and_law

        known = found_and_law(context)
        if known is None:
            return None
        rows = _Rows(*(context.training or (context.X, context.y)))
        return float(_is_exact(self, *known, rows))


class _Rows(NamedTuple):
    """Rows of a part, standardised; equal where they are the same arrays, which nobody may change."""

    X: Array
    y: Array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self.X is other.X and self.y is other.y

    def __hash__(self) -> int:
        return hash((id(self.X), id(self.y)))


@lru_cache(maxsize=REMEMBERED)
def _is_exact(metric: ExactRecovery, found: Formula, law: Formula, scaling: Scaling, rows: _Rows) -> bool:
    """Compare a formula over standardised inputs with a law, over the range of the training part."""
    from smoothdistill_laws.law_of_data import in_own_units
    from smoothdistill_laws.recovery import is_recovered
    from smoothdistill_laws.standard_errors import StandardErrors

    formula, box = in_own_units(found, scaling)
    X, y = scaling.raw(rows.X), scaling.restore(rows.y)
    if not _has_noise(law.predict(X), y):
        return is_recovered(formula, law, box, metric.exact, metric.negligible)
    errors = StandardErrors(X, y, metric.tolerance, metric.standard_errors)
    return is_recovered(formula, law, box, metric.tolerance, metric.negligible, errors.allow)


def _has_noise(clean: Array, y: Array) -> bool:
    import numpy as np

    size = max(float(np.std(y)), float(np.abs(y).max()) * NO_NOISE)  # the target may be nearly constant
    return bool(np.sqrt(np.mean((clean - y) ** 2)) > NO_NOISE * size)
