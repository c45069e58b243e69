"""The log-loss of log-odds: how far a probability is from the 0 or 1 that came, and its best factor and offset."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEPS = 30
"""Newton's method takes so many steps at most; it ends with the one that changes nothing."""

CONVERGED = 1e-9


def probability(log_odds: Array) -> Array:
    """Return 1 / (1 + exp(-log_odds)), whatever shape they have."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def log_losses(log_odds: Array, y: Array) -> Array:
    """Return -y log(p) - (1 - y) log(1 - p) (n,) of the log-odds (n,) of p, for 0 and 1 or what lies between (n,)."""
    return np.asarray(np.logaddexp(0.0, log_odds) - y * log_odds)


def entropy(share: float) -> float:
    """Return the least mean log-loss of one probability for all rows, of which 1 has a ``share`` between 0 and 1."""
    return -float(share * np.log(share) + (1.0 - share) * np.log(1.0 - share))


def smoothed(labels: Array, weights: Array | None = None) -> Array:
    """Return in place of 0 and 1 what a fit may aim at without end: the means of classes that one row more is added to.

    ``weights`` (n,), of mean 1, say how many rows each counts as. The means are (n1 + 1) / (n1 + 2) for 1 and
    1 / (n0 + 2) for 0 (Platt 1999): of classes that an input separates, log-odds would else grow until numbers end.
    """
    counts = np.ones(len(labels)) if weights is None else weights
    ones = float(counts @ labels)
    zeros = float(counts.sum()) - ones
    return np.where(labels > 0.5, (ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0))


def factor_and_offset(values: Array, y: Array, weights: Array) -> tuple[float, float]:
    """Return a and b of the log-odds a * values + b that make the weighted log-loss least, by Newton's method.

    ``values``, ``y`` and ``weights`` are (n,). The factor is 1 where the values do not vary.
    """
    weights = weights / weights.sum() if weights.any() else weights
    centre = float(weights @ values)
    unit = float(np.sqrt(weights @ (values - centre) ** 2))
    varies = unit > CONVERGED * float(np.abs(values).max(initial=0.0))
    columns = np.column_stack([(values - centre) / unit if varies else np.zeros(len(values)), np.ones(len(values))])
    mean = float(np.clip(weights @ y, 1e-12, 1.0 - 1e-12))
    found = np.array([0.0, np.log(mean) - np.log1p(-mean)])
    least = float(weights @ log_losses(columns @ found, y))
    for _ in range(STEPS):
        p = probability(columns @ found)
        slope = columns.T @ (weights * (p - y))
        curvature = (columns * (weights * np.maximum(p * (1.0 - p), 1e-12))[:, None]).T @ columns
        curvature[0, 0] += 0.0 if varies else 1.0
        step = np.linalg.solve(curvature + 1e-12 * np.eye(2), slope)
        while (loss := float(weights @ log_losses(columns @ (found - step), y))) > least and np.abs(step).max() > 1e-12:
            step = step / 2.0
        if not loss < least * (1.0 - CONVERGED):
            break
        found, least = found - step, loss
    if not varies:
        return 1.0, float(found[1]) - centre
    return float(found[0] / unit), float(found[1] - found[0] * centre / unit)
