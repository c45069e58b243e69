"""The convolution shares its weights over time, sees only the past, and says which of it matters."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from smoothdistill_core import RecipeError, Registry, TrainingJob, recipe_from_text
from smoothdistill_core.preparation import lag_of
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_mlp.teacher import MLP
from smoothdistill_series.teacher import Series
from smoothdistill_series.windows import windows_of
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

LAGS = ("s[t-1]", "s[t-2]", "s[t-3]", "s[t-4]", "s[t-5]")
FAST = {"epochs": 20, "batch_size": 32, "learning_rate": 0.01}


def job(names=LAGS, rows=96, seed=0, regularizer=None, strength=0.0):
    """Return a job whose target is made by the first and the last of its inputs."""
    X = np.random.default_rng(rows).normal(size=(rows, len(names)))
    y = np.sin(X[:, 0]) + 0.5 * X[:, -1]
    features = tuple(Feature(name, None, 0.0, 1.0, -3.0, 3.0) for name in names)
    apart = X[:24].copy(), y[:24].copy()
    scaling = Scaling(features, "s", "none", 0.0, 1.0)
    return TrainingJob(X, y, regularizer or Unregularized(), strength, seed, scaling=scaling, validation=apart)


def filters_of(model, series):
    """Return the matrix of the first layer by filter and window."""
    return model.weights[0].view(series.filters, -1, model.weights[0].shape[1])


def test_a_filter_looks_with_the_same_weights_at_every_window():
    series = Series(filters=3, width=2, hidden=(4,), **FAST)
    (model,) = series.train([job()])
    matrices = filters_of(model, series)
    assert matrices.shape == (3, 4, 5)
    for window in range(1, 4):
        torch.testing.assert_close(matrices[:, window, window:], matrices[:, 0, : 5 - window], rtol=0, atol=0)
    assert (matrices[:, 0, 2:] == 0).all()
    assert (matrices[:, 0, :2] != 0).all()
    biases = model.biases[0].view(3, 4)
    assert (biases == biases[:, :1]).all()


def test_windows_follow_time_whatever_the_order_of_the_inputs():
    assert windows_of(["s[t-2]", "s[t-1]", "s[t-3]"], 2) == ((1, 0), (0, 2))
    assert windows_of(["s[t-1]", "p[t-1]", "s[t-2]", "p[t-2]"], 1) == ((0, 1), (2, 3))


def test_inputs_that_are_no_lag_are_beside_every_window():
    names = ["temperature", "s[t-1]", "mean(s[t-3..t-1])", "s[t-2]"]
    assert windows_of(names, 1) == ((1, 0, 2), (3, 0, 2))


def test_a_lag_that_is_left_out_has_no_input_and_windows_of_none_are_left_out():
    assert windows_of(["s[t-1]", "s[t-2]", "s[t-7]"], 2) == ((0, 1), (1, None), (None, 2))


def test_a_filter_is_no_wider_than_the_furthest_lag():
    assert windows_of(["s[t-1]", "s[t-2]"], 9) == ((0, 1),)


def test_without_lags_all_inputs_are_one_window():
    assert windows_of(["x0", "x1"], 3) == ((0, 1),)


def test_a_lag_is_known_by_its_name():
    assert lag_of("sales[t-12]") == ("sales", 12)
    assert lag_of("odd[t-1][t-2]") == ("odd[t-1]", 2)
    for name in ("sales", "mean(sales[t-7..t-1])", "[sales[t-1] = low]", "[t-1]", "sales[t-0]"):
        assert lag_of(name) is None


def test_a_network_comes_out_as_if_it_had_been_alone():
    series = Series(filters=3, width=2, hidden=(5,), **FAST)
    penalties = (Unregularized(), 0.0), (Jacobian(), 0.1), (Jacobian(), 1.0), (Lipschitz(), 0.01), (L2(), 0.001)
    jobs = [job(seed=seed, regularizer=penalty, strength=at) for seed in (0, 1) for penalty, at in penalties]
    jobs += [job(("s[t-1]", "s[t-3]", "s[t-4]", "s[t-5]", "s[t-9]")), job(rows=50)]
    together = [model.predict(given.X) for given, model in zip(jobs, series.train(jobs), strict=True)]
    for given, found in zip(jobs, together, strict=True):
        np.testing.assert_array_equal(series.train([given])[0].predict(given.X), found)


def test_a_filter_as_wide_as_the_past_is_a_layer_of_a_perceptron():
    series = Series(filters=6, width=5, hidden=(4,), **FAST)
    mlp = MLP(hidden=(6, 4), engine="torch", **FAST)
    for penalty, strength in ((Unregularized(), 0.0), (Jacobian(), 0.1), (Lipschitz(), 0.01)):
        given = job(regularizer=penalty, strength=strength)
        convolution, perceptron = series.train([given])[0], mlp.train([given])[0]
        np.testing.assert_allclose(convolution.predict(given.X), perceptron.predict(given.X), atol=1e-5)


@pytest.mark.parametrize("penalty", [Jacobian(), Lipschitz(), L2()], ids=str)
def test_penalties_make_it_smoother(penalty):
    series = Series(filters=4, width=2, hidden=(8,), epochs=100, batch_size=32, learning_rate=0.01)
    plain, smooth = series.train([job(), job(regularizer=penalty, strength=1.0)])
    steepness = [np.linalg.norm(model.gradient(job().X), axis=1).mean() for model in (plain, smooth)]
    assert steepness[1] < 0.8 * steepness[0]


def test_early_stopping_goes_on_from_the_best_weights_which_are_shared_still():
    series = Series(filters=3, width=2, hidden=(4,), stopping="early", patience=2, epochs=40, learning_rate=0.05)
    given = job(regularizer=Jacobian(), strength=0.1)
    model = series.train([replace(given, path=(1.0, 0.3))])[0]
    assert any("stopped after" in note for note in model.notes)
    matrices = filters_of(model, series)
    torch.testing.assert_close(matrices[:, 3, 3:], matrices[:, 0, :2], rtol=0, atol=0)


def test_it_says_which_inputs_matter():
    (model,) = Series(filters=4, width=2, **{**FAST, "epochs": 200}).train([job()])
    (note,) = model.notes
    assert note.startswith("series: without a penalty its gradient is s[t-1] ")
    assert note.index("s[t-5]") < note.index("s[t-3]")
    shares = [int(part.split("%")[0].split()[-1]) for part in note.split(", ")]
    assert shares == sorted(shares, reverse=True)
    assert 97 <= sum(shares) <= 103


def test_of_many_inputs_it_names_the_first():
    names = [f"s[t-{steps}]" for steps in range(1, 9)]
    (model,) = Series(filters=2, width=2, hidden=(4,), **FAST).train([job(names)])
    assert ", the other 3 together " in model.notes[0]


SERIES = "dataset: {name: csv, path: sunspots.csv, target: sunspots}\nteacher: series\n"


@pytest.mark.parametrize(
    ("prepare", "place", "wrong"),
    [
        ("", "2:10: teacher: ", "and rows are split at random; write split: time and by: COLUMN, and lags: {COLUMN: ["),
        ("prepare: {test: 0.1}", "3:10: prepare.split: ", "and rows are split at random; write split: time"),
        ("prepare: {split: random}", "3:18: prepare.split: ", "and rows are split at random; write split: time"),
        (
            "prepare: {split: group, by: year, lags: {sunspots: [1]}}",
            "3:18: prepare.split: ",
            "and rows are split by group; write split: time",
        ),
        (
            "prepare: {split: time, by: year}",
            "3:10: prepare.lags: ",
            "looks at past values, and there are none; add lags: {COLUMN: [1, 2, 3]}",
        ),
    ],
)
def test_a_recipe_without_time_and_lags_is_refused(prepare, place, wrong):
    with pytest.raises(RecipeError) as refused:
        recipe_from_text(SERIES + prepare, Registry())
    (problem,) = str(refused.value).splitlines()
    assert f"recipe:{place}the teacher series " in problem
    assert wrong in problem


def test_a_recipe_with_time_and_lags_is_taken():
    text = SERIES + "prepare: {split: time, by: year, lags: {sunspots: [1, 2]}}"
    assert [teacher.name for teacher in recipe_from_text(text, Registry()).teacher] == ["series"]
