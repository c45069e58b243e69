"""A model that gives several numbers a row has a formula for each, of whatever kind it is."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from smoothdistill_core import DataError, ModelExplanation, ResultError


def both(X):
    """Return two numbers a row, the second a thousand times as large."""
    return np.column_stack([X[:, 0], 1000.0 * (X[:, 1] - X[:, 2])])


@pytest.fixture(scope="module")
def explained(explain, points):
    return explain(both, points, outputs=["length", "mass"])


def test_each_number_has_a_formula_with_its_name(explained, points):
    assert list(explained.formulas) == ["length", "mass"]
    assert str(explained.formulas["mass"]).startswith("mass = ")
    np.testing.assert_allclose(explained.predict(points), both(points), atol=10)
    assert list(explained.importance("length")) == ["x0"]
    assert "mass" in explained.export("python", "mass")


def test_the_formulas_of_all_numbers_stand_side_by_side(explained):
    length, mass, *_ = str(explained).splitlines()
    assert length.startswith("length = ")
    assert mass.startswith("mass = ")


def test_in_a_region_too_units_of_one_number_do_not_drown_another(explain, points):
    part = explain(both, points, where="x2 > -0.5")
    assert part.region.scores["spread"] == pytest.approx(1.0)


def test_units_of_one_number_do_not_drown_another(explained):
    assert explained.scores["spread"] == pytest.approx(1.0)
    assert 0.99 < explained.scores["least_r2"] <= explained.scores["r2"]
    assert "of the model's variation, on average, on 45 rows" in explained.fidelity
    assert "in standard deviations of each output" in explained.fidelity


def test_the_least_score_is_that_of_the_number_that_is_worst(explain, points):
    def one_is_chance(X):
        return np.column_stack([X[:, 0], np.sin(1e6 * X[:, 1])])

    scores = explain(one_is_chance, points).scores
    assert scores["least_r2"] < 0.2
    assert scores["r2"] == pytest.approx((1.0 + scores["least_r2"]) / 2, abs=0.02)


def test_json_keeps_all_numbers(explained, points):
    again = ModelExplanation.from_dict(json.loads(json.dumps(explained.to_dict(), allow_nan=False)))
    assert again == explained
    np.testing.assert_array_equal(again.predict(points), explained.predict(points))


def test_one_has_to_be_named_where_there_are_several(explained):
    with pytest.raises(ResultError, match="there are several outputs; name one: length, mass"):
        explained.export("python")


def test_a_torch_module_an_estimator_and_an_onnx_file_give_several(explain, points, tmp_path):
    import onnx
    import torch
    from onnx import TensorProto, helper

    torch.manual_seed(0)
    net = torch.nn.Linear(3, 2)
    line = LinearRegression().fit(pd.DataFrame(points, columns=list("abc")), both(points))
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 3])
    answer = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 3])
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "turned", [given], [answer])
    path = tmp_path / "turned.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    with torch.no_grad():
        wanted = net(torch.tensor(points).float()).numpy()
    np.testing.assert_allclose(explain(net, points).predict(points), wanted, atol=0.05)
    table = pd.DataFrame(points, columns=list("abc"))
    np.testing.assert_allclose(explain(line, table).predict(table), both(points), atol=10)
    turned = explain(path, points)
    assert turned.outputs == ("y0", "y1", "y2")
    np.testing.assert_allclose(turned.predict(points), -points, atol=0.05)


def test_a_single_number_may_have_a_name(explain, points):
    assert str(explain(lambda X: X[:, 0], points, outputs=["dose"]).formula).startswith("dose = ")


def test_a_classifier_has_classes_and_no_names_of_numbers(explain, points, kinds):
    with pytest.raises(DataError, match="is explained by the classes that it knows"):
        explain(kinds[0], points, outputs=["a", "b"])
