"""The check of a task: what no search can work with is refused before it begins, in words that say what would do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.errors import DataError
from smoothdistill_core.searching.constant import FLAT
from smoothdistill_core.searching.weights import weights_of

if TYPE_CHECKING:
    from smoothdistill_core.components import DistillationTask

LARGEST_TARGET = 1e77
"""The sum of the squares of larger targets, and the square of that, would be beyond what numbers can hold."""

LEAST_REACH = 1e-151
"""The squares of the deviations of a target that varies by less than this lose their digits, or are 0."""


def checked(task: DistillationTask, largest_input: float = float(np.finfo(np.float64).max)) -> DistillationTask:
    """Return a task with which a search can work: the same, without its rows of weight 0.

    Such rows play no part, whatever stands in them. Raises `DataError` where there are no rows or arrays whose shapes
    do not fit, for inputs that are not finite or larger than ``largest_input`` (that of a library which computes in
    single precision, for example), for targets that are not finite, too large to be squared or vary too little for
    that, and for weights as `weights_of` does.
    """
    if task.X.ndim != 2 or task.y.shape != (len(task.X),):
        raise DataError(f"a task needs X of shape (n, d) and y of shape (n,), not {task.X.shape} and {task.y.shape}")
    if len(task.X) == 0:
        raise DataError("a search needs at least one row, and there is none")
    counts = weights_of(task) > 0.0
    if task.weights is not None and not counts.all():
        labels = None if task.labels is None else task.labels[counts]
        task = replace(task, X=task.X[counts], y=task.y[counts], labels=labels, weights=task.weights[counts])
    if not np.isfinite(task.X).all():
        raise DataError("the inputs must be finite; remove or fill in the rows where they are not")
    if not (np.abs(task.X) <= largest_input).all():
        raise DataError(f"this search takes no input beyond {largest_input:.0e}; scale the inputs")
    if not (np.abs(task.y) <= LARGEST_TARGET).all():
        raise DataError(
            f"the target must be finite, and not beyond {LARGEST_TARGET:.0e}: a teacher that diverged gives nan"
        )
    reach = float(np.ptp(task.y))
    if FLAT * float(np.abs(task.y).max()) < reach < LEAST_REACH:
        raise DataError(f"the target varies by no more than {reach:.6g}, too little to be squared; use a smaller unit")
    return task
