"""Rounding leaves the fewest digits that keep R2 within the tolerance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Formula, constants, rounded

SETTINGS = settings(settings.get_profile("formula"), max_examples=60)
X = np.random.default_rng(0).normal(size=(200, 3))
NOISE = np.random.default_rng(1).normal(size=200)


def r2(formula, target):
    return 1.0 - np.sum((target - formula.predict(X)) ** 2) / np.sum((target - target.mean()) ** 2)


@pytest.mark.parametrize(
    ("tolerance", "text"),
    [(0.0, "1.23456789 + 0.987654321*x0"), (1e-6, "1.235 + 0.988*x0"), (0.05, "x0 + 1.2")],
)
def test_a_larger_tolerance_leaves_fewer_digits(tolerance, text):
    formula = Formula.linear([0.987654321], 1.23456789)
    assert str(rounded(formula, X, formula.predict(X), tolerance)) == text


@SETTINGS
@given(st.from_type(Formula), st.sampled_from([0.0, 1e-4, 0.01]))
def test_r2_falls_by_no_more_than_the_tolerance(formula, tolerance):
    with np.errstate(all="ignore"):
        target = np.where(np.isfinite(formula.predict(X)), np.clip(formula.predict(X), -1e6, 1e6), 0.0) + NOISE
        short = rounded(formula, X, target, tolerance)
        before, after = r2(formula, target), r2(short, target)
    if np.isfinite(before):
        assert after >= before - tolerance - 1e-9 * abs(before)
    else:
        assert short == formula
    assert len(short.text()) <= len(formula.text())


def test_a_constant_that_matters_less_gets_fewer_digits():
    formula = Formula.linear([100.123456, 0.0123456], 5.123456)
    short = rounded(formula, X, formula.predict(X), 1e-6)
    assert str(short) != str(formula)
    lengths = [len(f"{value:g}") for value in constants(short)]
    assert lengths[2] < lengths[1]


def test_moderate_whole_numbers_stay():
    formula = Formula.linear([1990.0, 123456.0], 17.0)
    short = rounded(formula, X, formula.predict(X), 0.1)
    assert list(constants(short)) == [17.0, 1990.0, 100000.0]


def test_nothing_to_round_changes_nothing():
    assert rounded(Formula.variable(0), X, NOISE, 0.1) == Formula.variable(0)
    nowhere = Formula.apply("log", Formula.constant(-0.123))
    assert rounded(nowhere, X, NOISE, 0.1) is nowhere
    assert rounded(Formula.constant(0.123), X[:0], NOISE[:0], 0.1) == Formula.constant(0.1)


def test_a_constant_target_allows_no_larger_error():
    target = np.full(len(X), 0.123)
    assert rounded(Formula.constant(0.123), X, target, 0.5) == Formula.constant(0.123)


@pytest.mark.parametrize("tolerance", [-0.1, 1.0, np.nan, np.inf])
def test_a_tolerance_beyond_reason_is_refused(tolerance):
    with pytest.raises(FormulaError, match=r"a number in \[0, 1\)"):
        rounded(Formula.constant(0.5), X, NOISE, tolerance)


def test_a_target_of_another_length_is_refused():
    with pytest.raises(FormulaError, match=r"y must have shape \(200,\)"):
        rounded(Formula.constant(0.5), X, NOISE[:3], 0.1)


def test_without_any_tolerance_the_last_digit_stays():
    formula = Formula.linear([0.1 + 0.2, 0.1 + 0.7], 5.0)  # 0.30000000000000004 and 0.7999999999999999
    assert rounded(formula, X, formula.predict(X), 0.0) == formula
