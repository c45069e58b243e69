"""A table with several columns to predict is a dataset for each of them, in which the others are no inputs."""

import sqlite3

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, Registry, recipe_from_text
from smoothdistill_core.components import loaded
from smoothdistill_core.recipe import propose
from smoothdistill_datasets.csv_file import Csv
from smoothdistill_datasets.database import Database

REGISTRY = Registry()


@pytest.fixture
def path(tmp_path):
    rows = np.random.default_rng(0).uniform(1.0, 2.0, size=(60, 3)).round(3)
    frame = pd.DataFrame(rows, columns=["water", "sand", "age"])
    frame["slump"] = 10 * frame["water"]
    frame["flow"] = (30 * frame["water"] - frame["sand"]).where(frame.index != 7)
    path = tmp_path / "concrete.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_recipe_has_a_dataset_for_each_target_and_no_target_is_an_input(path):
    text = f"dataset: {{name: csv, path: {path}, target: slump, more_targets: [flow, age], rows_without_target: drop}}"
    datasets = recipe_from_text(text, REGISTRY).dataset
    assert [dataset.label for dataset in datasets] == ["concrete.slump", "concrete.flow", "concrete.age"]
    tables = [dataset.load() for dataset in datasets]
    assert [table.target for table in tables] == ["slump", "flow", "age"]
    assert [sorted(table.frame.columns) for table in tables] == [
        ["sand", "slump", "water"], ["flow", "sand", "water"], ["age", "sand", "water"],
    ]  # fmt: skip
    assert [len(table.frame) for table in tables] == [60, 59, 60]
    assert tables[1].notes == ("no inputs, but targets as well: slump, age", "1 of 60 rows left out: they have no flow")


def test_they_are_the_same_datasets_whichever_target_is_named_first(path):
    first = Csv(path=path, target="slump", more_targets=("flow",))
    second = Csv(path=path, target="flow", more_targets=("slump",))
    assert list(first.each_target()) == [first, second]
    assert first.rows_of_targets == second.rows_of_targets != ""
    assert Csv(path=path, target="slump", drop=("flow",)).rows_of_targets == ""
    other_rows = Csv(path=path, target="flow", more_targets=("slump",), drop=("sand",))
    assert other_rows.rows_of_targets != first.rows_of_targets


def test_one_target_is_the_dataset_itself(path):
    alone = Csv(path=path, target="slump")
    assert list(alone.each_target()) == [alone]
    assert alone.label == "concrete"


def test_a_table_of_a_database_may_have_several(path, tmp_path):
    with sqlite3.connect(tmp_path / "mix.db") as connection:
        pd.read_csv(path).to_sql("concrete", connection, index=False)
    given = Database(url=f"sqlite:///{tmp_path}/mix.db", table="concrete", target="slump", more_targets=("age",))
    assert [each.label for each in given.each_target()] == ["concrete.slump", "concrete.age"]
    assert "age" not in given.load().frame.columns


def test_the_units_of_all_targets_may_be_given(path):
    given = Csv(path=path, target="slump", more_targets=("age",), units={"slump": "cm", "age": "day", "water": "kg"})
    tables = [loaded(each) for each in given.each_target()]
    assert [table.units[table.target] for table in tables] == ["cm", "day"]


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"more_targets": ("flwo",)}, "more_targets names no column 'flwo'; did you mean 'flow'?"),
        ({"more_targets": ("flow",), "drop": ("flow",)}, "column 'flow' is in more_targets and also in drop"),
        ({"more_targets": ("age",), "categorical": ("age",)}, "column 'age' is in more_targets and also in categoric"),
        ({"more_targets": ("flow",), "target": "flow"}, "'flow' is a target twice; name each column once"),
    ],
    ids=["unknown", "dropped", "categorical", "twice"],
)
def test_what_cannot_be_is_said(path, options, wrong):
    with pytest.raises((DataError, ValidationError), match=wrong.replace("?", r"\?")):
        Csv(**{"path": path, "target": "slump", **options}).load()


def test_a_proposal_tells_what_all_targets_hold(path):
    proposed = propose(REGISTRY, str(path), "slump", {}, ["flow"])
    text = proposed.text(path.parent)
    assert "The targets: slump, numbers, " in text
    assert "; flow, numbers, " in text
    assert "# 1 row has no flow, and is left out." in text
    assert "target: slump, more_targets: [flow], rows_without_target: drop}" in text
    assert text.startswith("#")
    assert "name: concrete\n" in text
    inputs = text.partition("# Inputs:\n")[2].partition("name:")[0]
    assert [line.split()[1] for line in inputs.splitlines()] == ["water", "sand", "age"]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [(["nothing"], "more_targets names no column 'nothing'"), (["kind"], "target 'kind' holds text"),
     (["same"], "target 'same' is 1 in every row")],
    ids=["unknown", "text", "constant"],
)  # fmt: skip
def test_each_target_has_to_be_one(path, more, wrong):
    frame = pd.read_csv(path).assign(same=1.0)
    frame["kind"] = ["wet", "dry", "stiff"] * 20
    frame.to_csv(path, index=False)
    with pytest.raises(DataError, match=wrong):
        propose(REGISTRY, str(path), "slump", {}, more)
