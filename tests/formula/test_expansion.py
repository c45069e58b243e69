"""Products of sums multiply out to the same values, and what cancels is gone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.formula import Formula, rounded
from smoothdistill_core.formula.rewriting.expansion import MOST_TERMS, expanded, expanded_within

apply, number = Formula.apply, Formula.constant
A, B = Formula.variable(0), Formula.variable(1)
SHIFTED = apply("mul", apply("add", A, number(2.0)), apply("sub", B, number(3.0)))
X = np.random.default_rng(0).uniform(-2, 2, (50, 3))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (SHIFTED, "2.0*x1 - 3.0*x0 + x0*x1 - 6.0"),
        (apply("add", SHIFTED, apply("mul", number(3.0), A)), "2.0*x1 + x0*x1 - 6.0"),
        (apply("square", apply("sub", A, number(1.0))), "1.0 - 2.0*x0 + x0^2"),
        (apply("neg", apply("mul", A, apply("neg", B))), "x0*x1"),
        (apply("sub", apply("mul", A, B), apply("mul", B, A)), "0.0"),
        (apply("sin", apply("mul", number(2.0), apply("sub", A, number(3.0)))), "sin(2.0*(x0 - 3.0))"),
        (number(1.5), "1.5"),
        (A, "x0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_products_of_sums_are_multiplied_out_and_functions_are_left(formula, text):
    assert sorted(str(expanded(formula)).replace("- ", "+ -").split(" + ")) == sorted(
        text.replace("- ", "+ -").split(" + ")
    )
    np.testing.assert_allclose(expanded(formula).predict(X), formula.predict(X), rtol=1e-9, atol=1e-9)


def test_products_of_more_parts_than_a_person_would_write_are_not_multiplied_out():
    nested = A
    for _ in range(60):
        nested = apply("square", nested)
    assert expanded(nested) is None


def test_too_many_terms_and_numbers_that_overflow_are_not_multiplied_out():
    wide = A
    for _ in range(MOST_TERMS // 2):
        wide = apply("add", apply("sin", wide), B)
    assert expanded(apply("mul", wide, wide)) is not None
    tall = apply("add", A, number(1.0))
    for _ in range(6):
        tall = apply("square", apply("add", tall, B))
    assert expanded(tall) is None
    assert expanded(apply("mul", number(1e200), apply("mul", number(1e200), A))) is None


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("sin", SHIFTED), "sin(x0*x1 + 2.0*x1 - 3.0*x0 - 6.0)"),
        (apply("sin", apply("add", SHIFTED, apply("mul", number(3.0), A))), "sin(x0*x1 + 2.0*x1 - 6.0)"),
        (apply("sin", apply("exp", apply("sub", SHIFTED, number(1.0)))), "sin(exp(x0*x1 + 2.0*x1 - 3.0*x0 - 7.0))"),
        (apply("mul", A, apply("sin", apply("add", A, B))), "x0*sin(x0 + x1)"),
        (apply("sin", apply("mul", number(2.0), apply("mul", A, B))), "sin(2.0*(x0*x1))"),
        (SHIFTED, "(x0 + 2.0)*(x1 - 3.0)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_within_functions_products_of_sums_are_multiplied_out(formula, text):
    assert str(expanded_within(formula)) == text
    np.testing.assert_allclose(expanded_within(formula).predict(X), formula.predict(X), rtol=1e-9, atol=1e-9)


def test_functions_of_functions_are_multiplied_out_as_far_as_a_person_would_read():
    nested = A
    for _ in range(16):
        nested = apply("tanh", apply("square", apply("add", apply("mul", number(0.7), nested), number(0.3))))
    assert expanded_within(nested).complexity < 1000
    np.testing.assert_allclose(expanded_within(nested).predict(X), nested.predict(X), rtol=1e-6)


@settings(settings.get_profile("formula"), max_examples=100)
@given(st.from_type(Formula), st.sampled_from([expanded, expanded_within]))
def test_the_value_stays_where_nothing_cancels(formula, way):
    other = way(formula)
    values = formula.predict(X)
    if other is None or not np.isfinite(values).all() or np.abs(values).max() > 1e6:
        return
    differ = np.abs(other.predict(X) - values) > 1e-6 * (1 + np.abs(values))
    assert differ.mean() < 0.1


def test_what_is_short_only_when_it_is_multiplied_out_reads_so():
    rows = np.random.default_rng(1).uniform([1, 5], [10, 50], (300, 2))
    product = apply("mul", number(13.7), apply("mul", apply("sub", A, number(5.9)), B))
    found = apply("add", apply("mul", number(80.0), B), product)
    assert rounded(found, rows, found.predict(rows), 0.001).text(["flow", "head"]) == "13.7*flow*head"


def test_so_does_the_argument_of_a_function():
    """A law 10*sin(pi*x0*x1), as a network of sines finds it in standardised inputs."""
    rows = np.random.default_rng(1).uniform(0, 1, (300, 2))
    product = apply("mul", number(3.2), apply("mul", A, apply("sub", B, number(2.21))))
    found = apply("mul", number(10.0), apply("sin", apply("add", apply("mul", number(7.1), A), product)))
    assert rounded(found, rows, found.predict(rows), 0.01).text(["x", "y"]) == "10.0*sin(3.2*x*y)"
