"""A formula less one part: every summand, factor, divisor and function can go, and signs stay right."""

import numpy as np
import pytest

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.trimming import plain, plain_powers, shorter, trimmed

apply, number = Formula.apply, Formula.constant
A, B = Formula.variable(0), Formula.variable(1)


def anything(formula):
    return True


@pytest.mark.parametrize(
    ("formula", "texts"),
    [
        (A, set()),
        (apply("add", A, B), {"x0", "x1"}),
        (apply("sub", A, B), {"x0", "-x1"}),
        (apply("mul", A, B), {"x0", "x1"}),
        (apply("mul", number(-1.04), B), {"-x1", "-1.04"}),
        (apply("mul", number(0.96), B), {"x1", "0.96"}),
        (apply("mul", number(1.06), B), {"1.06"}),
        (apply("mul", number(-0.94), B), {"-0.94"}),
        (apply("div", A, B), {"x0", "1/x1"}),
        (apply("div", A, number(-3.0)), {"1/(-3.0)"}),
        (apply("div", A, number(-1.0)), {"-x0", "1/(-1.0)"}),
        (apply("analytic_quotient", A, B), {"x0"}),
        (apply("protected_div", A, B), {"x0"}),
        (apply("max", A, B), {"x0", "x1"}),
        (apply("pow", A, B), set()),
        (apply("sin", A), {"x0"}),
        (apply("neg", A), set()),
        (apply("inverse", A), set()),
        (apply("neg", apply("sin", A)), {"-x0"}),
        (apply("add", A, apply("mul", A, B)), {"x0", "x0*x1", "x0 + x0", "x0 + x1"}),
    ],
    ids=lambda value: str(value) if isinstance(value, Formula) else "",
)
def test_each_part_can_go(formula, texts):
    assert {str(each) for each in shorter(formula)} == texts


def test_the_same_formulas_come_in_the_same_order_whatever_the_numbers_are():
    first, second = (apply("add", apply("mul", number(value), A), B) for value in (1.234, 1.2))
    shapes = [[len(each.nodes) for each in shorter(formula)] for formula in (first, second)]
    assert shapes[0] == shapes[1]


def test_parts_go_while_the_error_stays_within_the_limit():
    X = np.random.default_rng(0).normal(size=(100, 2))
    formula = apply("add", apply("add", A, apply("mul", number(1e-3), B)), number(0.1))

    def error(candidate):
        return float(np.mean((candidate.predict(X) - formula.predict(X)) ** 2))

    assert str(trimmed(formula, error, 0.0, anything)) == str(formula)
    assert str(trimmed(formula, error, 1e-4, anything)) == "x0 + 0.1"
    assert str(trimmed(formula, error, 0.1, anything)) == "x0"
    assert trimmed(formula, error, 1e9, anything).complexity == 1


def test_what_a_part_leaves_behind_is_tidied():
    formula = apply("mul", number(2.0), apply("mul", number(3.0), apply("add", A, number(1e-9))))
    rows = np.array([[1.0], [2.0]])

    def error(candidate):
        return float(np.abs(candidate.predict(rows) - 6.0 * rows[:, 0]).sum())

    assert str(trimmed(formula, error, 1e-6, anything)) == "6.0*x0"


def test_what_is_not_allowed_stays():
    assert str(trimmed(apply("add", A, B), lambda _: 0.0, 1.0, lambda each: each == B)) == "x1"
    assert str(trimmed(apply("add", A, B), lambda _: 0.0, 1.0, lambda _: False)) == "x0 + x1"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("analytic_quotient", A, number(-0.75)), "0.8*x0"),
        (apply("analytic_quotient", apply("analytic_quotient", A, number(0.75)), B), "0.8*x0/sqrt(1 + x1^2)"),
        (apply("analytic_quotient", number(0.75), B), "0.75/sqrt(1 + x1^2)"),
        (apply("analytic_quotient", A, apply("analytic_quotient", B, number(0.75))), "x0/sqrt(1 + (0.8*x1)^2)"),
    ],
)
def test_an_analytic_quotient_by_a_number_is_a_division(formula, text):
    X = np.random.default_rng(0).normal(size=(20, 2))
    assert plain(formula).text(digits=6) == text
    np.testing.assert_allclose(plain(formula).predict(X), formula.predict(X), rtol=1e-14)


@pytest.mark.parametrize(
    ("power", "text"), [(-0.994, "1/x0"), (1.04, "x0"), (2.05, "x0^2"), (0.45, "sqrt(x0)"), (1.5, None), (-2.0, None)]
)
def test_a_power_near_a_plain_one_may_be_it(power, text):
    found = [str(each) for each in plain_powers(Formula.apply("pow", Formula.variable(0), Formula.constant(power)))]
    assert found == ([] if text is None else [text])
