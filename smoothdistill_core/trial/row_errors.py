"""How far a formula is off on each row, by which two formulas are compared: squared errors, or log-losses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula.likelihood import entropy, log_losses

Array = NDArray[np.float64]

BLOCKS = 256
"""Errors are kept of each validation row, or as their means over this many blocks of the rows, where there are more:
enough to compare two formulas row by row."""


def squared_errors(prediction: Array, y: Array, unit: float = 1.0) -> Array:
    """Return the squared errors (n,) of standardised predictions; ``unit`` is what one of theirs is counted as."""
    with np.errstate(over="ignore"):
        return np.asarray(((prediction - y) * unit) ** 2)


def log_loss_errors(log_odds: Array, labels: Array, training: Array, weights: Array | None = None) -> Array:
    """Return the log-losses (n,) of log-odds, in units of the mean that the share of 1 among ``training`` (m,) leaves.

    Where the training rows have ``weights`` (m,), it is the share of these.
    So they are on the scale of squared errors in units of the variance: a formula explains what it does not leave.
    """
    return log_losses(log_odds, labels) / entropy(float(np.average(training, weights=weights)))


def block_errors(errors: Array, weights: Array | None = None) -> tuple[float, ...]:
    """Return the errors (n,), or their means over `BLOCKS` blocks where there are more.

    Where rows have ``weights`` (n,), each error is times its weight, as a share of their mean: so the mean of what is
    returned is the weighted mean, and the difference of two formulas at a row counts as much as the row does.
    """
    with np.errstate(over="ignore"):
        errors = errors if weights is None else errors * (weights / weights.mean())
    return tuple(float(block.mean()) for block in np.array_split(errors, min(BLOCKS, len(errors))))
