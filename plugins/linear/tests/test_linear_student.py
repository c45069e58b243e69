"""The linear student writes a ridge regression down exactly."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.linear_model import Ridge

from smoothdistill_core import DataError, DistillationTask
from smoothdistill_linear.student import LinearStudent


@pytest.fixture(autouse=True)
def _nothing_is_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def distilled(X, y, weights=None, **options):
    (candidate,) = LinearStudent(**options).distil(DistillationTask(X, y, seed=0, weights=weights))
    return candidate


def normal(rows, features, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, features))


def test_a_line_is_found():
    X = normal(200, 2)
    found = distilled(X, 3.0 * X[:, 0] - 2.0 * X[:, 1] + 1.0)
    assert found.formula.text(["length", "width"], digits=3) == "1 + 3*length - 2*width"


@pytest.mark.parametrize(("rows", "features"), [(1, 1), (1, 300), (2, 1), (3, 300), (300, 300), (500, 1)])
def test_the_formula_computes_what_scikit_learn_predicts(rows, features):
    X = normal(rows, features)
    found = distilled(X, normal(rows, 1, seed=1)[:, 0])
    unseen = normal(100, features, seed=2)
    np.testing.assert_allclose(found.formula.predict(unseen), found.predict(unseen), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 50])
def test_a_constant_target_is_a_constant_formula(rows):
    found = distilled(normal(rows, 3), np.full(rows, 0.1))
    assert found.formula.text() == "0.1"
    np.testing.assert_array_equal(found.predict(normal(4, 3)), 0.1)


def test_the_chosen_strength_predicts_left_out_rows_best():
    X, y = normal(20, 8), normal(20, 1, seed=1)[:, 0]
    strengths = (0.1, 1.0, 10.0, 100.0)

    def left_out_error(strength):
        kept = ~np.eye(20, dtype=bool)
        fits = [Ridge(strength).fit(X[rows], y[rows]).predict(X[~rows]) - y[~rows] for rows in kept]
        return np.mean(np.square(fits))

    best = Ridge(min(strengths, key=left_out_error)).fit(X, y)
    np.testing.assert_allclose(distilled(X, y, strengths=strengths).formula.predict(X), best.predict(X))


def test_an_integer_weight_counts_as_so_many_rows():
    X, y, weights = normal(40, 3), normal(40, 1, seed=1)[:, 0], np.tile([1.0, 2.0], 20)
    times = weights.astype(int)
    weighted = distilled(X, y, weights, strengths=(1.0,)).formula
    repeated = distilled(np.repeat(X, times, axis=0), np.repeat(y, times), strengths=(1.0,)).formula
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X))


def test_rows_of_weight_zero_do_not_count():
    X, y, weights = normal(40, 3), normal(40, 1, seed=1)[:, 0], np.repeat([1.0, 0.0], 20)
    assert distilled(X, y, weights).formula == distilled(X, np.where(weights > 0, y, 99.0), weights).formula


def test_the_same_task_gives_the_same_formula():
    X, y = normal(50, 3), normal(50, 1, seed=1)[:, 0]
    assert distilled(X, y).formula == distilled(X, y).formula


def test_it_is_the_baseline_of_every_study():
    assert LinearStudent.baseline


@pytest.mark.parametrize(
    ("size", "y", "reason"),
    [(1.0, np.array([1.0, np.nan]), "the target must be finite"), (1e200, np.array([1.0, 2.0]), r"beyond 1e\+150")],
)
def test_a_task_that_cannot_be_fitted_says_what_is_needed(size, y, reason):
    with pytest.raises(DataError, match=reason):
        distilled(size * np.eye(2), y)


@pytest.mark.parametrize("strengths", [[], [0.0], [-1.0], [float("nan")], [float("inf")], ["1"], 1.0])
def test_strengths_that_are_no_positive_numbers_are_refused(strengths):
    with pytest.raises(ValidationError, match="strengths"):
        LinearStudent(strengths=strengths)


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_linear.plugin as plugin; plugin.smoothdistill_students(); "
        "print({'numpy', 'sklearn', 'scipy', 'pandas', 'torch'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"
