"""Every kind of model is asked as it is; what cannot be explained is refused in one line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from smoothdistill_core import SmoothdistillError
from stand_ins.homes import price


def test_a_pipeline_that_was_fitted_on_a_table_gets_one(explain, homes):
    encoder = make_column_transformer((OneHotEncoder(), ["town"]), remainder="passthrough")
    model = make_pipeline(encoder, LinearRegression()).fit(homes, price(homes))
    explained = explain(model, homes)
    assert explained.scores["r2"] > 0.999
    assert explained.model == "Pipeline"


def test_a_column_of_one_value_is_no_input_and_reaches_the_model_all_the_same(explain, homes):
    X = homes.assign(country="DE", rare=np.arange(160) == 3)

    def model(frame):
        return price(frame) * (frame["country"] == "DE") + frame["rare"]

    explained = explain(model, X)
    assert "country" not in explained.formula.names
    fitted = LinearRegression().fit(X[["area", "rooms"]].assign(one=1.0).to_numpy(), price(X))
    assert explain(fitted, X[["area", "rooms"]].assign(one=1.0).to_numpy()).scores["r2"] > 0.99


def test_a_table_without_names_may_have_a_column_of_one_value(explain, points):
    X = pd.DataFrame(np.column_stack([points[:, :2], np.zeros(len(points))]))
    explained = explain(lambda frame: 2.0 * frame[0] - frame[1] + frame[2], X)
    assert explained.scores["r2"] == pytest.approx(1.0)
    np.testing.assert_allclose(explained.predict(X), 2.0 * X[0] - X[1], atol=1e-2)
    assert explain(lambda frame: 2.0 * frame[0] - frame[1], X[[0, 1]]).scores["r2"] == pytest.approx(1.0)


@pytest.fixture(scope="module")
def mostly_old(homes):
    """Numbers, text and a mark that few rows have, which is an input in every split."""
    return homes.assign(new=np.arange(160) % 8 == 0)


def test_an_array_with_indicators_is_what_a_model_gets_that_takes_arrays(explain, mostly_old):
    explained = explain(lambda X: X[:, 0] + 5 * X[:, 4], mostly_old, takes="array")
    assert explained.scores["r2"] == pytest.approx(1.0)
    arrays = np.column_stack([mostly_old[["area", "rooms"]], np.eye(160)[:, :3]])
    fitted = LinearRegression().fit(arrays, mostly_old["area"] - mostly_old["rooms"])
    assert explain(fitted, mostly_old).scores["r2"] > 0.99


def test_an_estimator_gets_its_columns_in_its_own_order(explain, mostly_old):
    own = mostly_old[["new", "rooms", "area"]]
    fitted = LinearRegression().fit(own, mostly_old["area"] - 9 * own["rooms"] + 30 * own["new"])
    assert explain(fitted, mostly_old).scores["r2"] > 0.99
    of_two = LinearRegression().fit(own, mostly_old[["area", "rooms"]])
    assert explain(of_two, mostly_old).outputs == ("y0", "y1")
    classifier = LogisticRegression(max_iter=1000).fit(own, mostly_old["area"] > 100)
    assert explain(classifier, mostly_old).scores["agreement"] > 0.9


def test_an_onnx_file_with_an_input_a_column_gets_them_from_a_table(explain, points, tmp_path):
    import onnx
    from onnx import TensorProto, helper

    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 1]) for name in "bay"]
    graph = helper.make_graph([helper.make_node("Sub", ["b", "a"], ["y"])], "difference", ends[:2], ends[2:])
    path = tmp_path / "difference.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    for second in (np.arange(150) % 8 == 0, np.full(150, 2.0)):
        X = pd.DataFrame({"a": points[:, 0], "kind": "x", "b": second.astype(float)})
        np.testing.assert_allclose(explain(path, X).predict(X), X["b"] - X["a"], atol=0.05)


def test_a_torch_module_in_training_mode_is_explained_and_left_as_it_was(explain, points):
    import torch

    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 1)).train()
    assert explain(net, pd.DataFrame(points, columns=list("abc"))).scores["r2"] > 0.99
    assert net.training
    halved = torch.nn.Linear(3, 1).bfloat16()
    assert explain(lambda X: halved(torch.tensor(X).bfloat16()), points).scores["r2"] > 0.99


@pytest.mark.parametrize("given", ["file", "session"])
def test_an_onnx_model_is_explained_from_its_file_or_its_session(explain, points, tmp_path, given):
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 3])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 1])]
    axis = helper.make_tensor("axis", TensorProto.INT64, [1], [1])
    graph = helper.make_graph([helper.make_node("ReduceSum", ["x", "axis"], ["y"])], "sum", inputs, outputs, [axis])
    path = tmp_path / "sum.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    explained = explain(path if given == "file" else onnxruntime.InferenceSession(path), points)
    np.testing.assert_allclose(explained.predict(points), points.sum(axis=1), atol=0.05)
    if given == "file":
        flat = points * [1.0, 1.0, 0.0] + [0.0, 0.0, 2.0]
        np.testing.assert_allclose(explain(path, flat).predict(flat), flat.sum(axis=1), atol=0.05)


@pytest.mark.parametrize("seed", [117, 118])
def test_a_column_that_is_rarely_another_may_be_no_input_of_half_the_rows(explain, points, seed):
    rare = np.isin(np.arange(40), [3, 9, 17, 25, 33]).astype(float)
    X = pd.DataFrame({"a": points[:40, 0], "rare": rare})
    explained = explain(lambda frame: 2.0 * frame["a"] + frame["rare"], X, random_state=seed)
    assert "a" in explained.formula.names


def test_a_column_of_one_number_a_row_will_do(explain, points):
    assert explain(lambda X: X[:, :1] - X[:, 1:2], points).scores["r2"] > 0.99


RANDOM = np.random.default_rng(0)


def restless(X):
    return X[:, 0] + RANDOM.normal(size=len(X))


def gaps(X):
    return np.where(X[:, 0] > 1, np.nan, X[:, 0])


def likely_gaps(X):
    return np.where(X[:, 0] > 1, np.nan, 0.5)


def needs_income(frame):
    return frame["income"]


FOREST = RandomForestRegressor(3, random_state=0)
NAMED = RandomForestRegressor(3, random_state=0).fit(pd.DataFrame({"a": range(9), "income": range(9)}), range(9))


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        (SGDClassifier(), {}, "SGDClassifier is a classifier without predict_proba"),
        (RandomForestClassifier(), {}, "RandomForestClassifier is not fitted; call its fit"),
        (FOREST, {}, "RandomForestRegressor is not fitted; call its fit"),
        (lambda X: np.full((len(X), 3), 0.5), {"probability": True}, "of function add to 1.5 in data row 1 and not to"),
        (lambda X: X[:, 0], {"probability": True}, "probabilities lie between 0 and 1"),
        (likely_gaps, {"probability": True}, "likely_gaps gives .*nan.* first data row"),
        (gaps, {}, "the black box gaps gives nan for .* rows, first for x0="),
        (lambda X: X[:, :2], {"outputs": ["a"]}, "are 1 names, and the model gives 2 numbers a row"),
        (lambda X: X[:, :2], {"outputs": ["y", "y"]}, "'y' is the name of another output or of a column already"),
        (lambda X: X[:, :2], {"outputs": ["y", "x0"]}, "'x0' is the name of another output or of a column already"),
        (lambda X: X[:, None, :], {}, r"returned the shape \(150, 1, 3\) for 150 rows"),
        (restless, {}, "the model changes its answer between calls: to data row 1 first .*; give one that answers the"),
        (needs_income, {"table": True}, "raised KeyError: 'income'"),
        (NAMED, {"table": True}, "takes an input 'income', and the data use no such column"),
        (3, {}, "3 is no model; give a function"),
        (lambda X: X[:, 0], {"held_out": 0.9}, "held_out=0.9 and validation=0.2 are shares of the rows"),
        (lambda X: X[:, 0], {"missing": "drop"}, "missing='drop' is none of the choices; known: error, impute"),
        (lambda X: X[:, 0], {"clip": 0.7}, "clip=0.7 keeps probabilities from 0 and 1"),
        (lambda X: np.ones(len(X)), {}, "constant"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_one_line(explain, points, model, options, message):
    X = pd.DataFrame(points, columns=list("abc")) if options.pop("table", False) else points
    with pytest.raises(SmoothdistillError, match=message) as error:
        explain(model, X, **options)
    assert "\n" not in str(error.value)


def test_numbers_beyond_what_a_float_holds_are_refused_by_name(explain):
    X = pd.DataFrame({"a": np.arange(40.0), "b": [10**400, *range(39)]})
    with pytest.raises(SmoothdistillError, match="b"):
        explain(lambda frame: frame["a"], X)
