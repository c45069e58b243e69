"""Functions, fitted regressors and torch modules are distilled as they are, in the data's own units."""

import copy
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from smoothdistill_blackbox import BlackBox
from smoothdistill_core import (
    DataError,
    LocalExecutor,
    PluginError,
    RecipeError,
    Registry,
    Table,
    TrainingJob,
    recipe_from_text,
)
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.testing.tiny import Plain, Steepness


def house_prices(rows=80):
    """Return a table of numbers, of text and of numbers that are categories; all prices are above -1."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "area": rng.uniform(20, 200, rows).round(1),
            "rooms": rng.integers(1, 7, rows),
            "town": rng.choice(["Kiel", "Ulm", "Trier"], rows),
            "zone": rng.choice([1, 2], rows),
        }
    )
    frame["price"] = 3 * frame["area"] + 40 * (frame["town"] == "Kiel") - 15 * frame["zone"] + 100
    return frame


def prepared(frame, target="none", categorical=("zone",)):
    """Return the training part's job, and its rows as they stood in the table."""
    table = Table(frame, "price", categorical)
    split = prepare(table, Prepare(target=target), seed=0)
    rows = split.parts["train"]
    return TrainingJob(rows.X, rows.y, Plain(), 0.0, 0, scaling=split.facts.scaling)


def numbers(target="none"):
    return prepared(house_prices()[["area", "rooms", "price"]], target, categorical=())


def asked(model, job, **options):
    (teacher,) = BlackBox.of(model, **options).train([job])
    return teacher


def price(X):
    return 3 * X[:, 0] + 100


def exact_price(frame):
    return 3 * frame["area"] + 40 * (frame["town"] == "Kiel") - 15 * frame["zone"] + 100


@pytest.mark.parametrize("target", ["none", "log1p"])
def test_a_function_gets_and_returns_the_datas_own_units(target):
    job = numbers(target)
    seen = []
    teacher = asked(lambda X: seen.append(X) or price(X), job)
    np.testing.assert_allclose(seen[0], job.scaling.raw(job.X))
    np.testing.assert_allclose(job.scaling.restore(teacher.predict(job.X)), price(job.scaling.raw(job.X)))


def test_a_function_may_take_the_table_with_its_categories_as_they_were():
    job = prepared(house_prices())
    teacher = asked(exact_price, job, takes="frame")
    np.testing.assert_allclose(teacher.predict(job.X), job.y, atol=1e-9)


def test_a_pipeline_fitted_on_a_table_gets_its_columns_by_name():
    frame = house_prices()
    encoder = make_column_transformer((OneHotEncoder(), ["zone", "town"]), remainder="passthrough")
    model = make_pipeline(encoder, LinearRegression()).fit(frame[["zone", "town", "area"]], frame["price"])
    job = prepared(frame)
    np.testing.assert_allclose(asked(model, job).predict(job.X), job.y, atol=1e-9)


def test_a_regressor_fitted_on_indicators_gets_those():
    job = prepared(house_prices())
    raw = job.scaling.raw(job.X)
    by_place = LinearRegression().fit(raw, job.scaling.restore(job.y))
    by_name = LinearRegression().fit(pd.DataFrame(raw, columns=job.scaling.names), job.scaling.restore(job.y))
    for model in (by_place, by_name):
        np.testing.assert_allclose(asked(model, job).predict(job.X), job.y, atol=1e-9)


def test_a_regressor_fitted_on_an_array_of_the_tables_columns_gets_those():
    frame = house_prices()
    columns = frame[["area", "rooms", "town", "zone"]].to_numpy()
    encoder = make_column_transformer((OneHotEncoder(), [2, 3]), remainder="passthrough")
    model = make_pipeline(encoder, LinearRegression()).fit(columns, frame["price"])
    job = prepared(frame)
    np.testing.assert_allclose(asked(model, job).predict(job.X), job.y, atol=1e-9)


class Net(torch.nn.Module):
    """A network with dropout, in single precision, for prices in the hundreds."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.hidden = torch.nn.Linear(2, 8)
        self.out = torch.nn.Linear(8, 1)
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, x):
        """Return a column."""
        return 100 * self.out(self.dropout(torch.tanh(self.hidden(x / 100)))) + 400


@pytest.mark.parametrize("target", ["none", "log1p"])
def test_a_torch_module_has_exact_gradients_in_standardised_units(target):
    job = numbers(target)
    teacher = asked(Net().double(), job)
    shifts = 1e-5 * np.eye(2)
    slopes = [(teacher.predict(job.X + shift) - teacher.predict(job.X - shift)) / 2e-5 for shift in shifts]
    np.testing.assert_allclose(teacher.gradient(job.X), np.transpose(slopes), atol=1e-6)
    assert teacher.notes[0] == "blackbox: smoothness by exact gradients"


def test_a_torch_module_is_left_as_it_was():
    net, job = Net(), numbers()
    net.dropout.eval()
    teacher = asked(net, job)
    np.testing.assert_array_equal(teacher.predict(job.X), teacher.predict(job.X))
    teacher.gradient(job.X)
    assert net.training
    assert not net.dropout.training
    assert all(parameter.grad is None and parameter.requires_grad for parameter in net.parameters())


@pytest.mark.parametrize("module", [torch.nn.Identity(), torch.nn.Sequential(torch.nn.Flatten(0))])
def test_a_module_without_numbers_of_its_own_works_in_double_precision(module):
    job = prepared(house_prices()[["area", "price"]], categorical=())
    np.testing.assert_allclose(asked(module, job).predict(job.X), job.scaling.standardise(job.scaling.raw(job.X)[:, 0]))


def test_a_module_that_cuts_its_gradient_off_is_differentiated_by_finite_differences():
    class Cut(torch.nn.Module):
        def forward(self, x):
            return x[:, 0].detach()

    teacher = asked(Cut(), numbers())
    assert teacher.gradient(numbers().X) is None
    assert teacher.notes[0].startswith("blackbox: smoothness by finite differences")


def test_the_notes_say_how_smoothness_was_found():
    teacher = asked(price, numbers(), step=0.02)
    assert teacher.step == 0.02
    assert teacher.gradient(numbers().X) is None
    assert teacher.notes == ("blackbox: smoothness by finite differences, 0.02 standard deviations to each side",)


def test_a_model_that_fits_worse_than_the_mean_is_told_of():
    (_, doubt) = asked(lambda X: 1000 - price(X), numbers()).notes
    assert "worse than the mean of the training part (R2 -" in doubt


@pytest.mark.parametrize(
    "form",
    [
        lambda y: y[:, None],
        lambda y: y.tolist(),
        lambda y: pd.Series(y),
        lambda y: pd.DataFrame({"price": y}),
        lambda y: pd.Series(y).astype("Float64"),
        lambda y: torch.tensor(y, requires_grad=True),
        lambda y: y.astype(np.float32),
        lambda y: y.astype(object),
    ],
    ids=["column", "list", "Series", "DataFrame", "Float64", "tensor", "float32", "object"],
)
def test_one_number_a_row_may_come_in_any_form(form):
    job = numbers()
    wanted = asked(price, job).predict(job.X)
    found = asked(lambda X: form(price(X)), job)
    np.testing.assert_allclose(found.predict(job.X), wanted, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.predict(job.X[:1]), wanted[:1], rtol=1e-6, atol=1e-6)
    assert found.predict(job.X).dtype == np.float64


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (lambda X: X, r"returned the shape \(48, 2\) for 48 rows; .*: give a function that picks one of the 2"),
        (lambda X: pd.DataFrame(X), r"returned the shape \(48, 2\)"),
        (lambda X: X[:, :1].T, r"returned the shape \(1, 48\) for 48 rows; a model returns one number a row"),
        (lambda X: X[1:, 0], r"returned the shape \(47,\) for 48 rows"),
        (lambda X: 3.0, r"returned the shape \(\) for 48 rows; .*: it has to take many rows at once"),
        (lambda X: None, "returned nothing in place of numbers"),
        (lambda X: ["dear"] * len(X), "returned list in place of numbers"),
        (lambda X: X[:, 0] > 3, "returned ndarray of bool in place of numbers"),
        (lambda X: X[:, 0] * 1j, "returned ndarray of complex128 in place of numbers"),
        (lambda X: ([1, 2], [3]), "returned tuple in place of numbers"),
        (
            lambda X: X["area"],
            "raised IndexError: .*it was given 48 rows of area, rooms, in the data's own units; .*say takes='frame'",
        ),
        (lambda X: np.full(len(X), np.nan), "gives nan for 48 of 48 training rows, first for area=.*, rooms=.*; give"),
        (lambda X: np.where(X[:, 1] > 3, np.inf, 0), r"gives inf for \d+ of 48 training rows"),
    ],
)
def test_an_answer_that_cannot_be_used_says_what_came(answer, wrong):
    with pytest.raises(DataError, match=f"the black box function {wrong}"):
        asked(answer, numbers())


def test_a_prediction_that_log1p_cannot_take_says_so():
    with pytest.raises(DataError, match=r"gives -5\.0 for 48 of 48 .* log1p takes numbers above -1 only; set prepare"):
        asked(lambda X: np.full(len(X), -5.0), numbers("log1p"))


def test_beyond_the_training_rows_a_missing_number_is_nan():
    teacher = asked(lambda X: np.where(X[:, 0] > 0, X[:, 0], np.nan), numbers())
    assert np.isnan(teacher.predict(np.array([[-1e3, 0.0]]))).all()


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (RandomForestRegressor(), "RandomForestRegressor is not fitted; call its fit"),
        (make_pipeline(OneHotEncoder(), LinearRegression()), "Pipeline is not fitted; call its fit"),
        (RandomForestRegressor, "RandomForestRegressor is a class; give an instance"),
        (RandomForestClassifier(), r"is a classifier.*lambda X: model.predict_proba\(X\)\[:, 1\]"),
        (3, "3 is no model; give a function"),
        (None, "None is no model; give a function"),
    ],
    ids=str,
)
def test_what_is_no_fitted_regressor_is_refused_at_once(model, wrong):
    with pytest.raises(PluginError, match=wrong):
        BlackBox.of(model)


def test_a_torch_module_takes_no_table():
    with pytest.raises(PluginError, match="a torch module takes no DataFrame; leave takes='frame' out"):
        BlackBox.of(Net(), takes="frame")


def test_a_model_of_other_columns_is_refused_with_the_nearest_name():
    frame = house_prices()[["area", "rooms"]].rename(columns={"area": "aera"})
    model = LinearRegression().fit(frame, house_prices()["price"])
    with pytest.raises(DataError, match="takes an input 'aera', and the data use no such column; did you mean 'area'"):
        asked(model, numbers())


def test_a_model_of_another_number_of_inputs_is_refused_with_both_numbers():
    model = LinearRegression().fit(np.eye(3), np.arange(3))
    with pytest.raises(DataError, match="takes 3 inputs, and the data have 2: area, rooms; leave out"):
        asked(model, numbers())


def test_a_saved_teacher_comes_back_by_its_own_black_box_only():
    job = numbers()
    box = BlackBox.of(price)
    (teacher,) = box.train([job])
    np.testing.assert_array_equal(box.load(teacher.save()).predict(job.X), teacher.predict(job.X))
    with pytest.raises(PluginError, match="saved by another black box"):
        BlackBox.of(price).load(teacher.save())
    with pytest.raises(PluginError, match=r"holds no model; make it by BlackBox.of\(model\)"):
        type(box)().train([job])


def test_every_black_box_has_an_identity_of_its_own_that_copies_share():
    box = BlackBox.of(price)
    for same in (copy.copy(box), copy.deepcopy(box), pickle.loads(pickle.dumps(box))):
        assert same == box
        assert hash(same) == hash(box)
    assert BlackBox.of(price) != box
    assert BlackBox.of(price).identity() != box.identity()


def test_a_name_for_tables_is_that_of_the_model_unless_it_is_given():
    assert str(BlackBox.of(price)) == "blackbox(price)"
    assert str(BlackBox.of(lambda X: X)) == "blackbox(function)"
    assert str(BlackBox.of(Net())) == "blackbox(Net)"
    assert str(BlackBox.of(price, label="tariff")) == "blackbox(tariff)"


def test_no_penalty_is_accepted():
    assert BlackBox.of(price).accepts(Plain())
    assert not BlackBox.of(price).accepts(Steepness())


def test_a_caller_may_ask_about_rows_as_they_are():
    frame = house_prices()
    box = BlackBox.of(exact_price, takes="frame")
    np.testing.assert_allclose(box.ask(frame), frame["price"])
    np.testing.assert_allclose(BlackBox.of(exact_price).ask(frame), frame["price"])
    rows = frame[["area", "rooms"]]
    np.testing.assert_allclose(BlackBox.of(price, takes="array").ask(rows), price(rows.to_numpy()))
    assert BlackBox.of(Net()).ask(rows).shape == (len(rows),)
    with pytest.raises(DataError, match=r"it was given DataFrame of shape \(80, 5\)"):
        BlackBox.of(price).ask(frame)


@pytest.mark.slow
def test_a_fitted_regressor_works_in_another_process():
    job = numbers()
    box = BlackBox.of(RandomForestRegressor(5).fit(job.scaling.raw(job.X), job.scaling.restore(job.y)))
    executor = LocalExecutor(1)
    try:
        (elsewhere,) = executor.submit(box.train, [job]).result()
    finally:
        executor.shutdown(cancel_futures=True)
    np.testing.assert_array_equal(elsewhere.predict(job.X), box.train([job])[0].predict(job.X))
    np.testing.assert_array_equal(box.load(elsewhere.save()).predict(job.X), elsewhere.predict(job.X))


def test_a_function_that_does_not_pickle_is_refused_by_the_executor():
    executor = LocalExecutor(1)
    try:
        with pytest.raises(
            PluginError, match=r"cannot be sent to a worker process .* give an executor of this process"
        ):
            executor.submit(print, BlackBox.of(lambda X: X[:, 0]))
    finally:
        executor.shutdown(cancel_futures=True)


def test_a_recipe_needs_a_file():
    with pytest.raises(RecipeError, match="teacher 'blackbox' needs the option 'onnx'"):
        recipe_from_text("dataset: diabetes\nteacher: blackbox\nregularizer: none", Registry())


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_blackbox.plugin as plugin; plugin.smoothdistill_teachers(); "
        "print({'numpy', 'sklearn', 'scipy', 'pandas', 'torch', 'onnx', 'onnxruntime'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"


def test_the_example_of_the_readme_runs():
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^```", readme, re.S | re.M)
    names = {}
    exec(code, names)
    assert str(names["teacher"]) == "blackbox(fever)"


def test_a_model_gets_the_datas_own_digits_where_it_splits_at_a_value():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.uniform(0.5, 80.0, 400).round(1), "dose": rng.lognormal(0.0, 2.0, 400).round(3)})
    frame["price"] = np.arange(400.0)
    split = prepare(Table(frame, "price"), Prepare(target="none", test=0.2), seed=0)
    rows = split.parts["train"]
    job = TrainingJob(rows.X, rows.y, Plain(), 0.0, 0, scaling=split.facts.scaling)
    for takes in ("array", "frame"):
        seen = []
        asked(lambda X, seen=seen: seen.append(np.asarray(X)) or np.asarray(X)[:, 0], job, takes=takes)
        assert set(seen[0][:, 0]) <= set(frame["age"])
        assert set(seen[0][:, 1]) <= set(frame["dose"])


@pytest.mark.parametrize("column", [0, 1])
def test_one_of_several_numbers_is_the_target(column):
    job = numbers()
    net = torch.nn.Linear(2, 2).double()
    teacher = asked(net, job, column=column)
    with torch.no_grad():
        wanted = net(torch.tensor(job.scaling.raw(job.X)))[:, column].numpy()
    np.testing.assert_allclose(job.scaling.restore(teacher.predict(job.X)), wanted)
    slopes = net.weight[column].detach().numpy() * [f.scale for f in job.scaling.features] / job.scaling.scale
    np.testing.assert_allclose(teacher.gradient(job.X), np.tile(slopes, (len(job.X), 1)))
    with pytest.raises(DataError, match=r"returned the shape \(48, 2\) for 48 rows, which has no column 2"):
        asked(net, job, column=2)
