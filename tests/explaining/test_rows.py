"""One row is explained by a formula for what the model does around it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, ModelExplanation
from stand_ins.homes import price

ROW = {"area": 100.0, "rooms": 3, "town": "Kiel"}


def curve(X):
    return X[:, 0] ** 2 + X[:, 1]


def test_around_a_row_a_curve_is_a_line_with_the_curves_own_slope(explain, points):
    local = explain(curve, points, row=np.array([1.5, 0.0, 0.0]), radius=0.1)
    assert local.scores["r2"] > 0.99
    slopes = local.formula.formula.gradient(np.array([[1.5, 0.0, 0.0]]))[0]
    by_input = dict(zip(local.formula.names, slopes, strict=True))
    assert by_input == pytest.approx({"x0": 3.0, "x1": 1.0, "x2": 0.0}, abs=0.1)
    assert local.around.model == pytest.approx((2.25,))
    assert local.around.formula == pytest.approx((2.25,), abs=0.02)


@pytest.fixture(scope="module")
def local(explain, homes):
    return explain(price, homes, row=ROW, queries=300, radius=0.2)


def test_queries_lie_around_the_row_and_the_sentence_says_so(local):
    assert "on 90 queries around the row, at a distance of about 0.2 standard deviations" in local.fidelity
    shown = local.portrait().inputs["area"]
    assert abs(np.mean(shown) - 100) < 5
    assert 5 < np.std(shown) < 20
    assert local.scores["r2"] > 0.99  # the largest homes, which are otherwise, are far away


def test_json_keeps_the_row(local):
    again = ModelExplanation.from_dict(json.loads(json.dumps(local.to_dict(), allow_nan=False)))
    assert again == local
    assert again.around.row == ROW


def test_a_row_outside_of_the_data_is_explained_and_the_notes_say_so(explain, homes):
    far = explain(price, homes, row={**ROW, "area": 900.0}, queries=100)
    assert far.notes[0] == "the row lies outside of X (area = 900): there the model may do anything"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**ROW, "town": "Rome"}, "the row has town = Rome, which no row of X has"),
        ({**ROW, "area": np.nan}, "the row has no number in column 'area'; fill it in"),
        ({"area": 1.0, "room": 3}, "the row has no column 'rooms'; did you mean 'room'"),
        ({"area": 1.0, "room": 3, "town": "Kiel"}, "the row has no column 'rooms'; did you mean 'room'"),
        ([[1, 2, 3], [1, 2, 3]], "row= is one row, and 2 were given"),
        ([1, 2], "the rows have 2 columns, and fit saw 3"),
    ],
)
def test_what_is_no_row_of_the_data_is_refused(explain, homes, row, message):
    with pytest.raises(DataError, match=message):
        explain(price, homes, row=row)


def test_a_number_that_is_one_of_two_becomes_the_other_and_whole_numbers_stay_whole(explain):
    rng = np.random.default_rng(0)
    homes = pd.DataFrame({"sold": rng.integers(0, 2, 200), "rooms": rng.integers(1, 5, 200), "x": rng.normal(size=200)})
    local = explain(lambda frame: 5 * frame["sold"] + frame["rooms"] + frame["x"], homes, row=homes.iloc[0], radius=0.5)
    shown = local.portrait().inputs
    assert set(shown["sold"]) == {0.0, 1.0}
    assert len(set(shown["rooms"])) > 2
    assert all(float(rooms).is_integer() for rooms in shown["rooms"])
    assert set(local.importance()) == {"sold", "rooms", "x"}
    assert local.scores["r2"] > 0.999


def test_a_radius_has_a_length(explain, homes):
    with pytest.raises(DataError, match="radius=0 and queries=2000 have to be above 0"):
        explain(price, homes, row=ROW, radius=0)


def test_around_a_row_where_the_model_is_constant_there_is_nothing_to_explain(explain, homes):
    with pytest.raises(DataError, match=r"the model is constant, 1 at all 50 rows: .* a larger radius"):
        explain(lambda frame: 1.0 + (frame["area"] > 150), homes, row=ROW, radius=0.1, queries=50)
