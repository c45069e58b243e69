"""How steep a model is: the norm of its input gradient over the rows, and a teacher's bound of it.

Everything is in standardised units. With one target the Jacobian is the input gradient, and its
spectral, Frobenius and Euclidean norms are the same number. Where rows have weights, means are weighted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smoothdistill_core import Measure, Metric, ScoringContext, TrainedTeacher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ROWS_AT_ONCE = 8_192
"""Gradients are compared and measured at so many rows at a time: numpy needs copies of what it is given."""


def blocks(count: int) -> Iterator[slice]:
    """Yield slices that together are so many rows."""
    return (slice(begin, begin + ROWS_AT_ONCE) for begin in range(0, count, ROWS_AT_ONCE))


def gradient_norms(context: ScoringContext) -> Array:
    """Return the Euclidean norm of the model's input gradient at each row: (n,)."""
    import numpy as np

    gradient = context.gradient()
    norms = np.empty(len(gradient))
    for rows in blocks(len(gradient)):
        with np.errstate(all="ignore"):
            norms[rows] = np.linalg.norm(gradient[rows], axis=1)
    return norms


class JacobianNorm(Metric):
    """The mean norm of the input Jacobian, E||J||, over the rows."""

    name = "jacobian_norm"
    direction = "lower"
    measures = Measure.SMOOTHNESS
    axis = "E‖J‖"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the mean; inf or nan where the gradient is."""
        import numpy as np

        with np.errstate(all="ignore"):
            return context.mean(gradient_norms(context))


class JacobianNormSquared(Metric):
    """The mean squared norm of the input Jacobian, E||J||^2: what the Jacobian penalty penalises."""

    name = "jacobian_norm_squared"
    direction = "lower"
    measures = Measure.SMOOTHNESS
    axis = "E‖J‖²"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the mean; inf or nan where the gradient is."""
        import numpy as np

        with np.errstate(all="ignore"):
            return context.mean(gradient_norms(context) ** 2)


class JacobianNormMax(Metric):
    """The largest norm of the input Jacobian over the rows: a lower bound of the Lipschitz constant."""

    name = "jacobian_norm_max"
    direction = "lower"
    measures = Measure.SMOOTHNESS
    axis = "max ‖J‖"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the maximum; inf or nan where the gradient is."""
        import numpy as np

        with np.errstate(all="ignore"):
            return float(np.max(gradient_norms(context)))


class SpectralNormProduct(Metric):
    """The product of the spectral norms of a teacher's layers: an upper bound of its Lipschitz constant."""

    name = "spectral_norm_product"
    direction = "lower"
    measures = Measure.SMOOTHNESS
    axis = "product of spectral norms"
    of = "teachers"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the teacher's bound; None for a formula, and for a teacher that knows none."""
        return context.model.lipschitz_bound() if isinstance(context.model, TrainedTeacher) else None


class GradientFidelity(Metric):
    """How well a formula's input gradient agrees with its teacher's: 1 - E||difference||^2 / E||teacher's||^2.

    1 for equal gradients; 0 for a formula that is constant. Gradients decide what a formula says of the
    effect of each input, which fidelity alone does not show.
    """

    name = "gradient_fidelity"
    direction = "higher"
    measures = Measure.FIDELITY
    axis = "gradient fidelity"
    of = "formulas"
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the agreement; None without a teacher to imitate. Of a flat teacher 1.0 if it is met, else 0.0."""
        import numpy as np

        if context.teacher_gradient is None:
            return None
        with np.errstate(all="ignore"):
            found, wanted = context.gradient(), context.teacher_gradient()
            each = np.ones(len(wanted)) if context.weights is None else context.weights
            missed = size = 0.0
            for rows in blocks(len(wanted)):
                missed += float(np.sum(each[rows, None] * (found[rows] - wanted[rows]) ** 2))
                size += float(np.sum(each[rows, None] * wanted[rows] ** 2))
            if size == 0.0 and np.isfinite(missed):
                return float(missed == 0.0)
            return 1.0 - missed / size if size > 0.0 else np.nan
