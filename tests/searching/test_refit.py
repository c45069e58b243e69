"""A refit finds the constants of the data, never makes the fit worse, and is quick."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula
from smoothdistill_core.searching import refitted
from smoothdistill_core.searching.compiled_refit import fit

SETTINGS = settings(settings.get_profile("formula"), max_examples=60)
apply = Formula.apply
x, y, z = map(Formula.variable, range(3))


def constant(value):
    return Formula.constant(value)


def rows(count=200, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 3))


def squared_error(formula, X, target, weights=1.0):
    return float(np.sum(weights * (formula.predict(X) - target) ** 2))


def wave(amplitude, frequency, phase, slope, offset):
    sine = apply("sin", apply("add", constant(phase), apply("mul", constant(frequency), x)))
    return apply(
        "add", constant(offset), apply("add", apply("mul", constant(amplitude), sine), apply("mul", constant(slope), y))
    )


def test_the_constants_that_made_the_data_are_found():
    X, truth = rows(), wave(2.5, 1.7, 0.3, -0.4, 3.0)
    found = refitted(wave(1.0, 1.4, 0.0, 1.0, 0.0), X, truth.predict(X))
    assert found.text(digits=6) == "3 - 0.4*x1 + 2.5*sin(0.3 + 1.7*x0)"


@pytest.mark.parametrize("rescale", [True, False])
@pytest.mark.parametrize("unit", [1e-30, 1e-12, 1e-6, 1.0, 1e9])
def test_they_are_found_in_whatever_unit_the_target_is_given(unit, rescale):
    X = rows()
    target = 3.0 * unit * np.exp(-1.3 * X[:, 0])
    decay = apply("exp", apply("mul", constant(-1.0), x))
    found = refitted(apply("mul", constant(2.0 * unit), decay), X, target, rescale=rescale)
    np.testing.assert_allclose(found.predict(X), target, rtol=1e-9)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (x, "3 + 2*x0"),
        (constant(1.0), "3"),
        (apply("add", constant(0.5), x), "3 + 2*x0"),
        (apply("mul", constant(0.5), x), "3 + 2*x0"),
        (Formula.linear([1.0], 1.0), "3 + 2*x0"),
    ],
    ids=str,
)
def test_factor_and_offset_are_merged_into_those_that_are_there(formula, text):
    X = rows()
    target = 2.0 * X[:, 0] + 3.0 if formula.inputs else np.full(len(X), 3.0)
    assert refitted(formula, X, target).text(digits=6) == text


def test_whole_and_half_exponents_stay_and_others_are_fitted():
    X = np.abs(rows())
    target = 3.0 * X[:, 0] ** 2.25 + 1.0
    assert refitted(apply("pow", x, constant(2.3)), X, target).text(digits=4) == "1 + 3*x0^2.25"
    assert "x0^2" in refitted(apply("pow", x, constant(2.0)), X, target).text(digits=4)
    assert "x0^2.5" in refitted(apply("pow", x, constant(2.5)), X, target).text(digits=4)


@pytest.mark.parametrize("rescale", [True, False])
def test_a_limit_of_0_stays_and_others_are_fitted(rescale):
    X = rows()
    above = apply("max", apply("sub", x, constant(0.4)), constant(0.0))
    found = refitted(apply("mul", constant(2.0), above), X, 3.0 * np.maximum(X[:, 0] - 0.5, 0.0), rescale=rescale)
    assert found.text(digits=6) == "3*max(x0 - 0.5, 0)"
    below = apply("min", apply("mul", constant(2.0), x), constant(0.4))
    assert refitted(below, X, np.minimum(3.0 * X[:, 0], 0.5), rescale=False).text(digits=6) == "min(3*x0, 0.5)"


def test_without_rescaling_nothing_is_added_to_the_formula():
    X, sine = rows(), apply("sin", apply("mul", constant(1.8), x))
    found = refitted(apply("mul", constant(2.5), sine), X, 3.0 * np.sin(2.0 * X[:, 0]), rescale=False)
    assert found.text(digits=6) == "3*sin(2*x0)"
    assert refitted(x, X, 2.0 * X[:, 0] + 1.0, rescale=False) == x


def test_without_rescaling_a_constant_of_1_stays():
    X = np.abs(rows())
    below = apply("add", constant(1.0), apply("mul", constant(0.5), x))
    found = refitted(
        apply("div", apply("mul", constant(2.0), x), below), X, 3.0 * X[:, 0] / (1.0 + 0.7 * X[:, 0]), rescale=False
    )
    assert found.text(digits=6) == "3*x0/(1 + 0.7*x0)"


@SETTINGS
@given(st.from_type(Formula), st.booleans())
def test_the_squared_error_never_rises(formula, weighted):
    X = rows(60)
    target = np.sin(X[:, 0]) + X[:, 1] ** 2
    weights = np.linspace(0.0, 2.0, len(X)) if weighted else None
    found = refitted(formula, X, target, weights)
    with np.errstate(all="ignore"):
        before, after = (squared_error(one, X, target, 1.0 if weights is None else weights) for one in (formula, found))
    assert after <= before if np.isfinite(before) else found == formula
    assert refitted(formula, X, target, weights) == found


def test_a_formula_that_fits_already_is_returned_itself():
    X, truth = rows(), wave(2.5, 1.7, 0.3, -0.4, 3.0)
    assert refitted(truth, X, truth.predict(X)) is truth


def test_weights_say_which_rows_count():
    X = rows()
    weights = (X[:, 1] > 0.0) * 1.0
    found = refitted(x, X, np.where(weights > 0.0, 2.0 * X[:, 0], 1e3), weights)
    assert found.text(digits=6) == "2*x0"


def test_factor_and_offset_of_a_formula_without_constants_are_those_of_weighted_least_squares():
    X, weights = rows(), np.linspace(0.0, 4.0, 200)
    target = X[:, 0] ** 2 + X[:, 0]
    slope, offset = np.polyfit(X[:, 0], target, 1, w=np.sqrt(weights))
    assert refitted(x, X, target, weights).text(digits=6) == f"{offset:.6g} + {slope:.6g}*x0"


def test_what_varies_by_nothing_but_rounding_is_not_blown_up():
    noise = rows()[:, :1]
    X = 1e6 + 1e-8 * noise
    found = refitted(x, X, noise[:, 0])
    assert np.ptp(found.predict(X)) < 1e-6


def test_targets_too_large_to_be_squared_are_met_by_a_factor_alone():
    X = rows()
    target = np.where(X[:, 1] > 0.0, 1e101, 1.0) * np.sin(1.7 * X[:, 0])
    found = refitted(apply("sin", apply("mul", constant(1.4), x)), X, target)
    assert "*sin(1.4*x0)" in found.text(digits=2)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_data_that_are_not_finite_change_nothing(bad):
    X = rows()
    target = X[:, 0].copy()
    target[3] = bad
    assert refitted(y, X, target) is y
    X[0, 1] = bad
    assert refitted(y, X, rows()[:, 0]) is y


def test_a_formula_without_values_changes_nothing():
    X, formula = rows(), apply("log", apply("mul", constant(2.0), x))
    assert refitted(formula, X, X[:, 0]) is formula
    assert refitted(formula, X[:0], X[:0, 0]) is formula


@pytest.mark.parametrize("huge", [1e308, -1e200, 5e-324])
def test_constants_near_the_end_of_numbers_do_no_harm(huge):
    X = rows()
    formula = apply("add", apply("sin", apply("mul", constant(1.4), x)), apply("mul", constant(huge), y))
    found = refitted(formula, X, np.sin(1.7 * X[:, 0]))
    with np.errstate(over="ignore"):
        before = squared_error(formula, X, np.sin(1.7 * X[:, 0]))
    assert found is formula if not np.isfinite(before) else np.isfinite(found.predict(X)).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_constant_that_is_no_number_changes_nothing(bad):
    formula = Formula((*apply("mul", x, y).nodes[:2], Constant(bad)))
    assert refitted(formula, rows(), rows()[:, 0]) is formula


@pytest.mark.parametrize("name", ["gamma", "erf", "cbrt", "protected_log", "analytic_quotient"])
def test_constants_within_rare_operators_are_found(name):
    X = np.abs(rows()) + 0.5
    arguments = [constant(2.0)] if OPERATORS[name].arity == 2 else []

    def inner(factor):
        return apply(name, apply("mul", constant(factor), x), *arguments)

    found = refitted(inner(1.33), X, inner(1.3).predict(X))
    assert squared_error(found, X, inner(1.3).predict(X)) < 1e-9


def test_rows_that_all_weigh_nothing_change_nothing():
    X, formula = rows(), wave(1.0, 1.4, 0.0, 1.0, 0.0)
    assert refitted(formula, X, X[:, 0], np.zeros(len(X))) is formula


def test_rows_beyond_one_block_count_as_well():
    X, truth = rows(1_000), wave(2.5, 1.7, 0.3, -0.4, 3.0)
    target = truth.predict(X)
    target[:300] += 1e3 * (np.arange(300) % 2 - 0.5)
    found = refitted(wave(1.0, 1.6, 0.0, 1.0, 0.0), X, target, np.where(np.arange(1_000) < 300, 0.0, 1.0))
    assert found.text(digits=6) == "3 - 0.4*x1 + 2.5*sin(0.3 + 1.7*x0)"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_rows_than_constants_will_do(count):
    X = rows(count)
    formula = wave(1.0, 1.4, 0.0, 1.0, 0.0)
    assert squared_error(refitted(formula, X, X[:, 2]), X, X[:, 2]) <= squared_error(formula, X, X[:, 2])


@pytest.mark.parametrize(
    ("target", "weights", "reason"),
    [
        (np.ones(3), None, r"y must have shape \(5,\)"),
        (np.ones((5, 1)), None, r"not \(5, 1\)"),
        (np.ones(5), np.ones(4), r"weights must have shape \(5,\)"),
        (np.ones(5), -np.ones(5), "weights must not be negative, and one is -1.0"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(target, weights, reason):
    with pytest.raises(FormulaError, match=reason):
        refitted(x, rows(5), target, weights)


def test_nothing_is_compiled_anew_for_data_that_may_not_be_written():
    X, truth = rows(), wave(2.5, 1.7, 0.3, -0.4, 3.0)
    y = truth.predict(X)
    found = refitted(wave(1.0, 1.4, 0.0, 1.0, 0.0), X, y)
    compiled = list(fit.signatures)
    X.flags.writeable = y.flags.writeable = False
    assert refitted(wave(1.0, 1.4, 0.0, 1.0, 0.0), X, y) == found
    assert fit.signatures == compiled
