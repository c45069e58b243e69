"""Exact recovery: the law's structure, and constants as exactly as the data tell them."""

import numpy as np
import pytest

from smoothdistill_core import Formula, Table
from smoothdistill_core.formula import constants, sensitivity, with_constants
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import score
from smoothdistill_laws.exact_recovery import ExactRecovery
from smoothdistill_laws.law import Law, formula_over
from smoothdistill_laws.nearest_fit import fit_of_constants
from smoothdistill_laws.standard_errors import StandardErrors

GROWTH = {"expression": "3*a*exp(-b/4) + 0.5*c", "ranges": {"a": (1, 5), "b": (1, 5), "c": (1, 5)}, "rows": 500}


def split_of(noise=0.0, **changes):
    return prepare(Law(**{**GROWTH, "noise": noise, **changes}).load(), Prepare(), 0)


def recovered(text, split, **options):
    """Return the one score that a formula in the data's own units has on all parts."""
    names = split.facts.scaling.names
    found = split.facts.scaling.standardised_formula(formula_over(names, text) if isinstance(text, str) else text)
    (answer,) = set(score(found, split, [ExactRecovery(**options)]).values())
    return answer


CLEAN = split_of()


@pytest.mark.parametrize(
    "found",
    [
        "3*a*exp(-b/4) + 0.5*c",
        "0.5*(c + 6*a/exp(0.25*b))",
        "3.000001*a*exp(-b/4) + 0.5*c",
        "3*a*exp(-b/4) + 0.5*c + 1e-8",
    ],
)
def test_without_noise_the_law_in_whatever_way_is_exact(found):
    assert recovered(found, CLEAN) == 1.0


@pytest.mark.parametrize(
    "found",
    [
        "3.00001*a*exp(-b/4) + 0.5*c",
        "3*a*exp(-0.250001*b) + 0.5*c",
        "3*a*exp(-b/4) + 0.5*c + 0.0001*a",
        "3*a*exp(-b/4)",
    ],
)
def test_without_noise_a_constant_that_is_off_or_a_further_term_is_a_miss(found):
    assert recovered(found, CLEAN) == 0.0


def test_the_options_say_how_exact_constants_have_to_be():
    assert recovered("3.00001*a*exp(-b/4) + 0.5*c", CLEAN, exact=1e-4) == 1.0


def test_with_noise_constants_may_be_off_by_a_hundredth():
    split = split_of(noise=1e-4)
    assert recovered("3.01*a*exp(-b/4) + 0.497*c", split) == 1.0
    assert recovered("3.1*a*exp(-b/4) + 0.5*c", split) == 0.0
    assert recovered("3.1*a*exp(-b/4) + 0.5*c", split, tolerance=0.05) == 1.0


def test_with_more_noise_they_may_be_off_by_three_of_their_standard_errors():
    split = split_of(noise=0.2)
    law = "3*a*exp(-b/4) + 0.5*c"
    errors = standard_errors(split, law)[-1]
    assert 2.5 * errors > 0.01 * 0.5  # the noise says more than the hundredth
    assert recovered(f"3*a*exp(-b/4) + {0.5 + 2.5 * errors}*c", split) == 1.0
    assert recovered(f"3*a*exp(-b/4) + {0.5 + 4.0 * errors}*c", split) == 0.0
    assert recovered(f"3*a*exp(-b/4) + {0.5 + 2.5 * errors}*c", split, standard_errors=2.0) == 0.0


def test_with_noise_a_further_term_is_a_miss_however_little_the_data_say_of_it():
    split = split_of(noise=0.5)
    assert recovered("3*a*exp(-b/4) + 0.5*c + 0.001*a*b", split) == 0.0
    assert recovered("3*a*exp(-b/4) + 0.5*c - 0.002", split) == 0.0
    assert recovered("3*a*exp(-b/4)", split) == 0.0


def standard_errors(split, text):
    scaling, train = split.facts.scaling, split.parts["train"]
    X, y = scaling.raw(train.X), scaling.restore(train.y)
    formula = formula_over(scaling.names, text)
    return StandardErrors(X, y, 0.01, 3.0).of(fit_of_constants(formula, X, formula.predict(X)))


def test_standard_errors_are_those_of_linear_regression():
    random = np.random.default_rng(0)
    X = random.uniform(1, 5, (200, 2))
    y = X @ [2.5, -1.5] + random.normal(size=200)
    formula = formula_over(["a", "b"], "2.5*a - 1.5*b")
    left = y - formula.predict(X)
    covariance = np.linalg.inv(X.T @ X) * (left @ left) / 198
    found = StandardErrors(X, y, 0.01, 3.0).of(fit_of_constants(formula, X, y))
    np.testing.assert_allclose(found, np.sqrt(np.diag(covariance)), rtol=1e-9)


def test_three_standard_errors_hold_a_fitted_law_nearly_always():
    law = "3*a*exp(-b/4) + 0.5*c"
    held = []
    for seed in range(40):
        split = split_of(noise=0.5, seed=seed, rows=150)
        scaling, train = split.facts.scaling, split.parts["train"]
        X, y = scaling.raw(train.X), scaling.restore(train.y)
        formula = formula_over(scaling.names, law)
        found = without_offset(formula, X, y)
        held.append(recovered(found, split))
    assert np.mean(held) >= 0.9  # three constants, each 0.3 % of the time beyond


def without_offset(formula, X, y):
    """Fit all constants but a new offset, by a few steps of Gauss and Newton."""
    for _ in range(20):
        step = np.linalg.lstsq(sensitivity(formula, X), y - formula.predict(X), rcond=1e-9)[0]
        formula = with_constants(formula, constants(formula) + step)
    return formula


def test_fewer_rows_than_constants_leave_the_hundredth_alone():
    X, y = np.array([[1.0, 2.0]]), np.array([3.0])
    fit = fit_of_constants(formula_over(["a", "b"], "1.5*a + 0.7*b"), X, y)
    assert (StandardErrors(X, y, 0.01, 3.0).of(fit) == 0.0).all()


def test_data_without_a_law_have_no_score():
    lawless = prepare(Table(Law(**GROWTH).load().frame, "y"), Prepare(), 0)
    assert score(Formula.variable(0), lawless, [ExactRecovery()]) == {}
