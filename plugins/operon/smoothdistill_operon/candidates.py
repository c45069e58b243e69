"""From a task to candidates: what Operon is shown, what becomes of the trees that it finds, and the check of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Candidate, DataError, DistillationTask, Formula
from smoothdistill_operon.front import Member, front, member
from smoothdistill_operon.precision import check
from smoothdistill_operon.rows import drawn
from smoothdistill_operon.scaled_tree import ScaledTree
from smoothdistill_operon.search import Data, bred

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_operon.student import OperonStudent

    Array = NDArray[np.float64]

FIT_ROWS = 10_000
"""The constants of the trees that a search ends with are fitted on at most this many rows."""

CHECKED_ROWS = 256
"""Each formula is compared with Operon's own values on this many rows."""

FLAT = 1e-12
"""A target that varies by less than this share of its mean is a constant."""

EVEN = (1e-3, 1e3)
"""A target of this size is as it is to Operon; a smaller or larger one is standardised."""


def candidates(task: DistillationTask, student: OperonStudent) -> Sequence[Candidate]:
    """Return the best constant, and unless the target is one, the front that Operon finds."""
    shares = _shares(task)
    mean = float(shares @ task.y)
    spread = float(np.sqrt(shares @ (task.y - mean) ** 2))
    constant = Candidate(Formula.constant(mean), lambda X: np.full(len(X), mean))
    if spread <= FLAT * abs(mean):
        return [constant]
    found = front(list(_members(task, student, shares, mean, spread)), task.X, spread**2)
    return [constant, *(Candidate(each.formula, each.tree.predict) for each in found)]


def _members(
    task: DistillationTask, student: OperonStudent, shares: Array, mean: float, spread: float
) -> Iterator[Member]:
    """Yield what the search ends with, each tree as it was bred and with constants fitted once more."""
    X, y = task.X, task.y
    if not (EVEN[0] < spread < EVEN[1] and abs(mean) < EVEN[1] * spread):
        y = (y - mean) / spread
    seed = task.seed % 2**64
    searched = drawn(task.weights, len(X), student.search_rows, seed)
    trees = bred(X[searched], y[searched], student, seed, task.threads)
    if student.local_iterations:
        rows = drawn(task.weights, len(X), FIT_ROWS, seed)
        trees += Data(X[rows], y[rows]).fitted(trees)
    data = Data(X[:CHECKED_ROWS], y[:CHECKED_ROWS])
    for tree in trees:
        plain = ScaledTree.of(tree, data.columns)
        found = member(plain, X, task.y, shares)
        if found is not None:
            check(plain.formula, data.evaluated(tree), X[:CHECKED_ROWS])
            yield found


def _shares(task: DistillationTask) -> Array:
    """Return the weights as shares of 1; raise `DataError` where the task cannot be searched."""
    largest = np.finfo(np.float32).max
    if len(task.X) == 0:
        raise DataError("Operon needs at least one row")
    if not (np.abs(task.X) <= largest).all():
        raise DataError(f"Operon computes in single precision: the inputs must be finite, and at most {largest:.0e}")
    if not (np.abs(task.y) <= np.finfo(np.float64).max ** 0.25).all():
        raise DataError("the target must be finite, and not beyond 1e77: a teacher that diverged gives nan")
    if task.weights is None:
        return np.full(len(task.y), 1.0 / len(task.y))
    if not (np.isfinite(task.weights).all() and (task.weights >= 0).all() and task.weights.any()):
        raise DataError("the weights must be finite, not negative, and not all 0")
    shares = task.weights / task.weights.max()
    return np.asarray(shares / shares.sum())
