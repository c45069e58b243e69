"""What an addition theorem expanded is joined again: sines and cosines of sums, and sines with a phase; none goes."""

import numpy as np
import pytest

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.angles import angles_joined, phases_dropped, phases_turned

V, C, APPLY = Formula.variable, Formula.constant, Formula.apply
A, B = V(0), V(1)


def sin(x):
    return APPLY("sin", x)


def cos(x):
    return APPLY("cos", x)


def product(*factors):
    whole, *rest = factors
    for factor in rest:
        whole = APPLY("mul", whole, factor)
    return whole


def plus(one, other):
    return APPLY("add", one, other)


def minus(one, other):
    return APPLY("sub", one, other)


TWICE = product(C(2.0), A)

THEOREMS = [
    (plus(product(sin(A), cos(B)), product(cos(A), sin(B))), "sin(x0 + x1)"),
    (minus(product(sin(A), cos(B)), product(cos(A), sin(B))), "sin(x0 - x1)"),
    (minus(product(cos(A), cos(B)), product(sin(B), sin(A))), "cos(x0 + x1)"),
    (plus(product(sin(A), sin(B)), product(cos(A), cos(B))), "cos(x0 - x1)"),
    (plus(product(C(3.0), sin(TWICE)), product(C(4.0), cos(TWICE))), "5.0*sin(2.0*x0 + 0.9272952180016122)"),
    (plus(product(B, sin(A), cos(TWICE)), product(sin(TWICE), cos(A), B)), "sin(2.0*x0 + x0)*x1"),
    (plus(plus(B, product(C(0.8), cos(A), sin(B))), product(C(0.8), sin(A), cos(B))), "0.8*sin(x0 + x1) + x1"),
    (plus(APPLY("neg", product(sin(A), cos(B))), product(C(-1.0), cos(A), sin(B))), "-sin(x0 + x1)"),
    (
        APPLY("exp", minus(APPLY("div", sin(A), B), APPLY("div", cos(A), B))),
        "exp(sqrt(2)*sin(x0 - 0.7853981633974483)*(1/x1))",
    ),
]


@pytest.mark.parametrize(("formula", "text"), THEOREMS, ids=[text for _, text in THEOREMS])
def test_two_summands_are_one(formula, text):
    X = np.random.default_rng(0).normal(size=(50, 2))
    found = list(angles_joined(formula))
    assert any(str(joined).startswith(text) for joined in found), list(map(str, found))
    for joined in found:
        np.testing.assert_allclose(joined.predict(X), formula.predict(X), rtol=1e-12, atol=1e-12)


def test_numbers_that_are_nearly_the_same_are_those_of_the_first():
    formula = plus(product(C(0.81), sin(A), cos(B)), product(C(0.79), cos(product(C(1.01), A)), sin(B)))
    assert list(angles_joined(formula)) == []
    formula = plus(product(C(0.81), sin(A), cos(B)), product(C(0.79), cos(A), sin(B)))
    assert "0.81*sin(x0 + x1)" in map(str, angles_joined(formula))
    angle, nearly = product(C(2.0), A), product(C(2.01), A)
    formula = plus(product(sin(angle), cos(B)), product(cos(nearly), sin(B)))
    assert "sin(2.0*x0 + x1)" in map(str, angles_joined(formula))


@pytest.mark.parametrize(
    "formula",
    [
        plus(A, B),
        plus(sin(A), cos(B)),
        plus(product(A, sin(A)), product(B, cos(A))),
        plus(product(sin(A), cos(B)), product(cos(A), APPLY("tanh", B))),
        product(sin(A), cos(B)),
        plus(sin(product(C(2.0), A)), cos(product(C(3.0), A))),
        plus(product(C(1e308), C(1e308), sin(A)), cos(A)),
    ],
    ids=str,
)
def test_nothing_is_joined_that_is_no_expansion(formula):
    assert list(angles_joined(formula)) == []


def test_a_formula_of_thousands_of_nodes_is_no_trouble():
    long = A
    for place in range(3000):
        long = plus(APPLY("neg", long), product(C(1.0 + place), A))
    assert list(angles_joined(plus(long, sin(A)))) == []


PHASES = [
    (sin(plus(TWICE, C(0.1))), "sin(2.0*x0)"),
    (sin(plus(C(1.5), TWICE)), "cos(2.0*x0)"),
    (sin(minus(TWICE, C(3.1))), "-sin(2.0*x0)"),
    (cos(minus(TWICE, C(1.6))), "sin(2.0*x0)"),
    (cos(plus(TWICE, C(20.5 * np.pi))), "-sin(2.0*x0)"),
    (sin(minus(C(6.3), TWICE)), "sin(-2.0*x0)"),
    (sin(product(C(2.0), minus(plus(A, B), C(0.76)))), "-cos(2.0*(x0 + x1))"),
    (plus(B, product(C(3.0), sin(plus(A, C(-0.2))))), "x1 + 3.0*sin(x0)"),
]


@pytest.mark.parametrize(("formula", "text"), PHASES, ids=[text for _, text in PHASES])
def test_a_phase_near_quarters_of_a_turn_is_dropped(formula, text):
    X = np.random.default_rng(0).normal(size=(50, 2))
    (dropped,) = phases_dropped(formula)
    assert str(dropped) == text
    assert np.abs(dropped.predict(X) - formula.predict(X)).max() < 3.0 * 0.3
    assert dropped.complexity < formula.complexity


@pytest.mark.parametrize(
    "formula",
    [sin(plus(TWICE, C(0.8))), sin(TWICE), sin(C(3.1)), sin(plus(A, B)), sin(product(C(1e200), plus(A, C(1e200))))],
)
def test_another_phase_stays(formula):
    assert list(phases_dropped(formula)) == []


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (sin(plus(TWICE, C(8.0 * np.pi + 0.5))), "sin(2*x0 + 0.5)"),
        (sin(product(C(0.5), minus(A, C(8.0 * np.pi - 3.0)))), "sin(0.5*(x0 + 3))"),
        (plus(B, cos(minus(C(2.5 - 2.0 * np.pi), A))), "x1 + cos(-x0 + 2.5)"),
        (sin(plus(cos(plus(A, C(7.0))), C(9.0))), "sin(cos(x0 + 0.716815) + 2.71681)"),
        (sin(plus(A, C(3.0))), "sin(x0 + 3)"),
        (sin(C(30.0)), "sin(30)"),
    ],
)
def test_a_phase_is_at_most_half_a_turn(formula, text):
    X = np.random.default_rng(0).normal(size=(50, 2))
    turned = phases_turned(formula)
    assert turned.text(digits=6) == text
    np.testing.assert_allclose(turned.predict(X), formula.predict(X), atol=1e-12)
