"""Smoothing is the average over Gaussian perturbations of the inputs, exactly."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import ndtr

from smoothdistill_core import RecipeError, Registry, TrainingJob, recipe_from_text
from smoothdistill_core.testing.tiny import Plain
from smoothdistill_mlp.teacher import MLP
from smoothdistill_trees.boosting import Boosting
from smoothdistill_trees.compiled_averages import CDF, _cdf
from smoothdistill_trees.forest import Forest
from smoothdistill_trees.gaussian import Gaussian
from smoothdistill_trees.trees import Trees

ENSEMBLES = [Forest(n_estimators=7), Boosting(max_iter=9)]


def smoothed(ensemble, *widths, rows=400, inputs=3):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, inputs))
    y = np.sin(3 * X[:, 0]) + X[:, 0] * X[:, -1]
    return ensemble.train([TrainingJob(X, y, Gaussian(), width, 0) for width in widths])


def points(rows=40, inputs=3):
    return np.random.default_rng(1).normal(size=(rows, inputs))


def test_a_step_becomes_the_normal_distribution_function():
    step = Trees(np.array([0, -1, -1], dtype=np.int32), np.array([0.5, 1.0, 3.0]), inputs=1)
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(step.average(x[:, None], 0.3), 1 + 2 * ndtr((x - 0.5) / 0.3), atol=1e-9)


def test_a_box_of_one_input_is_cut_by_both_of_its_bounds():
    # 1 between 0 and 1, else 0
    feature = np.array([0, -1, 0, -1, -1], dtype=np.int32)
    box = Trees(feature, np.array([0.0, 0.0, 1.0, 1.0, 0.0]), inputs=1)
    x = np.linspace(-1, 2, 7)
    np.testing.assert_array_equal(box.predict(x[:, None]), (x > 0) & (x <= 1))
    np.testing.assert_allclose(box.average(x[:, None], 0.4), ndtr((1 - x) / 0.4) - ndtr(-x / 0.4), atol=1e-9)


def test_the_tabled_distribution_function_is_exact_to_twelve_digits():
    z = np.linspace(-10, 10, 20_001)
    np.testing.assert_allclose([_cdf(value, CDF) for value in z], ndtr(z), rtol=0, atol=1e-12)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
@pytest.mark.parametrize("width", [0.1, 0.7])
def test_smoothed_predictions_are_means_over_many_perturbations(ensemble, width):
    plain, average = smoothed(ensemble, 0.0, width)
    X = points()
    noise = np.random.default_rng(2).normal(size=(4000, *X.shape))
    drawn = plain.predict((X + width * noise).reshape(-1, X.shape[1])).reshape(len(noise), len(X))
    error = drawn.std(axis=0) / np.sqrt(len(noise))
    assert np.all(np.abs(drawn.mean(axis=0) - average.predict(X)) < 5 * error + 1e-9)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
@pytest.mark.parametrize("width", [0.05, 0.3, 2.0])
def test_the_gradient_is_that_of_the_smoothed_predictions(ensemble, width):
    (average,) = smoothed(ensemble, width)
    X, step = points(), 1e-4
    shifts = step * np.eye(X.shape[1])
    slopes = [(average.predict(X + shift) - average.predict(X - shift)) / (2 * step) for shift in shifts]
    np.testing.assert_allclose(average.gradient(X), np.transpose(slopes), atol=1e-4)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
def test_no_slope_exceeds_the_bound(ensemble):
    X = points(300)
    for average in smoothed(ensemble, 0.05, 0.5, 2.0):
        assert np.linalg.norm(average.gradient(X), axis=1).max() <= average.lipschitz_bound()


def test_the_bound_is_met_by_a_step():
    step = Trees(np.array([0, -1, -1], dtype=np.int32), np.array([0.0, 0.0, 1.0]), inputs=1)
    assert step.average_gradient(np.zeros((1, 1)), 0.2)[0, 0] == pytest.approx(step.span / (0.2 * np.sqrt(2 * np.pi)))


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
def test_wider_perturbations_give_smoother_and_less_accurate_teachers(ensemble):
    X = np.random.default_rng(0).normal(size=(400, 3))
    y = np.sin(3 * X[:, 0]) + X[:, 0] * X[:, -1]
    averages = smoothed(ensemble, *Gaussian.strengths)
    errors = [np.mean((average.predict(X) - y) ** 2) for average in averages]
    slopes = [np.linalg.norm(average.gradient(X), axis=1).mean() for average in averages]
    assert errors == sorted(errors)
    assert slopes == sorted(slopes, reverse=True)


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
def test_a_smoothed_teacher_does_not_depend_on_its_neighbours(ensemble):
    widths, X = (0.1, 0.0, 0.5), points()
    for width, together in zip(widths, smoothed(ensemble, *widths), strict=True):
        np.testing.assert_array_equal(smoothed(ensemble, width)[0].predict(X), together.predict(X))


def test_each_row_is_predicted_by_itself():
    (average,) = smoothed(ENSEMBLES[0], 0.3)
    X = points()
    np.testing.assert_array_equal(average.predict(X)[7:8], average.predict(X[7:8]))
    np.testing.assert_array_equal(average.gradient(X)[7:8], average.gradient(X[7:8]))


def test_width_zero_leaves_the_trees_as_they_were_grown():
    (plain,), (none,) = smoothed(ENSEMBLES[1], 0.0), smoothed(ENSEMBLES[1], 1e-9)
    np.testing.assert_allclose(plain.predict(points()), none.predict(points()), atol=1e-9)
    assert plain.gradient(points()) is None
    assert plain.lipschitz_bound() is None


def test_the_notes_say_where_the_smoothness_comes_from():
    plain, average = smoothed(ENSEMBLES[0], 0.0, 0.3)
    assert plain.notes == ("forest: smoothness by finite differences, 0.1 standard deviations to each side",)
    assert plain.step == 0.1
    assert average.notes == ("forest: smoothness by exact gradients of the average",)


def test_a_row_that_is_far_from_all_splits_has_a_finite_prediction_and_no_slope():
    (average,) = smoothed(ENSEMBLES[1], 0.1)
    far = np.full((1, 3), 1e6)
    assert np.isfinite(average.predict(far)).all()
    np.testing.assert_array_equal(average.gradient(far), 0.0)


def test_trees_and_networks_accept_their_own_kind_of_smoothing():
    assert Forest().accepts(Gaussian())
    assert Boosting().accepts(Plain())
    assert not MLP().accepts(Gaussian())


@pytest.mark.parametrize("name", ["jacobian", "lipschitz", "l2"])
def test_a_recipe_with_trees_and_a_penalty_is_refused(name):
    with pytest.raises(RecipeError, match=f"'boosting' cannot train with the regularizer '{name}'"):
        recipe_from_text(f"dataset: diabetes\nteacher: boosting\nregularizer: {name}", Registry())


def test_a_recipe_sweeps_the_widths():
    recipe = recipe_from_text("dataset: diabetes\nteacher: forest\nregularizer: [none, gaussian]", Registry())
    assert [sweep.strengths for sweep in recipe.regularizer] == [(0.0,), Gaussian.strengths]


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_trees.plugin as plugin; plugin.smoothdistill_teachers(); "
        "print({'numpy', 'sklearn', 'scipy', 'pandas', 'torch', 'numba'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"
