"""Datasets that are several targets of the same rows: one training for all, in a study that may go on later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Dataset, Registry, Study, Table, recipe_from_data
from smoothdistill_core.study.tasks import keys_of
from smoothdistill_smoothness.penalties import Jacobian


class OneOutput(Jacobian):
    """A penalty whose author did not think of several outputs."""

    name = "one_output"
    several_outputs = False


class Wave(Dataset):
    """One of two targets of the same 60 rows."""

    name = "wave"
    target: str
    left_out: int = 0
    rows: ClassVar[np.ndarray] = np.random.default_rng(0).normal(size=(60, 2))

    @property
    def label(self):
        return self.target

    @property
    def rows_of_targets(self):
        return "wave"

    def load(self):
        frame = pd.DataFrame(self.rows, columns=["a", "b"])
        y = {"sine": np.sin(frame["a"]), "sum": frame["a"] + frame["b"], "rises": frame["a"] > 0}[self.target]
        return Table(frame.assign(**{self.target: y}).iloc[self.left_out :], self.target)


MLP = {"name": "mlp", "hidden": [6], "epochs": 2}
FOREST = {"name": "forest", "n_estimators": 5}


def study(folder=None, datasets=(Wave(target="sine"), Wave(target="sum")), **more):  # noqa: B008 frozen
    said = {
        "name": "waves",
        "dataset": list(datasets),
        "teacher": MLP,
        "regularizer": {"name": "jacobian", "strength": [0.1, 0.3]},
        "student": "linear",
        "trials": {"seeds": 2},
        **more,
    }
    return Study(recipe_from_data(said, Registry(), "waves"), Registry(), folder)


def run(study):
    with ThreadPoolExecutor(1) as executor:
        return study.run(executor=executor, workers=1, progress=lambda progress: None)


def test_a_seed_has_one_training_whose_teachers_are_those_of_both_targets():
    plan = study().plan()
    assert [len(training.sweep) for training in plan.trainings] == [4, 4]
    first = plan.trainings[0]
    assert [target.trial.dataset.label for target in first.targets] == ["sine", "sum"]
    assert {target.trial.seed for target in first.targets} == {0}
    assert [trained.target for trained in first.sweep] == [0, 0, 1, 1]
    assert plan.notices == ()


def test_a_teacher_that_learns_two_targets_is_another_than_that_of_one():
    both, alone = study().plan(), study(datasets=[Wave(target="sine")]).plan()
    of_both = {key for training in both.trainings for key in keys_of(training)}
    assert len(of_both) == 8
    assert not of_both & {key for training in alone.trainings for key in keys_of(training)}
    searches = [{task.key for task in plan.distillations if not task.needs} for plan in (both, alone)]
    assert searches[1] < searches[0]  # what no teacher has a part in is the same


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"teacher": FOREST, "regularizer": "none"}, "the teacher 'forest' learns one target at a time"),
        ({"regularizer": {"name": OneOutput(), "strength": 0.1}}, "the penalty 'one_output' is for networks of one"),
        ({"prepare": {"screen": 1}}, "screening keeps the inputs that matter for each"),
        ({"datasets": [Wave(target="sine"), Wave(target="rises")]}, "the target 'rises' has two values"),
        (
            {"datasets": [Wave(target="sine"), Wave(target="sum", left_out=9)]},
            "'sine' and 'sum' have other rows or inputs",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_learnt_together_is_trained_once_a_target_and_that_is_said(more, why):
    made = study(**more)
    plan = made.plan()
    assert {len(training.targets) for training in plan.trainings} == {1}
    (notice,) = plan.notices
    assert notice.startswith("sine, ")
    assert "trained once for each, not together: " + why in notice
    assert notice in made.outlook().notices
    results = run(made)
    assert results.complete
    assert not results.failed
    assert notice in results.notes


def test_results_on_one_target_are_a_part_of_all():
    results = run(study())
    assert list(results.answers) == ["sine", "sum"]
    only = results.only("sum")
    assert list(only.answers) == ["sum"]
    assert {trial.dataset for trial in only.trials.values()} == {"sum"}
    assert only.answers["sum"].recommended.text == results.answers["sum"].recommended.text


def test_a_run_goes_on_with_the_same_networks(tmp_path):
    first = run(study(tmp_path / "run"))
    scores = {record.cell.key: record.scores for record in first.cells}
    more = run(study(tmp_path / "run", student=["linear", {"name": "linear", "inputs": "all"}]))
    assert more.complete
    assert not more.failed  # trained again they had the scores that they had before
    assert len(more.cells) > len(first.cells)
    for record in more.cells:
        assert scores.get(record.cell.key, record.scores) == record.scores


def test_a_metric_that_comes_later_scores_the_teachers_of_each_target(tmp_path):
    run(study(tmp_path / "run", keep="teachers", metric=["r2"]))
    results = run(study(tmp_path / "run", keep="teachers", metric=["r2", "jacobian_norm"]))
    assert results.complete
    for record in results.teachers.values():
        assert record.scores["test", "jacobian_norm"] > 0
