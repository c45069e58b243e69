"""Fractions below the line go where that makes a formula no longer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.formula import Formula, rounded
from smoothdistill_core.formula.rewriting.fractions import plain_fractions, with_unit_below

apply, one = Formula.apply, Formula.constant(1.0)
x, y, z = map(Formula.variable, range(3))
fraction = apply("div", z, x)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("div", y, apply("add", fraction, one)), "x0*x1/(x0 + x2)"),
        (apply("div", y, apply("add", one, fraction)), "x0*x1/(x0 + x2)"),
        (apply("div", y, apply("sub", fraction, one)), "x0*x1/(x2 - x0)"),
        (apply("div", y, apply("sub", one, fraction)), "x0*x1/(x0 - x2)"),
        (apply("div", one, apply("add", fraction, one)), "x0/(x0 + x2)"),
        (apply("sin", apply("div", x, apply("add", apply("div", x, y), one))), "sin(x0*x1/(x0 + x1))"),
        (apply("div", y, apply("add", fraction, Formula.constant(2.0))), "x1/(x2/x0 + 2.0)"),
        (apply("div", y, apply("add", apply("div", z, apply("square", x)), one)), "x1/(x2/x0^2 + 1.0)"),
        (apply("add", fraction, one), "x2/x0 + 1.0"),
        (apply("div", apply("neg", y), apply("add", fraction, one)), "-x1/(x2/x0 + 1.0)"),
        (apply("div", x, apply("add", fraction, one)), "x0/(x2/x0 + 1.0)"),
    ],
    ids=str,
)
def test_a_fraction_below_the_line_goes_if_the_formula_gets_no_longer(formula, text):
    plain = plain_fractions(formula)
    assert str(plain) == text
    assert plain.complexity <= formula.complexity


@settings(settings.get_profile("formula"), max_examples=200)
@given(st.from_type(Formula))
def test_the_value_stays(formula):
    X = np.random.default_rng(0).normal(size=(60, 3))
    with np.errstate(all="ignore"):
        before, after = formula.predict(X), plain_fractions(formula).predict(X)
    tame = np.isfinite(before) & (np.abs(before) < 1e6)
    np.testing.assert_allclose(after[tame], before[tame], rtol=1e-6, atol=1e-6)


def number(value):
    return Formula.constant(value)


def below(term):
    """Return what stands above and below the line of y/(20*term + 1), divided by about 20."""
    return apply("mul", number(0.0499), y), apply("add", term, number(0.05))


RAISED = apply("pow", x, number(-2.5))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("div", *below(apply("exp", x))), "v/(1 + 20*exp(u))"),
        (apply("div", *below(RAISED)), "v/(1 + 20/u^2.5)"),
        (apply("div", apply("mul", below(x)[0], z), below(RAISED)[1]), "v*w/(1 + 20/u^2.5)"),
        (apply("div", number(0.05), below(RAISED)[1]), "0.05/(u^(-2.5) + 0.05)"),  # it would be longer
        (apply("div", *below(x)), "0.0499*v/(u + 0.05)"),
        (apply("div", *below(apply("pow", x, number(2.5)))), "0.0499*v/(u^2.5 + 0.05)"),
        (apply("div", apply("mul", number(0.06), y), below(RAISED)[1]), "0.06*v/(u^(-2.5) + 0.05)"),
        (apply("div", y, below(RAISED)[1]), "v/(u^(-2.5) + 0.05)"),
    ],
    ids=str,
)
def test_a_saturation_reads_by_its_plateau(formula, text):
    unit = with_unit_below(formula)
    assert unit.text(["u", "v", "w"], digits=3) == text
    assert unit.complexity <= formula.complexity


def test_a_dose_and_its_response_read_as_in_the_textbook():
    X = np.random.default_rng(0).uniform([0.1, 1.0], [20.0, 10.0], (200, 2))
    found = apply("div", *below(RAISED))
    assert rounded(found, X, found.predict(X), 0.001).text(["c", "v"], digits=3) == "v/(1 + 20/c^2.5)"


def test_what_a_person_reads_has_none():
    X = np.random.default_rng(0).uniform([0.1, 1.0, 0.5], [20.0, 10.0, 8.0], (200, 3))
    found = apply("div", y, apply("add", fraction, Formula.constant(1.0003)))
    assert rounded(found, X, found.predict(X), 0.001).text(["s", "vmax", "km"]) == "s*vmax/(s + km)"
