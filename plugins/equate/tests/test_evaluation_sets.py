"""The evaluation sets are the same wherever they are made, and of held-out skeletons."""

import json

import numpy as np
import pytest

from smoothdistill_core.searching import fitted
from smoothdistill_equate.banned import FOLDER, held_out
from smoothdistill_equate.evaluation_sets import sets, sha256, tasks
from smoothdistill_equate.kinship import in_least_order
from smoothdistill_equate.program_of import program_of


@pytest.fixture(scope="module")
def made():
    return sets(), tasks()


def test_they_have_the_hash_that_was_committed(made):
    known = json.loads((FOLDER / "evaluation.json").read_text(encoding="utf-8"))
    assert [sha256(each) for each in made] == [known["sets"], known["tasks"]]
    assert sha256(made[0][1:]) != known["sets"]


def test_there_is_one_for_each_held_out_skeleton_and_a_task_for_some(made):
    drawn, searched = made
    assert len(drawn) == 2000
    assert len({one.skeleton for one in searched}) > 290
    known = set(held_out())
    assert all(in_least_order(one.skeleton) in known for one in (*drawn, *searched))
    assert sets(every=500)[1].y.tolist() == drawn[500].y.tolist()


def test_tasks_have_no_noise_and_a_third_of_the_sets_have(made):
    def errors(drawn):
        return np.array([fitted(program_of(one.skeleton), one.X, one.y, starts=24).error for one in drawn])

    assert np.median(errors(made[1][::6])) < 1e-12
    assert 0.2 < np.mean(errors(made[0][::20]) > 1e-7) < 0.6
