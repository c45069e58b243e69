"""From a task to candidates: what Operon is shown, what becomes of the trees that it finds, and the check of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Candidate, Deadline, DistillationTask
from smoothdistill_core.searching import as_shares, best_constant, checked, weights_of
from smoothdistill_operon.front import Member, member, with_and_without_poles
from smoothdistill_operon.precision import check
from smoothdistill_operon.rows import drawn
from smoothdistill_operon.scaled_tree import ScaledTree
from smoothdistill_operon.search import Data, bred
from smoothdistill_operon.searches import Search, searches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_operon.student import OperonStudent

    Array = NDArray[np.float64]

FIT_ROWS = 10_000
"""The constants of the trees that a search ends with are fitted on at most this many rows."""

BREEDING = 0.8
"""The share of a time limit in which trees are bred; then their constants are fitted."""

SHORTEST = 1.5
"""A second search is not begun with fewer seconds than this: Operon counts whole ones."""

CHECKED_ROWS = 256
"""Each formula is compared with Operon's own values on this many rows."""

LARGEST_INPUT = float(np.finfo(np.float32).max)
"""Operon computes in single precision."""

EVEN = (1e-3, 1e3)
"""A target of this size is as it is to Operon; a smaller or larger one is standardised."""


def candidates(task: DistillationTask, student: OperonStudent) -> Sequence[Candidate]:
    """Return the best constant, and unless the target is one, the front that Operon finds."""
    task = checked(task, LARGEST_INPUT)
    constant = best_constant(task)
    if constant.is_exact:
        return [constant.candidate]
    asked = searches(task, student)
    left = sum(search.generations for search in asked)
    found: list[Member] = []
    for search in asked:
        if found and task.deadline.left < SHORTEST:
            task.deadline.note_cut()
            break
        found += _members(task, student, search, task.deadline.part(BREEDING * search.generations / left))
        left -= search.generations
    best = with_and_without_poles(found, asked[0].seen.box)
    return [constant.candidate, *(each.candidate for each in best)]


def _members(task: DistillationTask, student: OperonStudent, search: Search, deadline: Deadline) -> Iterator[Member]:
    """Yield what a search ends with, each tree as it was bred and with constants fitted once more."""
    seen = search.seen
    X, target = seen.inputs(task.X), seen.target(task.y)
    constant = best_constant(replace(task, y=target))
    mean, spread = constant.value, constant.spread
    is_even = EVEN[0] < spread < EVEN[1] and abs(mean) < EVEN[1] * spread
    y = target if is_even else (target - mean) / spread
    seed = task.seed % 2**64
    searched = drawn(task.weights, len(X), student.search_rows, seed)
    trees = bred(X[searched], y[searched], student, search, seed, task.threads, deadline)
    if student.local_iterations:
        rows = drawn(task.weights, len(X), FIT_ROWS, seed)
        trees += Data(X[rows], y[rows]).fitted(trees, deadline)
    data = Data(X[:CHECKED_ROWS], y[:CHECKED_ROWS])
    weights = as_shares(weights_of(task))
    for tree in trees:
        plain = ScaledTree.of(tree, data.columns)
        found = member(plain, seen, X, target, weights)
        if found is not None and found.shown.inputs:  # the best constant is there already
            check(plain.formula, data.evaluated(tree), X[:CHECKED_ROWS])
            yield found
