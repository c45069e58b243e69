"""A schedule: what sets a penalty's strength anew after each epoch of one training, from how that goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """How a training goes, as it is after epoch ``number`` (from 1) of ``of``.

    ``error`` is the mean squared error on training rows, standardised, and ``penalty`` that of the regularizer there,
    without the strength; ``error_slope`` and ``penalty_slope`` are the norms of their gradients in the network's
    parameters. ``validation_error`` is that on the validation rows, and ``lowest_validation_error`` the lowest up to
    now; ``agreement`` is the cosine of the angle between the gradients of validation error and penalty: above 0, less
    of the penalty is less of the error. These three are None where there are no validation rows. Large data are
    represented by some of their rows.
    """

    number: int
    of: int
    error: float
    penalty: float
    error_slope: float
    penalty_slope: float
    validation_error: float | None = None
    lowest_validation_error: float | None = None
    agreement: float | None = None


Schedule = Callable[[float, Epoch], float]
"""Takes the strength of the epoch that is over, and how the training goes; returns the strength of the next."""
