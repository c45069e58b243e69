"""`fit` takes a weight for each row, by scikit-learn's name for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, RecipeError
from smoothdistill_core.testing.tiny import TinyStudent


@pytest.fixture
def two_lines():
    """Heavy rows on one line and light ones on another."""
    rng = np.random.default_rng(0)
    X, heavy = rng.normal(size=(200, 2)), np.arange(200) % 2 == 0
    y = np.where(heavy, 1.0, -1.0) * X[:, 0]
    return X, y, np.where(heavy, 10.0, 1e-3)


def slope(fitted):
    return fitted.formula_.formula.gradient(np.zeros((1, 2)))[0, 0]


def test_heavy_rows_decide(distiller, two_lines):
    X, y, weights = two_lines
    assert slope(distiller().fit(X, y, sample_weight=weights)) == pytest.approx(1.0, abs=0.01)
    assert slope(distiller().fit(X, y, sample_weight=weights[::-1])) == pytest.approx(-1.0, abs=0.01)


def test_scores_count_rows_by_their_weights_and_the_report_says_so(distiller, two_lines):
    X, y, weights = two_lines
    fitted = distiller().fit(X, y, weights)
    assert fitted.front_["r2_validation"].max() > 0.99
    assert fitted.score(X, y, sample_weight=weights) > 0.99
    assert fitted.score(X, y) < 0.5
    assert "rows are weighted by sample_weight, from " in fitted.report()


def test_only_ratios_matter(distiller, two_lines):
    X, y, weights = two_lines
    one, other = (distiller().fit(X, y, sample_weight=scale * weights) for scale in (1.0, 1024.0))
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


def test_rows_of_weight_0_might_as_well_not_be_there(distiller, two_lines):
    X, y, _ = two_lines
    counts = np.arange(200) % 4 > 0
    one = distiller().fit(X, y, sample_weight=counts.astype(float))
    other = distiller().fit(X[counts], y[counts], sample_weight=np.ones(150))
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert "50 of 200 rows left out: their weight is 0" in one.report()


def test_a_column_of_x_with_that_name_is_an_input(distiller, two_lines):
    X, y, weights = two_lines
    table = pd.DataFrame(X, columns=["sample_weight", "other"])
    fitted = distiller().fit(table, y, sample_weight=pd.Series(weights))
    assert "sample_weight" in str(fitted.formula_)
    assert slope(fitted) == pytest.approx(1.0, abs=0.01)


def test_a_finished_model_is_imitated_by_weight(distiller, two_lines):
    X, _, _ = two_lines
    weights = np.where(X[:, 0] > 0, 1.0, 1e-6)
    black_box = distiller(teacher="blackbox", model=lambda X: np.abs(X[:, 0]))
    assert slope(black_box.fit(X, sample_weight=weights)) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(7), r"sample_weight has the shape \(7,\), and X has 200 rows; give one weight a row"),
        (np.ones((200, 1)), r"sample_weight has the shape \(200, 1\)"),
        (np.r_[np.ones(199), -0.5], "sample_weight holds -0.5 in data row 200, where a weight belongs"),
        (np.r_[np.nan, np.ones(199)], "sample_weight holds nothing in data row 1"),
        (np.zeros(200), "sample_weight is zero in all 200 rows"),
        (["heavy"] * 200, "sample_weight holds 'heavy' in data row 1"),
    ],
)
def test_what_are_no_weights_of_these_rows_is_refused(distiller, two_lines, weights, message):
    X, y, _ = two_lines
    with pytest.raises(DataError, match=message):
        distiller().fit(X, y, sample_weight=weights)


def test_a_student_that_counts_every_row_alike_is_refused_by_name(distiller, two_lines):
    X, y, weights = two_lines
    with pytest.raises(RecipeError, match="the student 'tiny' counts every row alike"):
        distiller(student=TinyStudent()).fit(X, y, sample_weight=weights)
