"""Tells smoothdistill of the built-in metrics."""

from __future__ import annotations

from smoothdistill_core import Metric, hookimpl
from smoothdistill_scores.accuracy import R2, Fidelity, MeanAbsoluteError, RootMeanSquaredError
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
        Fidelity,
        RootMeanSquaredError,
        MeanAbsoluteError,
        Complexity,
        GradientFidelity,
        JacobianNorm,
        JacobianNormSquared,
        JacobianNormMax,
        SpectralNormProduct,
    ]
