"""A hyperbolic tangent to which its height is added is a logistic function."""

import numpy as np
import pytest

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.logistic import logistics

V, C, APPLY = Formula.variable, Formula.constant, Formula.apply
A, B = V(0), V(1)
TANH = APPLY("tanh", A)


def plus(one, other):
    return APPLY("add", one, other)


def times(number, formula):
    return APPLY("mul", C(number), formula)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (plus(C(0.5), times(0.5, TANH)), "1/(1.0 + exp(-2.0*x0))"),
        (plus(APPLY("neg", TANH), C(1.0)), "2.0*(1/(1.0 + exp(2.0*x0)))"),
        (APPLY("mul", B, APPLY("sub", TANH, C(1.0))), "x1*(-2.0*(1/(1.0 + exp(2.0*x0))))"),
        (plus(B, plus(times(3.0, TANH), C(3.0))), "x1 + 6.0*(1/(1.0 + exp(-2.0*x0)))"),
    ],
)
def test_the_logistic_function_is_the_same(formula, text):
    X = np.random.default_rng(0).normal(size=(50, 2))
    (found,) = logistics(formula)
    assert str(found) == text
    np.testing.assert_allclose(found.predict(X), formula.predict(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "formula",
    [TANH, plus(C(0.5), TANH), plus(B, TANH), plus(C(1.0), APPLY("mul", B, TANH)), plus(C(0.0), times(0.0, TANH))],
)
def test_another_sum_stays(formula):
    assert list(logistics(formula)) == []


def test_a_height_that_is_nearly_the_number_is_taken_for_it():
    (found,) = logistics(plus(C(0.51), times(0.5, TANH)))
    assert str(found).startswith("1.02*")
