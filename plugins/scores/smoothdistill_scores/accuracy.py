"""How near predictions are to a target: to the data or to the teacher (fidelity).

Where the target is fitted as a logarithm, the scores of the logarithm (r2, rmse_log, mae_log) stand beside those of the
target itself (r2_original, rmse, mae). Predictions that are not finite give a score that is not finite: they are never
dropped or clipped. Where rows have weights, every mean is weighted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core import Measure, Metric, ScoringContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def r2_score(y: Array, prediction: Array, weights: Array | None = None) -> float:
    """Return the coefficient of determination of ``prediction`` (n,) for ``y`` (n,), whose rows may have ``weights``.

    Where ``y`` is constant, the variance to explain is zero, and scikit-learn's convention holds: 1.0
    for a perfect prediction (here: up to rounding, 1e-12), else 0.0.
    """
    import numpy as np

    with np.errstate(all="ignore"):
        each = 1.0 if weights is None else weights
        residual = float(np.sum(each * (y - prediction) ** 2))
        if np.ptp(y) != 0:
            return float(1.0 - residual / np.sum(each * (y - np.average(y, weights=weights)) ** 2))
        if np.isnan(residual):
            return residual
        return float(np.allclose(prediction, y, rtol=1e-12, atol=1e-12))


def _errors(context: ScoringContext) -> Array | None:
    """Return prediction minus target (n,), in the data's own units; None of probabilities, which have none."""
    if context.log_odds is not None:
        return None
    return context.restore(context.prediction) - context.restore(context.y)


def _root_mean_square(errors: Array, context: ScoringContext) -> float:
    """Return the root of the mean square of errors (n,), whatever their size: no square is beyond all numbers, or 0."""
    import numpy as np

    exponent = int(np.frexp(np.abs(errors).max())[1])
    return float(np.ldexp(np.sqrt(context.mean(np.ldexp(errors, -exponent) ** 2)), exponent))


def _errors_of_logarithm(context: ScoringContext) -> Array | None:
    """Return log(1 + prediction) minus log(1 + target) (n,); None where the target is fitted as it is."""
    scaling = context.scaling
    if scaling is None or scaling.transform != "log1p":
        return None
    return (context.prediction - context.y) * scaling.scale


class R2(Metric):
    """R2 of the prediction against the data, on the prepared target: of its logarithm where it is fitted as one.

    Of a target with two values it is R2 of the probabilities, Brier's skill score.
    """

    name = "r2"
    direction = "higher"
    measures = Measure.ACCURACY
    axis = "R²"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return R2; of a constant target 1.0 if it is met, else 0.0."""
        return r2_score(context.y, context.prediction, context.weights)


class OriginalR2(Metric):
    """R2 of the prediction against the target itself, in its own units; None where `r2` is just that."""

    name = "r2_original"
    direction = "higher"
    measures = Measure.ACCURACY
    axis = "R² of the target itself"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return R2 after the transform is undone; -inf where a prediction overflows."""
        import numpy as np

        if context.scaling is None or context.scaling.transform != "log1p":
            return None
        with np.errstate(all="ignore"):
            return r2_score(context.restore(context.y), context.restore(context.prediction), context.weights)


class Fidelity(Metric):
    """R2 of a formula's prediction against its teacher's; None without a teacher to imitate."""

    name = "fidelity"
    direction = "higher"
    measures = Measure.FIDELITY
    axis = "fidelity R²"
    of = "formulas"
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return R2; of a constant teacher 1.0 if it is met, else 0.0."""
        if context.teacher_prediction is None:
            return None
        return r2_score(context.teacher_prediction, context.prediction, context.weights)


class RootMeanSquaredError(Metric):
    """The root of the mean squared error, in the data's own units; None of a target with two values."""

    name = "rmse"
    direction = "lower"
    measures = Measure.ACCURACY
    axis = "RMSE"
    unit = "units of the target"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the error; inf or nan where a prediction is."""
        import numpy as np

        with np.errstate(all="ignore"):
            errors = _errors(context)
            return None if errors is None else _root_mean_square(errors, context)


class MeanAbsoluteError(Metric):
    """The mean absolute error, in the data's own units; None of a target with two values."""

    name = "mae"
    direction = "lower"
    measures = Measure.ACCURACY
    axis = "MAE"
    unit = "units of the target"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the error; inf or nan where a prediction is."""
        import numpy as np

        with np.errstate(all="ignore"):
            errors = _errors(context)
            return None if errors is None else context.mean(np.abs(errors))


class RootMeanSquaredLogError(Metric):
    """The root of the mean squared error of log(1 + target); None where the target is not fitted as a logarithm."""

    name = "rmse_log"
    direction = "lower"
    measures = Measure.ACCURACY
    axis = "RMSE of log"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the error; inf or nan where a prediction is."""
        import numpy as np

        with np.errstate(all="ignore"):
            errors = _errors_of_logarithm(context)
            return None if errors is None else _root_mean_square(errors, context)


class MeanAbsoluteLogError(Metric):
    """The mean absolute error of log(1 + target); None where the target is not fitted as a logarithm."""

    name = "mae_log"
    direction = "lower"
    measures = Measure.ACCURACY
    axis = "MAE of log"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the error; inf or nan where a prediction is."""
        import numpy as np

        with np.errstate(all="ignore"):
            errors = _errors_of_logarithm(context)
            return None if errors is None else context.mean(np.abs(errors))
