"""A region by condition gets a formula of its own, and the difference to the one for all rows is said."""

from __future__ import annotations

import json

import numpy as np
import pytest

from smoothdistill_core import DataError, ModelExplanation, ResultError
from smoothdistill_core.wording.numbers import number
from stand_ins.homes import price


def bend(X):
    return np.where(X["area"] > 100, 3 * X["area"], 40.0 * X["rooms"])


@pytest.fixture(scope="module")
def small(explain, homes):
    return explain(bend, homes, where="area <= 100")


def test_the_formula_of_a_region_is_what_the_model_does_there(small, homes):
    assert small.scores["r2"] > 0.99
    inside = homes[homes["area"] <= 100]
    np.testing.assert_allclose(small.predict(inside), bend(inside), rtol=0.05)
    assert small.region.rows == len(inside) == sum(small.rows.values())
    assert small.region.of == len(homes)


def test_the_sentence_says_how_it_differs_from_the_formula_for_all_rows(small):
    there = small.region.scores["r2"]
    assert there < 0.9
    assert f"on {small.rows['test']} rows where area <= 100, that it was not made from" in small.fidelity
    assert f"There the formula for all 160 rows would have R2 {number(there)} in place of " in small.fidelity
    assert "rooms has 100% of the importance in place of " in small.fidelity
    assert small.region.everywhere.region is None
    assert small.region.everywhere.importance()["area"] > 0.5


def test_where_the_model_is_the_same_everywhere_nothing_matters_more_or_less(explain, homes):
    line = explain(lambda X: 2.0 * X["area"], homes, where="rooms > 2")
    assert line.fidelity.endswith("No column matters much more or less there.")


def test_rows_that_differ_keep_their_numbers_in_x(small, homes):
    table = small.disagreement()
    np.testing.assert_allclose(homes["area"].iloc[table["row"]], table["area"])
    assert (table["area"] <= 100).all()


def test_json_keeps_the_region_and_the_formula_for_all_rows(small):
    again = ModelExplanation.from_dict(json.loads(json.dumps(small.to_dict(), allow_nan=False)))
    assert again == small
    assert again.fidelity == small.fidelity


def test_a_region_within_a_region_is_refused(small):
    said = small.to_dict()
    said["region"]["everywhere"] = small.to_dict()
    with pytest.raises(ResultError, match="is damaged: a region stands within a region"):
        ModelExplanation.from_dict(said)


def test_a_category_may_be_the_region_and_is_then_no_input(explain, homes):
    town = explain(price, homes, where="town = Kiel")
    assert not any("town" in name for name in town.formula.names)
    assert town.scores["r2"] > 0.8


def test_a_classifier_is_explained_in_a_region_too(explain, points):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression().fit(points, points[:, 0] + points[:, 1] > 0)
    part = explain(model, points, where="x2 > -0.5")
    assert part.scores["agreement"] > 0.9
    assert "There the formula for all 150 rows would have R2" in part.fidelity


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"where": "area > 198"}, r"the region where area > 198 has \d of the 160 rows, and .* needs 40; widen it"),
        ({"where": "area > 60 and twon = Ulm"}, "where, position 15: there is no column 'twon'; did you mean 'town'"),
        ({"where": "area > 60", "row": {"area": 1.0}}, "row= asks about one row, and where= about many"),
    ],
)
def test_what_is_no_region_is_refused_before_the_model_is_asked(explain, homes, options, message):
    def never(_):
        raise AssertionError

    with pytest.raises(DataError, match=message):
        explain(never, homes, **options)
