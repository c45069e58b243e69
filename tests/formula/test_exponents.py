"""A number before an exponential takes that in the exponent with it."""

import numpy as np
import pytest

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.exponents import exponents_cleared

V, C, APPLY = Formula.variable, Formula.constant, Formula.apply
A, B = V(0), V(1)


def exponential(number, formula):
    return APPLY("exp", APPLY("add", C(number), formula))


def times(number, formula):
    return APPLY("mul", C(number), formula)


@pytest.mark.parametrize(
    ("formula", "nodes"),
    [
        (times(2.0, exponential(0.5, A)), 4),
        (APPLY("div", times(190.0, A), exponential(5.26, B)), 7),
        (APPLY("add", C(1.0), APPLY("div", C(20.0), exponential(1.5, times(2.0, B)))), 8),
        (APPLY("sin", times(2.0, APPLY("mul", exponential(0.5, APPLY("neg", A)), B))), 8),
        (times(3.0, APPLY("exp", APPLY("sub", A, C(2.0)))), 4),
        (times(5.5, APPLY("exp", times(-0.04, APPLY("sub", A, C(45.1))))), 6),
        (APPLY("sub", A, times(2.0, APPLY("exp", times(0.5, APPLY("add", C(-3.0), APPLY("sub", A, B)))))), 10),
    ],
)
def test_a_number_goes_out_of_an_exponent_where_another_is_before_it(formula, nodes):
    X = np.random.default_rng(0).normal(size=(50, 2))
    found = exponents_cleared(formula)
    assert found.complexity == nodes < formula.complexity
    np.testing.assert_allclose(found.predict(X), formula.predict(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "formula",
    [
        exponential(1.0, A),
        APPLY("mul", B, exponential(1.0, A)),
        times(2.0, APPLY("exp", A)),
        times(2.0, times(0.07, A)),
        times(2.0, APPLY("exp", times(0.07, APPLY("sub", A, C(300.0))))),
        times(2.0, exponential(-21.0, times(0.07, A))),
    ],
)
def test_what_gets_no_shorter_or_a_number_that_says_nothing_stays(formula):
    assert exponents_cleared(formula) is formula
