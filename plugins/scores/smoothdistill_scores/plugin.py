"""Tells smoothdistill of the built-in metrics."""

from __future__ import annotations

from smoothdistill_core import Metric, hookimpl
from smoothdistill_scores.accuracy import (
    R2,
    Fidelity,
    MeanAbsoluteError,
    MeanAbsoluteLogError,
    OriginalR2,
    RootMeanSquaredError,
    RootMeanSquaredLogError,
)
from smoothdistill_scores.probabilities import Accuracy, AreaUnderCurve, ExplainedLogLoss, LogLoss
from smoothdistill_scores.size import Complexity
from smoothdistill_scores.smoothness import (
    GradientFidelity,
    JacobianNorm,
    JacobianNormMax,
    JacobianNormSquared,
    SpectralNormProduct,
)


@hookimpl
def smoothdistill_metrics() -> list[type[Metric]]:
    """Return the metrics of accuracy, fidelity, size and smoothness."""
    return [
        R2,
        OriginalR2,
        Fidelity,
        RootMeanSquaredError,
        MeanAbsoluteError,
        RootMeanSquaredLogError,
        MeanAbsoluteLogError,
        LogLoss,
        ExplainedLogLoss,
        AreaUnderCurve,
        Accuracy,
        Complexity,
        GradientFidelity,
        JacobianNorm,
        JacobianNormSquared,
        JacobianNormMax,
        SpectralNormProduct,
    ]
