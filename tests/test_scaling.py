"""Units lead from standardised numbers to the data's own units and columns, and back."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, DistillationTask, Table
from smoothdistill_core.columns import Categories
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Feature, Scaling, widened

FRAME = pd.DataFrame(
    {
        "age": [20.0, 30.0, 40.0, 50.0] * 10,
        "origin": ["usa", "japan", "europe", "usa"] * 10,
        "smoker": ["no", "yes", "yes", "no"] * 10,
        "zylinder": [4, 6, 8, 4] * 10,
        "y": np.arange(40.0),
    }
)


def split():
    return prepare(Table(FRAME, "y", categorical=("zylinder",)), Prepare(), 0)


def test_standardised_targets_lead_back_to_the_data():
    plain = Scaling((), "y", "none", 10.0, 2.0)
    np.testing.assert_allclose(plain.restore(np.array([-1.0, 0.0, 1.5])), [8.0, 10.0, 13.0])
    logarithmic = Scaling((), "y", "log1p", 1.0, 0.5)
    np.testing.assert_allclose(logarithmic.restore(np.array([0.0, 2.0])), [np.e - 1, np.e**2 - 1])


@pytest.mark.parametrize("transform", ["none", "log1p"])
def test_targets_go_there_and_back(transform):
    scaling, target = Scaling((), "y", transform, 1.5, 0.5), np.array([0.0, 0.3, 7.0])
    np.testing.assert_allclose(scaling.restore(scaling.standardise(target)), target, atol=1e-15)


@pytest.mark.parametrize("transform", ["none", "log1p"])
def test_a_task_leads_to_the_data_s_own_units_but_for_a_logarithm_that_is_fitted(transform):
    found = prepare(Table(FRAME, "y"), Prepare(target=transform), 0)
    rows, scaling = found.parts["train"], found.facts.scaling
    X, y = DistillationTask(rows.X, rows.y, seed=0, scaling=scaling).in_own_units()
    assert set(X[:, 0]) <= {20.0, 30.0, 40.0, 50.0}
    np.testing.assert_allclose(y if transform == "none" else np.expm1(y), scaling.restore(rows.y))
    assert DistillationTask(rows.X, rows.y, seed=0).in_own_units() == (rows.X, rows.y)


def test_a_0_comes_back_as_0():
    rng = np.random.default_rng(0)
    zeros = rng.random((200, 30)) < 0.4
    frame = pd.DataFrame(np.where(zeros, 0.0, rng.lognormal(3.0, 2.0, (200, 30)))).add_prefix("x").assign(y=range(200))
    split = prepare(Table(frame, "y"), Prepare(), 0)
    raw = np.concatenate([split.facts.scaling.raw(rows.X) for rows in split.parts.values()])
    assert (raw == 0).sum() == zeros.sum()


def test_a_scaling_survives_as_json():
    features = (
        Feature("x", None, 0.1, 1 / 3, -1e-9, 7.0),
        Feature('größe = "1"', "a, b", 0.5, 0.5, 0.0, 1.0, reference="c"),
    )
    scaling = Scaling(features, "y", "log1p", 1e-17, 2.0)
    assert Scaling.from_json(scaling.to_json()) == scaling


def test_the_table_behind_standardised_inputs_is_the_one_they_came_from():
    scaling, X = split().facts.scaling, split().parts["train"].X
    frame = scaling.frame(X)
    assert list(frame.columns) == ["age", "origin", "smoker", "zylinder"]
    assert set(frame["origin"]) == {"usa", "japan", "europe"}
    assert set(frame["smoker"]) == {"no", "yes"}
    assert set(frame["zylinder"]) == {"4", "6", "8"}
    np.testing.assert_allclose(scaling.standardised(scaling.inputs(frame)), X, atol=1e-12)


def test_new_rows_are_read_by_the_names_of_their_columns():
    scaling = split().facts.scaling
    new = pd.DataFrame({"other": [1], "smoker": ["yes"], "origin": ["japan"], "zylinder": [6.0], "age": [31]})
    found = dict(zip(scaling.names, scaling.inputs(new)[0], strict=True))
    assert found["age"] == 31.0
    assert (found["[zylinder = 6]"], found["[zylinder = 8]"]) == (1.0, 0.0)
    assert (found["[origin = europe]"], found["[origin = japan]"]) == (0.0, 1.0)
    assert sum(name.startswith("[smoker") for name in found) == 1


@pytest.mark.parametrize("origin", ["usa", "mars"])
def test_a_category_that_training_never_saw_is_read_as_the_reference(origin):
    scaling = split().facts.scaling
    assert scaling.references["origin"] == "usa"
    found = dict(zip(scaling.names, scaling.inputs(FRAME.assign(origin=origin))[0], strict=True))
    assert found["[origin = japan]"] == found["[origin = europe]"] == 0.0
    assert set(scaling.frame(scaling.standardised(scaling.inputs(FRAME.assign(origin=origin))))["origin"]) == {"usa"}


def test_a_row_between_categories_is_of_the_nearest():
    features = tuple(Feature("town", name, 0.0, 1.0, 0.0, 1.0, reference="Rome") for name in ("Bonn", "Oslo"))
    rows = np.array([[0.0, 0.0], [0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [1.0, 0.0]])
    towns = Scaling(features, "y", "none", 0.0, 1.0).frame(rows)["town"]
    assert towns.tolist() == ["Rome", "Rome", "Bonn", "Oslo", "Bonn"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.rename(columns={"age": "Age"}), "no column 'age'; did you mean 'Age'"),
        (lambda frame: frame.assign(age=["x", *frame["age"][1:]]), "'age' holds 'x' in data row 1, where a number"),
        (lambda frame: frame.assign(age=[1.0, np.nan, *frame["age"][2:]]), "'age' is empty in 1 of 40 rows.*row 2"),
    ],
)
def test_rows_that_cannot_be_inputs_are_refused(change, message):
    with pytest.raises(DataError, match=message):
        split().facts.scaling.inputs(change(FRAME))


def test_the_box_is_a_little_wider_than_the_training_rows_but_not_for_indicators():
    scaling = split().facts.scaling
    box = dict(zip(scaling.names, scaling.box, strict=True))
    assert box["age"] == (17.0, 53.0)
    assert box["[zylinder = 6]"] == (0.0, 1.0)
    low, high = scaling.standardised_box[0]
    np.testing.assert_allclose(scaling.raw(np.full((1, len(scaling.features)), low))[0, 0], 17.0)
    assert low < split().parts["train"].X[:, 0].min() < split().parts["train"].X[:, 0].max() < high


@pytest.mark.parametrize(
    ("rows", "box"),
    [
        ((-4.0, 6.0), (-5.0, 7.0)),
        ((100.0, 120.0), (98.0, 122.0)),
        ((0.1, 20.1), (0.05, 22.1)),  # a concentration: a law may divide by it
        ((0.0, 10.0), (0.0, 11.0)),
        ((-20.1, -0.1), (-22.1, -0.05)),
        ((-10.0, 0.0), (-11.0, 0.0)),
        ((3.0, 3.0), (3.0, 3.0)),
    ],
)
def test_the_box_keeps_the_sign_of_an_input(rows, box):
    assert widened(*rows) == pytest.approx(box)


def test_inputs_outside_of_the_training_rows_are_found():
    scaling = split().facts.scaling
    age = scaling.names.index("age")
    new = scaling.inputs(FRAME.iloc[:3].assign(age=[scaling.features[age].high, 50.1, 19.0]))
    outside = scaling.outside(new)
    assert outside[:, age].tolist() == [False, True, True]
    assert not np.delete(outside, age, axis=1).any()


def test_categories_that_training_never_saw_are_found_by_row():
    scaling = split().facts.scaling
    every = range(len(scaling.features))
    assert scaling.unseen(FRAME, every) == {}
    assert scaling.unseen(FRAME.iloc[:2].assign(origin=["usa", "mars"]), every) == {"origin": {1: "mars"}}
    assert scaling.unseen(FRAME.iloc[:2].assign(origin=["mars", None]), [scaling.names.index("age")]) == {}


def test_truth_values_are_the_categories_that_they_were_read_as():
    frame = pd.DataFrame({"a": np.arange(40.0), "flag": [0, 1, 1, 0] * 10, "y": np.arange(40.0) % 7})
    scaling = prepare(Table(frame, "y", categorical=("flag",)), Prepare(), 0).facts.scaling
    truths = frame.assign(flag=frame["flag"].astype(bool))
    np.testing.assert_array_equal(scaling.inputs(truths), scaling.inputs(frame))
    assert scaling.unseen(truths, range(2)) == {}
    named = prepare(Table(truths, "y", categorical=("flag",)), Prepare(), 0).facts.scaling
    assert named.names == ["a", "[flag = True]"]
    np.testing.assert_array_equal(named.inputs(truths)[:, 1], frame["flag"])
    assert named.unseen(truths, range(2)) == {}


def test_gaps_are_filled_in_where_the_recipe_does_so_and_missing_where_they_may_be():
    features = (
        Feature("a", None, 0.0, 1.0, -1.0, 1.0, filling=0.5),
        Feature("town", "Bonn", 0.0, 1.0, 0.0, 1.0, "Rome", filling=0.0),
    )
    gaps = pd.DataFrame({"a": [None, 2.0], "town": ["Bonn", None]})
    np.testing.assert_array_equal(Scaling(features, "y", "none", 0, 1).inputs(gaps), [[0.5, 1.0], [2.0, 0.0]])
    bare = Scaling(tuple(replace(feature, filling=None) for feature in features), "y", "none", 0, 1)
    np.testing.assert_array_equal(bare.inputs(gaps, gaps=True), [[np.nan, 1.0], [2.0, np.nan]])
    np.testing.assert_array_equal(bare.inputs(gaps[["town"]].head(1), [1]), [[0.0, 1.0]])


def test_a_scaling_that_knows_declared_categories_can_be_kept_by_its_value():
    sizes = Categories(("S", "L"), ordered=True)
    known = {Scaling((), "y", "none", 0.0, 1.0, declared={"size": sizes}): "kept"}
    assert known[Scaling((), "y", "none", 0.0, 1.0, declared={"size": sizes})] == "kept"
    assert Scaling((), "y", "none", 0.0, 1.0) not in known
