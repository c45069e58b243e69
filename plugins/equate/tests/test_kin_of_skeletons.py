"""Skeletons of formulas, their fits written as formulas, and when two are the same but for the order of variables."""

import numpy as np
import pytest

from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.searching import fitted
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import parsed, tokens
from smoothdistill_equate.kinship import Kin
from smoothdistill_equate.program_of import program_of
from smoothdistill_equate.reading import skeletons_of
from smoothdistill_equate.writing import formula_of
from smoothdistill_laws.law import formula_over

NAMES = ("x", "y", "z", "u", "v", "w")


def skeleton(text: str):
    return canonical(parsed(text.split()))


@pytest.mark.parametrize(
    ("law", "text"),
    [
        ("3*x^2/y + 1", "mul inv x1 sq x0"),
        ("x*cos(2*y - 1)", "mul x0 sin x1"),
        ("exp(-x^2/2)/sqrt(2*pi)", "exp sq x0"),
        ("sqrt(x^2 + 4*y^2)", "sqrt add sq x0 sq x1"),
        ("x/(2 + y)", "mul x0 inv add C x1"),
        ("x*y^-1.5", "mul x0 inv mul x1 sqrt x1"),
        ("y*x^(-3/2)", "mul x1 inv mul x0 sqrt x0"),
        ("20 - x - 2*x", "x0"),
        ("y + 3*log10(x)", "add x1 log x0"),
    ],
)
def test_a_formula_has_the_skeleton_that_its_constants_leave(law, text):
    assert " ".join(tokens(skeletons_of(formula_over(NAMES, law))[0])) == text


@pytest.mark.parametrize("law", ["asin(x)", "x^y", "x^0.3", "sin(sin(x))", "(x + 1)/(x + 2)", "sin(x)/cos(x)"])
def test_a_formula_beyond_the_grammar_is_told(law):
    with pytest.raises(FormulaError, match="grammar"):
        skeletons_of(formula_over(NAMES, law))


def test_every_order_of_variables_is_kin():
    kin = Kin.of([skeleton("add x0 mul x1 inv x2")])
    assert skeleton("add x4 mul x0 inv x3") in kin
    assert skeleton("add x2 mul x1 inv x2") not in kin
    assert skeleton("add x0 mul x1 x2") not in kin


def test_a_product_of_sums_is_kin_of_what_it_is_multiplied_out():
    product, sum_ = skeleton("mul x0 add x1 x2"), skeleton("add mul x1 x0 mul x1 x2")
    assert product in Kin.of([sum_])
    assert sum_ in Kin.of([product])


@pytest.mark.parametrize(
    "text",
    [
        "x0",
        "add x0 mul x1 inv x2",
        "mul x0 exp add x1 sq x2",
        "sqrt add C add sq x0 x1",
        "mul x2 add C add x0 sin add x1 x2",
        "mul x0 log x1",
        "tanh add x0 mul x1 x2",
        "inv add x0 add x1 x2",
        "add log add C x0 sq add x1 x2",
    ],
)
def test_the_formula_of_a_fit_computes_what_was_fitted(text):
    form = skeleton(text)
    rng = np.random.default_rng(0)
    X = rng.uniform(0.2, 1.0, (80, 3))
    y = rng.normal(size=80) + X.sum(axis=1)
    fit = fitted(program_of(form), X, y)
    formula = formula_of(form, fit, [Formula.variable(index) for index in range(3)])
    error = np.mean((formula.predict(X) - y) ** 2) / np.var(y)
    assert error == pytest.approx(fit.error, rel=1e-6)
    if text != "mul x0 log x1":  # whose factor inside stands outside as a summand
        assert skeletons_of(formula)[0] == form
