"""The student of one input finds the line or the curve that a target is, and never one that turns."""

from dataclasses import replace

import numpy as np
import pytest

from smoothdistill_core import Deadline, DistillationTask
from smoothdistill_core.formula import first_wrong_slope
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_linear.one_input import OneInputStudent


@pytest.fixture
def task():
    """Return a task of which input 1, in its own units from 1 to 9, is all that counts."""
    raw = np.random.default_rng(0).uniform([-5.0, 1.0], [5.0, 9.0], (200, 2))
    features = [
        Feature(name, None, *moments, *ends)
        for name, moments, ends in zip(
            "ab",
            zip(raw.mean(axis=0), raw.std(axis=0), strict=True),
            zip(raw.min(axis=0), raw.max(axis=0), strict=True),
            strict=True,
        )
    ]
    scaling = Scaling(tuple(features), "y", "none", 0.0, 1.0)
    X = scaling.standardised(raw)

    def task(law):
        return DistillationTask(X, law(raw[:, 1]), seed=0, scaling=scaling)

    return task


def best(task):
    """Return the formula with the least error in the data's own units, and that error."""
    left = {
        found.formula: float(np.mean((found.predict(task.X) - task.y) ** 2)) for found in OneInputStudent().distil(task)
    }
    formula = min(left, key=left.get)
    return task.scaling.raw_formula(formula).text(["a", "b"], digits=3), left[formula]


@pytest.mark.parametrize(
    ("law", "text"),
    [
        (lambda b: 3.0 - 2.0 * b, "3 - 2*b"),
        (lambda b: 2.0 * np.log(b) + 1.0, "1 + 2*log(b)"),
        (lambda b: 5.0 / b, "5/b"),
        (lambda b: 1.0 - np.exp(-0.5 * b), "1 - 0.0767*exp(-0.5*(b - 5.13))"),
    ],
)
def test_a_law_of_one_input_is_found(task, law, text):
    found, left = best(task(law))
    assert left < 1e-6
    assert found.replace(" ", "").replace("1.0*", "") == text.replace(" ", "")


def test_a_0_has_no_logarithm_though_rounding_leaves_more_than_that():
    counts = np.append(np.zeros(20), np.random.default_rng(0).exponential(3.0, 180))
    X = (counts[:, None] - 3.0) / 0.7
    assert (X * 0.7 + 3.0).min() > 0.0
    scaling = Scaling((Feature("a", None, 3.0, 0.7, 0.0, counts.max()),), "y", "none", 0.0, 1.0)
    y = np.where(counts == 0.0, -2.0, 2.0) + 0.3 * np.log1p(counts)
    found = OneInputStudent().distil(DistillationTask(X, y, seed=0, scaling=scaling))
    assert not any("log" in candidate.formula.text() for candidate in found)


def test_no_curve_turns(task):
    found = OneInputStudent().distil(task(lambda b: (b - 5.0) ** 2))
    box = [(-3.0, 3.0), (-1.5, 1.5)]
    for candidate in found:
        for index in (0, 1):
            ways = [first_wrong_slope(candidate.formula, index, direction, box) for direction in (1, -1)]
            assert None in ways


def test_the_constant_is_always_there(task):
    assert OneInputStudent().distil(task(np.ones_like))[0].formula.text() == "1.0"
    assert not OneInputStudent().distil(task(np.log))[0].formula.inputs


def test_only_the_best_inputs_have_formulas(task):
    found = OneInputStudent(inputs=1).distil(task(np.log))
    assert {index for candidate in found for index in candidate.formula.inputs} == {1}


def test_a_line_is_all_there_is_of_an_indicator(task):
    given = task(lambda b: b > 5.0)
    indicator = Feature("c", "red", 0.0, 1.0, 0.0, 1.0)
    scaling = replace(given.scaling, features=(given.scaling.features[0], indicator))
    X = np.column_stack([given.X[:, 0], given.y])
    found = OneInputStudent(inputs=1).distil(replace(given, X=X, y=given.y * 1.0, scaling=scaling))
    assert len(found) == 2


def test_a_row_that_hardly_weighs_anything_changes_no_curve():
    X = np.append(np.random.default_rng(0).uniform(0, 4, 80), 1000.0)[:, None]
    y, weights = np.exp(-1.5 * X[:, 0]), np.append(np.ones(80), 1e-9)
    curve = OneInputStudent().distil(DistillationTask(X, y, seed=0, weights=weights))[-1]
    np.testing.assert_allclose(curve.predict(X[:80]), y[:80], atol=1e-3)


def test_a_deadline_ends_it_after_an_input(task):
    given = replace(task(lambda x: np.exp(-0.5 * x)), deadline=Deadline(0.0))
    assert {*OneInputStudent().distil(given)[-1].formula.inputs} == {1}
    assert given.deadline.cut
