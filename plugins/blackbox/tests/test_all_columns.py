"""A model gets all columns of a table, also those that have one value in the training part, and so are no inputs."""

import numpy as np
import pandas as pd
import pytest
import torch

from smoothdistill_blackbox import BlackBox
from smoothdistill_core import DataError, Table, TrainingJob
from smoothdistill_core.columns import Categories
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.testing.tiny import Plain

ROWS = 80
HOUSES = pd.DataFrame(
    {
        "country": "DE",
        "area": np.linspace(20.0, 200.0, ROWS),
        "floor": 2,
        "town": np.array(["Kiel", "Ulm", "Kiel", "Trier"])[np.arange(ROWS) % 4],
        "use": pd.Categorical(["home"] * ROWS, ["shop", "home"]),
        "price": np.arange(ROWS) * 1.5,
    }
)


def job(frame):
    """Return a table, and the job of its training part."""
    declared = {"use": Categories(("shop", "home"))} if "use" in frame else {}
    table = Table(frame, "price", declared=declared)
    split = prepare(table, Prepare(target="none"), seed=0)
    rows = split.parts["train"]
    return table, TrainingJob(rows.X, rows.y, Plain(), 0.0, 0, scaling=split.facts.scaling)


def asked(model, frame=HOUSES, **options):
    """Return a teacher of all columns, and the training rows that it is asked about."""
    table, given = job(frame)
    (teacher,) = BlackBox.of(model, **options).with_columns_of(table).train([given])
    return teacher, given.X


def test_a_table_has_all_columns_in_their_order_and_types():
    seen = []
    asked(lambda frame: seen.append(frame) or frame["area"] + 0.0, takes="frame")
    assert list(seen[0].columns) == ["country", "area", "floor", "town", "use"]
    assert set(seen[0]["country"]) == {"DE"}
    assert set(seen[0]["floor"]) == {2.0}
    assert seen[0]["use"].dtype == pd.CategoricalDtype(["shop", "home"])
    assert set(seen[0]["use"]) == {"home"}


def test_an_array_has_all_numbers_and_no_indicator_of_a_single_category():
    seen = []
    asked(lambda X: seen.append(X) or X[:, 0], takes="array")
    assert seen[0].shape[1] == 4
    assert set(seen[0][:, 1]) == {2.0}
    assert set(seen[0][:, 2:].ravel()) == {0.0, 1.0}


class Counting:
    """A model that was fitted on arrays of so many columns."""

    def __init__(self, inputs):
        self.n_features_in_ = inputs

    def predict(self, X):
        self.seen = X
        return np.asarray(X[:, 1], dtype=float)


def test_what_a_model_was_fitted_on_tells_columns_from_inputs():
    columns, inputs = Counting(5), Counting(4)
    asked(columns)
    assert columns.seen[0].tolist()[0] == "DE"
    asked(inputs)
    assert inputs.seen.dtype == np.float64
    with pytest.raises(DataError, match="takes 6 inputs, and the data have 4"):
        asked(Counting(6))


def test_a_torch_module_keeps_its_exact_gradients():
    net = torch.nn.Linear(3, 1).double()
    frame = HOUSES[["area", "floor", "price"]].assign(age=np.arange(ROWS) % 7.0)[["floor", "area", "age", "price"]]
    teacher, X = asked(net, frame)
    assert teacher.notes[0] == "blackbox: smoothness by exact gradients"
    shifts = 1e-5 * np.eye(2)
    slopes = [(teacher.predict(X + shift) - teacher.predict(X - shift)) / 2e-5 for shift in shifts]
    np.testing.assert_allclose(teacher.gradient(X), np.transpose(slopes), atol=1e-6)


def test_a_teacher_that_comes_back_still_has_all_columns():
    table, given = job(HOUSES)
    box = BlackBox.of(lambda frame: frame["area"] * frame["floor"], takes="frame").with_columns_of(table)
    (teacher,) = box.train([given])
    np.testing.assert_array_equal(box.load(teacher.save()).predict(given.X), teacher.predict(given.X))
