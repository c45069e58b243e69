"""A search of lies keeps its time: what it has by then is the answer, and one that is done before is as without."""

import numpy as np

from smoothdistill_core import Deadline, DistillationTask
from smoothdistill_lies.student import LIESStudent

SMALL = {"base_epochs": 5, "oversampled_epochs": 3, "strong_epochs": 4, "epoch_steps": 20, "tries": 2}


def searched(seconds, **options):
    """Return the formulas of a task with a deadline, and whether it was cut."""
    X = np.random.default_rng(0).normal(size=(80, 2))
    task = DistillationTask(X, X[:, 0] + 0.5 * np.exp(X[:, -1]), seed=0, deadline=Deadline(seconds))
    found = LIESStudent(**{**SMALL, **options}).distil(task)
    return [str(candidate.formula) for candidate in found], task.deadline.cut


def test_a_deadline_ends_a_search_that_would_take_hours_with_what_it_has_reduced():
    found, cut = searched(3.0, tries=1_000)
    assert cut
    assert len(found) > 1


def test_a_search_that_ends_by_itself_is_not_cut():
    assert searched(1000.0) == (searched(float("inf"))[0], False)
