"""What a search of log-odds is shown where the target has two values: numbers for which least squares make sense."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Teacher
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.scaling import Scaling

Array = NDArray[np.float64]


def refused_loss(teacher: Teacher, scaling: Scaling) -> str:
    """Say that a teacher cannot train on a target of two values, and what would be right."""
    return (
        f"the target {scaling.target!r} has two values, for which a teacher needs the logistic loss, and the teacher "
        f"{teacher.name!r} has {', '.join(sorted(teacher.losses))} alone; name another, or say prepare: "
        "{target: none}, which fits the target as a number"
    )


def has_log_odds(facts: SplitFacts) -> bool:
    """Say whether formulas of a split are log-odds."""
    return facts.scaling.transform == "logit"


def farthest(rows: int) -> float:
    """Return the log-odds beyond which so many training rows tell nothing: those of one among twice as many rows."""
    return math.log(2.0 * rows + 1.0)


def clipped(log_odds: Array, rows: int) -> Array:
    """Return a teacher's log-odds, none beyond the `farthest`: those of sure rows would rule the squares of others."""
    most = farthest(rows)
    return np.clip(log_odds, -most, most)


def response(labels: Array, others: Array | None = None, weights: Array | None = None) -> Array:
    """Return in place of labels (n,) the working response of one step of likelihood, from the mean of all ``labels``.

    Where these have ``weights`` (n,), they count in it. With the mean p it is log(p / (1 - p)) + (y - p) / (p (1 - p))
    (McCullagh and Nelder, Generalized Linear Models, 1989). Squared errors of formulas of it are squared errors of
    formulas of the labels; the constants that likelihood wants are fitted afterwards. ``others`` are further labels
    that it is returned for in place of these.
    """
    p = float(np.clip(np.average(labels, weights=weights), 0.5 / len(labels), 1.0 - 0.5 / len(labels)))
    of = labels if others is None else others
    return np.asarray(math.log(p / (1.0 - p)) + (of - p) / (p * (1.0 - p)))
