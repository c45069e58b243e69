"""`hints`: what the hidden layers of a teacher say, in as many directions as a student's layer can follow (FitNets)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import DataError, TrainedTeacher
from smoothdistill_core.searching import as_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_layerwise.student import LayerwiseStudent

    Array = NDArray[np.float64]

DEPTH = 2
"""Hidden layers of a student whose teacher shows none to go by, or that has no teacher."""

DEEPEST = 4
"""A student has no more hidden layers than this by itself: formulas get too long."""


def depth_and_activations(
    teacher: TrainedTeacher | None, X: Array, student: LayerwiseStudent
) -> tuple[int, tuple[Array, ...]]:
    """Return the student's number of hidden layers, and the teacher's activations (n, units) that it learns from."""
    activations = None if teacher is None else teacher.activations(X)
    if not activations:
        return student.layers or DEPTH, ()
    depth = student.layers or min(len(activations), DEEPEST)
    return depth, _matched(activations, depth) if student.hint_weight > 0.0 else ()


def hints(activations: Sequence[Array], weights: Array, widths: Sequence[int], variance: float) -> tuple[Array, ...]:
    """Return each layer's hint (n, width): its leading directions, in units of the spread of the whole layer.

    They hold the share ``variance`` of the layer's variance, and are no more than the student's layer has units: the
    hint's own variance is 1 at most. The rows' ``weights`` (n,) decide what varies. Raises `DataError` for activations
    that are not finite.
    """
    return tuple(
        _leading(layer, as_shares(weights), width, variance) for layer, width in zip(activations, widths, strict=True)
    )


def _matched(activations: Sequence[Array], depth: int) -> tuple[Array, ...]:
    """Return for each of ``depth`` layers the teacher's layer at the same part of the way; the last for the last."""
    return tuple(activations[math.ceil((layer + 1) * len(activations) / depth) - 1] for layer in range(depth))


def _leading(layer: Array, rows: Array, width: int, variance: float) -> Array:
    if not np.isfinite(layer).all():
        raise DataError("the teacher's hidden layers are not finite: it diverged; train it with a lower learning rate")
    centred = layer - rows @ layer
    values, directions = np.linalg.eigh((centred.T * rows) @ centred)
    values, directions = np.maximum(values[::-1], 0.0), directions[:, ::-1]
    if not values.any():
        return np.zeros((len(layer), 1))
    shares = np.cumsum(values) / values.sum()
    kept = min(width, int(np.searchsorted(shares, variance)) + 1, len(values))
    projected: Array = centred @ directions[:, :kept] / np.sqrt(values.sum())
    return projected
