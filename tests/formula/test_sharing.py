"""What several formulas have in common is taken out of them, and computes what it did."""

from __future__ import annotations

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_core.formula.sharing import shared_out

A, B, C = (Formula.variable(place) for place in range(3))
WAVE = Formula.apply("sin", Formula.apply("mul", A, B))
BUMP = Formula.apply("exp", Formula.apply("add", WAVE, C))


def texts(*formulas):
    parts, whole = shared_out(formulas, 3)
    return [part.text() for part in parts], [formula.text() for formula in whole]


def test_a_common_part_is_an_input_of_both():
    first, second = Formula.apply("add", WAVE, C), Formula.apply("mul", Formula.constant(2.0), WAVE)
    assert texts(first, second) == (["sin(x0*x1)"], ["x3 + x2", "2.0*x3"])


def test_arguments_of_sums_and_products_may_be_exchanged():
    other = Formula.apply("sin", Formula.apply("mul", B, A))
    assert texts(WAVE, Formula.apply("neg", other))[1] == ["x3", "-x3"]
    less = (Formula.apply("exp", Formula.apply("sub", *pair)) for pair in ((A, B), (B, A)))
    assert texts(*less)[0] == []


def test_a_part_of_a_common_part_is_one_only_where_it_stands_elsewhere_too():
    assert texts(BUMP, Formula.apply("neg", BUMP)) == (["exp(sin(x0*x1) + x2)"], ["x3", "-x3"])
    parts, whole = texts(BUMP, Formula.apply("neg", BUMP), WAVE)
    assert parts == ["sin(x0*x1)", "exp(x3 + x2)"]
    assert whole == ["x4", "-x4", "x3"]


def test_what_stands_twice_in_one_formula_or_is_as_short_as_a_name_stays():
    assert texts(Formula.apply("add", WAVE, WAVE), A) == ([], ["sin(x0*x1) + sin(x0*x1)", "x0"])
    product = Formula.apply("mul", A, B)
    assert texts(product, Formula.apply("neg", product))[0] == []


def test_numbers_have_to_be_the_same():
    scaled = (Formula.apply("exp", Formula.apply("mul", Formula.constant(c), A)) for c in (0.0, -0.0))
    assert texts(*scaled)[0] == []


def test_parts_and_formulas_compute_what_the_formulas_did():
    formulas = [Formula.apply("add", BUMP, A), Formula.apply("div", BUMP, WAVE), Formula.apply("mul", WAVE, C)]
    parts, whole = shared_out(formulas, 3)
    X = np.random.default_rng(0).normal(size=(20, 3))
    wider = X
    for part in parts:
        wider = np.column_stack([wider, part.predict(wider)])
    for formula, rewritten in zip(formulas, whole, strict=True):
        np.testing.assert_array_equal(rewritten.predict(wider), formula.predict(X))
