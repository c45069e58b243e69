"""Shared splits: prepared once for all processes, equal to the last digit, and gone when nobody needs them."""

import errno
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Formula, Registry, Study, Table, read_recipe, recipe_from_text
from smoothdistill_core.preparation import files, learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import SharedSplits, shared_splits

RNG = np.random.default_rng(0)
TABLE = Table(
    pd.DataFrame({"a": RNG.normal(size=50), "kind": ["p", "q", None, "r", "p"] * 10, "y": RNG.random(50)}), "y"
)
PREPARATION = learn(TABLE, Prepare(missing="impute", target="log1p"), 0)

PROCESS = """
import os, sys, time
from pathlib import Path
import pandas as pd
from smoothdistill_core import Table
from smoothdistill_core.preparation import Preparation, learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import SharedSplits

def prepare():
    with open(sys.argv[2], "a") as calls:
        calls.write("prepared\\n")
    time.sleep(0.5)
    return learn(Table(pd.DataFrame({"a": range(50), "y": range(50)}), "y"), Prepare(), 0)

if sys.argv[3] == "dies":
    Preparation.y = lambda self, part: os.kill(os.getpid(), 9)
split = SharedSplits(Path(sys.argv[1])).of("trial").get(prepare)
print(split.parts["test"].X.tolist())
"""
"""A process that asks for a split, and may die when half of the first part is written."""


@pytest.fixture
def process(tmp_path):
    def start(how="lives"):
        command = [sys.executable, "-c", PROCESS, tmp_path / "splits", tmp_path / "calls", how]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    return start


@pytest.fixture
def shared(tmp_path):
    return SharedSplits(tmp_path / "splits").of("trial")


def not_again():
    raise AssertionError("this split is there already")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("rows", [7, files.ROWS_AT_ONCE])
def test_what_is_shared_is_to_the_last_digit_what_is_prepared_in_memory(shared, rows, monkeypatch):
    monkeypatch.setattr(files, "ROWS_AT_ONCE", rows)
    found, expected = shared.get(lambda: PREPARATION), PREPARATION.split()
    assert found.facts == expected.facts
    assert list(found.parts) == list(expected.parts)
    for part, rows_of_part in expected.parts.items():
        assert found.parts[part].X.tobytes() == rows_of_part.X.tobytes()
        assert found.parts[part].y.tobytes() == rows_of_part.y.tobytes()
        assert found.parts[part].X.flags.c_contiguous


@pytest.mark.parametrize("law", [None, Formula.linear([0.1, -2.0], 1 / 3)])
def test_the_law_of_a_table_is_shared_with_its_rows(shared, law):
    table = Table(TABLE.frame.drop(columns="kind").assign(b=range(50)), "y", law=law)
    assert shared.get(lambda: learn(table, Prepare(), 0)).law == law
    assert shared.get(not_again).law == law


def test_a_split_is_prepared_once(shared):
    shared.get(lambda: PREPARATION)
    shared.get(not_again)


def test_nobody_can_change_what_is_shared(shared):
    rows = shared.get(lambda: PREPARATION).parts["train"]
    with pytest.raises(ValueError, match="read-only"):
        rows.X[0, 0] = 7.0
    own_X, own_y = rows.own()
    own_X[:] = own_y[:] = 7.0
    expected = PREPARATION.split().parts["train"]
    for again in (rows, shared.get(not_again).parts["train"]):
        np.testing.assert_array_equal(again.X, expected.X)
        np.testing.assert_array_equal(again.y, expected.y)


def test_of_two_processes_that_ask_at_once_one_prepares_and_the_other_waits(process, tmp_path):
    both = [process(), process()]
    first, second = (one.communicate(timeout=60)[0] for one in both)
    assert first == second
    assert first.startswith("[[")
    assert (tmp_path / "calls").read_text() == "prepared\n"


def test_of_a_preparation_that_is_killed_in_the_middle_nothing_is_used_and_nothing_stays(process, tmp_path):
    dies = process("dies")
    assert dies.communicate(timeout=60)[0] == ""
    assert dies.returncode != 0
    folder = tmp_path / "splits" / "trial"
    (left,) = (name for name in names(folder) if name != "lock")
    assert "test.X.npy" in names(folder / left / "ready")
    assert process().communicate(timeout=60)[0].startswith("[[")
    assert (tmp_path / "calls").read_text() == "prepared\n" * 2
    assert [name for name in names(folder) if name != "lock"] == ["ready"]


def test_who_waited_for_a_preparation_that_failed_prepares_itself(shared):
    def fails():
        raise DataError("the data changed")

    with ThreadPoolExecutor(2) as threads:
        failed, fine = threads.submit(shared.get, fails), threads.submit(shared.get, lambda: PREPARATION)
        assert len(fine.result().parts) == 3
        assert failed.exception() is None or str(failed.exception()) == "the data changed"


def test_a_full_disk_is_said_and_leaves_nothing_behind(shared, monkeypatch):
    def full(path, shape, blocks):
        path.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files, "_save", full)
        with pytest.raises(DataError) as caught:
            shared.get(lambda: PREPARATION)
    assert "trial: the prepared data cannot be kept there (OSError: [Errno 28] No space left on device)" in str(
        caught.value
    )
    assert "make room for another copy of the data" in str(caught.value)
    assert [name for name in names(shared.folder) if name != "lock"] == []
    assert shared.get(lambda: PREPARATION).facts == PREPARATION.facts


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "splits").write_text("a file")
    with pytest.raises(DataError, match="the prepared data cannot be kept there"):
        SharedSplits(tmp_path / "splits").of("trial").get(lambda: PREPARATION)


def test_a_split_goes_when_its_trial_is_done(shared, tmp_path):
    splits = SharedSplits(tmp_path / "splits")
    shared.get(lambda: PREPARATION)
    splits.of("other").get(lambda: PREPARATION)
    splits.drop(["trial", "never begun"])
    assert names(tmp_path / "splits") == ["other"]


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_run_begins_without_leftovers_and_leaves_none(tmp_path, in_memory):
    run = None if in_memory else tmp_path
    (tmp_path / "splits" / "killed").mkdir(parents=True)
    (tmp_path / "splits" / "killed" / "lock").touch()
    with shared_splits(run) as splits:
        folder = splits.of("trial").folder
        assert not folder.parent.exists()
        splits.of("trial").get(lambda: PREPARATION)
    assert not folder.parent.exists()


@pytest.mark.slow
def test_a_run_holds_the_splits_of_open_trials_only(small_recipe, tmp_path):
    registry = Registry()
    seen = []
    (tmp_path / "run").mkdir()

    def look(progress):
        folder = tmp_path / "run" / "splits"
        seen.append(len(names(folder)) if folder.exists() else 0)

    results = Study(read_recipe(small_recipe, registry), registry, tmp_path / "run").run(workers=1, progress=look)
    assert results.complete
    assert set(seen) == {0, 1}
    assert not (tmp_path / "run" / "splits").exists()


@pytest.mark.slow
def test_workers_are_given_what_the_plan_prepared(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text("a,y\n" + "\n".join(f"{number},{number**2}" for number in range(300)))
    registry = Registry()
    text = f"{{dataset: {{name: csv, path: {data}, target: y}}, teacher: {{name: mlp, epochs: 1}}, regularizer: none, "
    study = Study(recipe_from_text(text + "student: linear, trials: {seeds: 1}}", registry), registry)
    plan = study.plan()
    data.unlink()  # nobody can prepare it again
    with pytest.warns(RuntimeWarning, match="could not draw the answer on data: there is no file"):
        assert study.run(plan=plan, workers=1).complete
    assert plan.preparations == {}
