"""The linear student writes ridge regressions down exactly, and takes no more inputs than help."""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression, Ridge

from smoothdistill_core import DataError, Deadline, DistillationTask
from smoothdistill_linear.student import LinearStudent


@pytest.fixture(autouse=True)
def _nothing_is_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def front(X, y, weights=None, seed=0, **options):
    return LinearStudent(**options).distil(DistillationTask(X, y, seed=seed, weights=weights))


def distilled(X, y, weights=None, **options):
    """Return the answer: the last of the candidates."""
    return front(X, y, weights, **options)[-1]


def normal(rows, features, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, features))


def test_a_line_is_found():
    X = normal(200, 2)
    found = distilled(X, 3.0 * X[:, 0] - 2.0 * X[:, 1] + 1.0)
    assert found.formula.text(["length", "width"], digits=3) == "1 + 3*length - 2*width"


SIZES = [(1, 1), (1, 300), (2, 1), (2, 5), (3, 3), (3, 300), (7, 5), (60, 100), (500, 1)]


@pytest.mark.parametrize("inputs", ["few", "all"])
@pytest.mark.parametrize(("rows", "features"), SIZES)
def test_the_formula_computes_what_the_student_predicts(rows, features, inputs):
    X = normal(rows, features)
    unseen = normal(100, features, seed=2)
    for found in front(X, normal(rows, 1, seed=1)[:, 0], inputs=inputs):
        np.testing.assert_array_equal(found.formula.predict(unseen), found.predict(unseen))
        assert np.isfinite(found.predict(unseen)).all()


@pytest.mark.parametrize("rows", [1, 2, 50])
def test_a_constant_target_is_a_constant_formula(rows):
    found = distilled(normal(rows, 3), np.full(rows, 0.1))
    assert found.formula.text() == "0.1"
    np.testing.assert_array_equal(found.predict(normal(4, 3)), 0.1)


@pytest.mark.parametrize("truth", [0.0, 0.3, 3.0])
def test_all_inputs_give_the_ridge_regression_that_generalised_cross_validation_chooses(truth):
    X = normal(40, 8)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = truth * X[:, 0] + normal(40, 1, seed=1)[:, 0]
    strengths = (0.1, 10.0, 1000.0)

    def criterion(strength):
        hat = 1 / 40 + X @ np.linalg.solve(X.T @ X + strength * np.eye(8), X.T)
        return np.sum((y - hat @ y) ** 2) / (40 - np.trace(hat)) ** 2

    best = Ridge(min(strengths, key=criterion)).fit(X, y)
    (found,) = front(X, y, inputs="all", strengths=strengths)
    assert found.formula.complexity == 1 + 4 * 8
    np.testing.assert_allclose(found.predict(X), best.predict(X), rtol=1e-9)


def ten_inputs_of_which_three_matter(rows=300, noise=1.0):
    X = normal(rows, 10, seed=3)
    return X, 3.0 * X[:, 2] - 2.0 * X[:, 5] + X[:, 7] + noise * normal(rows, 1, seed=4)[:, 0]


def test_only_inputs_that_help_are_taken():
    X, y = ten_inputs_of_which_three_matter()
    assert distilled(X, y).formula.inputs == {2, 5, 7}
    assert distilled(X, y, inputs="all").formula.inputs == set(range(10))


def test_the_answer_is_a_ridge_regression_on_its_inputs_and_no_lasso():
    X, y = ten_inputs_of_which_three_matter(noise=0.1)
    plain = Ridge(0.001).fit(X[:, [2, 5, 7]], y)
    found = distilled(X, y, strengths=(0.001,))
    np.testing.assert_allclose(found.predict(X), plain.predict(X[:, [2, 5, 7]]), rtol=1e-3, atol=1e-3)


def test_shorter_regressions_come_before_the_answer_each_better_than_those_before():
    X, y = ten_inputs_of_which_three_matter()
    found = front(X, y)
    assert [candidate.formula.inputs for candidate in found] == [{2}, {2, 5}, {2, 5, 7}]
    errors = [np.mean((candidate.predict(X) - y) ** 2) for candidate in found]
    assert errors == sorted(errors, reverse=True)


def test_where_no_input_helps_the_formula_is_the_mean():
    X = normal(200, 3, seed=3)
    found = front(X, np.tile([1.0, 2.0], 100))
    assert [candidate.formula.text() for candidate in found] == ["1.5"]


def test_inputs_that_chance_favours_are_not_taken_where_they_are_many():
    X = normal(60, 100)
    y = X[:, 0] + 0.5 * normal(60, 1, seed=1)[:, 0]
    assert 0 in distilled(X, y).formula.inputs
    assert len(distilled(X, y).formula.inputs) <= 5


def test_of_two_equal_inputs_one_is_enough():
    X, y = ten_inputs_of_which_three_matter()
    X[:, 3] = 7.0 - 2.0 * X[:, 2]
    assert distilled(X, y).formula.inputs == {2, 5, 7}


def test_an_input_that_does_not_vary_is_left_out():
    X, y = ten_inputs_of_which_three_matter()
    X[:, 0], X[:, 1], X[:, 3] = 0.0, 1e9, 0.1 + 1e-16 * np.arange(300)
    assert not distilled(X, y, inputs="all").formula.inputs & {0, 1, 3}
    assert distilled(X, y).formula.inputs == {2, 5, 7}


@pytest.mark.parametrize("inputs", ["few", "all"])
@pytest.mark.parametrize("unit", [1e-140, 1e-9, 1e9, 1e149])
def test_units_of_inputs_and_target_play_no_part(unit, inputs):
    X, y = ten_inputs_of_which_three_matter()
    plain = distilled(X, y, inputs=inputs)
    X[:, :5] *= unit
    scaled = distilled(X, 1e50 * y + 1e50, inputs=inputs)
    assert scaled.formula.inputs == plain.formula.inputs
    X[:, :5] /= unit
    again = distilled(X, y, inputs=inputs)
    np.testing.assert_allclose(again.predict(X), plain.predict(X), rtol=1e-6, atol=1e-9)


def test_an_input_of_a_few_rows_may_be_missing_in_a_fold():
    X, y = ten_inputs_of_which_three_matter()
    X[:, 0] = np.arange(300) == 7
    y[7] += 100.0
    for candidate in front(X, y):
        assert np.isfinite(candidate.predict(X)).all()


def test_the_seed_draws_the_folds():
    X, y = normal(40, 8), normal(40, 1, seed=1)[:, 0]
    y += X[:, :4] @ [0.5, 0.4, 0.3, 0.2]
    sizes = {len(front(X, y, seed=seed)[-1].formula.inputs) for seed in range(10)}
    assert len(sizes) > 1


def test_an_integer_weight_counts_as_so_many_rows():
    X, y, weights = normal(40, 3), normal(40, 1, seed=1)[:, 0], np.tile([1.0, 2.0], 20)
    times = weights.astype(int)
    options = {"inputs": "all", "strengths": (1.0,)}
    weighted = distilled(X, y, weights, **options).formula
    repeated = distilled(np.repeat(X, times, axis=0), np.repeat(y, times), **options).formula
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X))


def test_weights_decide_which_inputs_are_taken():
    X = normal(400, 4, seed=3)
    y = np.where(np.arange(400) < 200, X[:, 0], X[:, 1]) + 0.1 * normal(400, 1, seed=1)[:, 0]
    for first, second, wanted in ((1.0, 1e-9, {0}), (1e-9, 1.0, {1})):
        weights = np.where(np.arange(400) < 200, first, second)
        assert distilled(X, y, weights).formula.inputs == wanted


@pytest.mark.parametrize("heaviest", [1e-300, 1e300])
def test_weights_of_any_size_give_a_finite_formula(heaviest):
    X, y = ten_inputs_of_which_three_matter()
    for inputs in ("few", "all"):
        found = distilled(X, y, np.linspace(0.1, 1.0, 300) * heaviest, inputs=inputs)
        assert np.isfinite(found.predict(X)).all()


def test_rows_of_weight_zero_do_not_count():
    X, y, weights = normal(40, 3), normal(40, 1, seed=1)[:, 0], np.repeat([1.0, 0.0], 20)
    assert distilled(X, y, weights).formula == distilled(X, np.where(weights > 0, y, 99.0), weights).formula


def test_the_same_task_gives_the_same_formulas():
    X, y = ten_inputs_of_which_three_matter(noise=3.0)
    first, second = ([candidate.formula for candidate in front(X, y)] for _ in range(2))
    assert first == second


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


@pytest.mark.parametrize("inputs", ["some", "", 3, None])
def test_inputs_are_few_or_all(inputs):
    with pytest.raises(ValidationError, match="'few' or 'all'"):
        LinearStudent(inputs=inputs)


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_linear.plugin as plugin; plugin.smoothdistill_students(); "
        "print({'numpy', 'sklearn', 'scipy', 'pandas', 'torch'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"


def labels(rows=400, features=6, seed=0):
    """Return inputs, and labels that two of them tell."""
    X = normal(rows, features, seed)
    log_odds = 2.0 * X[:, 0] - 1.5 * X[:, 2] - 0.5
    return X, (np.random.default_rng(seed).random(rows) < 1.0 / (1.0 + np.exp(-log_odds))).astype(float)


def of_labels(X, y, **options):
    return LinearStudent(**options).distil(DistillationTask(X, 4.0 * y - 2.0, seed=0, labels=y))


def test_of_labels_it_is_logistic_regression():
    X, y = labels()
    (found,) = of_labels(X, y, inputs="all", strengths=[10.0])
    centred = (X - X.mean(axis=0)) / X.std(axis=0)
    known = LogisticRegression(C=0.1, tol=1e-10).fit(centred, y)
    np.testing.assert_allclose(found.predict(X), known.decision_function(centred), atol=1e-5)
    np.testing.assert_array_equal(found.formula.predict(X), found.predict(X))


def test_labels_that_two_inputs_tell_have_a_formula_of_two():
    X, y = labels()
    assert of_labels(X, y)[-1].formula.inputs == {0, 2}


def test_labels_that_no_input_tells_have_the_log_odds_of_their_share():
    X, _ = labels()
    y = (np.arange(400) % 4 == 0).astype(float)
    assert of_labels(X, y)[-1].predict(X)[0] == pytest.approx(np.log(0.25 / 0.75))


def test_labels_that_an_input_separates_have_coefficients_that_end():
    X, _ = labels()
    assert np.abs(of_labels(X, (X[:, 1] > 0).astype(float))[-1].predict(X)).max() < 1e4


def test_labels_of_one_class_but_for_a_row_have_a_formula():
    X, _ = labels(40)
    y = np.zeros(40)
    y[0] = 1.0
    assert np.isfinite(of_labels(X, y)[-1].predict(X)).all()


@pytest.mark.parametrize("are_labels", [False, True])
def test_a_deadline_ends_cross_validation_after_a_fold_and_there_is_a_formula(are_labels):
    X, y = labels()
    task = DistillationTask(X, y, seed=0, labels=y if are_labels else None, deadline=Deadline(0.0))
    found = LinearStudent().distil(task)
    assert task.deadline.cut
    assert np.isfinite(found[-1].predict(X)).all()


def test_labels_of_rows_of_weight_0_are_left_out_with_them():
    X, y = labels()
    weights = np.where(np.arange(400) < 100, 0.0, 1.0)
    task = DistillationTask(X, y, seed=0, labels=y)
    whole = LinearStudent().distil(replace(task, X=X[100:], y=y[100:], labels=y[100:]))
    assert [found.formula for found in LinearStudent().distil(replace(task, weights=weights))] == [
        found.formula for found in whole
    ]
