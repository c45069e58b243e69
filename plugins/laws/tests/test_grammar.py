"""The grammar of laws: what is read, how tightly it binds, and a clear word on what is no law."""

import math

import numpy as np
import pytest

from smoothdistill_core import DataError
from smoothdistill_laws.grammar import FUNCTIONS, MOST_CHARACTERS, MOST_NESTED, parsed

ROW = {"x": 0.3, "y": 2.0, "z": -1.5}


def value(expression):
    """Return what a law gives for x = 0.3, y = 2, z = -1.5."""
    law = parsed(expression)
    return float(law.formula.predict(np.array([[ROW[name] for name in law.names] or [0.0]]))[0])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2*3", 7.0),
        ("8/4/2", 1.0),
        ("8 - 4 - 2", 2.0),
        ("2^3^2", 512.0),
        ("2**3**2", 512.0),
        ("-2^2", -4.0),
        ("(-2)^2", 4.0),
        ("2^-2", 0.25),
        ("2^-1*6", 3.0),
        ("-x*y", -0.6),
        ("--y", 2.0),
        ("3 - -y", 5.0),
        ("-y^3", -8.0),
        ("z^2", 2.25),
        ("z^3", -3.375),
        ("y^0.5", math.sqrt(2.0)),
        ("y^(1/2)", math.sqrt(2.0)),
        ("2 * pi", 2 * math.pi),
        ("e", math.e),
        ("1.5e-3*y", 3e-3),
        (".5 + 1.", 1.5),
        ("((x))", 0.3),
        ("\n x \t+\n y ", 2.3),
    ],
)
def test_operators_bind_as_in_mathematics(expression, expected):
    assert value(expression) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, getattr(math, name)(0.3)) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh")),
        *((name, getattr(math, name)(0.3)) for name in ("tanh", "asinh", "atanh", "exp", "expm1", "log", "log2")),
        *((name, getattr(math, name)(0.3)) for name in ("log10", "log1p", "sqrt", "cbrt", "erf")),
        ("ln", math.log(0.3)),
        ("abs", 0.3),
        ("acosh", None),
    ],
)
def test_functions_are_those_of_mathematics(name, expected):
    assert name in FUNCTIONS
    found = value(f"{name}(x)") if expected is not None else value("acosh(y)")
    assert found == pytest.approx(math.acosh(2.0) if expected is None else expected, rel=1e-14)


def test_names_come_in_the_order_in_which_they_are_read():
    assert parsed("b*a + b^2 + c_1 + α").names == ("b", "a", "c_1", "α")


def test_gamma_and_other_names_of_no_function_are_inputs():
    assert parsed("sqrt(gamma*p/rho)").names == ("gamma", "p", "rho")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "the expression is empty; write a law"),
        (" \n", "the expression is empty; write a law"),
        ("sinn(x)", "there is no function 'sinn'; did you mean 'sin' or 'sinh'"),
        ("__import__(x)", "there is no function '__import__'; "),
        ("x.real", r"has '\.' at character 2, which is no part of a law; use"),
        ("x[0]", r"has '\[' at character 2"),
        ("'x'", 'has "\'" at character 1'),
        ("x; y", "has ';' at character 2"),
        ("3*x²", "has '²' at character 4"),
        ("x·y", "has '·' at character 2"),
        ("sin(x, y)", "has ',' at character 6, which is no part of a law; a function takes one argument"),
        ("x y", "an operator is missing before 'y' at character 3; write [*] for a product"),
        ("2x", "an operator is missing before 'x' at character 2; write [*]"),
        ("(x y)", "an operator is missing before 'y' at character 4; write [*]"),
        ("pi(x)", "an operator is missing after 'pi' at character 1; write [*]"),
        ("x + x(2)", "an operator is missing after 'x' at character 5; write [*]"),
        ("(x", r"the bracket \( at character 1 is not closed; add \)"),
        ("sin(x", r"the bracket \( at character 4 is not closed"),
        ("x)", r"the bracket \) at character 2 closes nothing; remove it"),
        ("()", r"lacks a number, a name or a bracket before '\)' at character 2; add it"),
        ("x +", "lacks a number, a name or a bracket at the end; add it"),
        ("x * / y", "lacks a number, a name or a bracket before '/' at character 5"),
        ("x ^", "lacks a number, a name or a bracket at the end"),
        ("sin", r"the function 'sin' at character 1 lacks its argument; write sin\(...\)"),
        ("sin + x", "the function 'sin' at character 1 lacks its argument"),
        ("1e999", "the number 1e999 at character 1 overflows; write a smaller one"),
    ],
)
def test_what_is_no_law_is_refused_with_place_and_remedy(expression, message):
    with pytest.raises(DataError, match=message):
        parsed(expression)


@pytest.mark.parametrize("opening", ["(", "-", "2^", "sin(", "x*(", "2**-"])
def test_deep_nesting_is_refused_and_breaks_nothing(opening):
    times = MOST_CHARACTERS // 8
    with pytest.raises(DataError, match=f"nested more than {MOST_NESTED} deep at character [0-9]+; use fewer"):
        parsed(opening * times + "x" + ")" * (times * opening.count("(")))


def test_ten_thousand_brackets_are_too_long():
    with pytest.raises(DataError, match=f"has 20001 characters; write at most {MOST_CHARACTERS}"):
        parsed("(" * 10_000 + "x" + ")" * 10_000)


def test_a_long_law_that_is_not_deep_is_read():
    assert value("y" + "+y" * 900) == 1802.0


def test_brackets_as_deep_as_allowed_are_read_and_leave_no_depth_behind():
    deep = "(" * (MOST_NESTED - 2) + "x" + ")" * (MOST_NESTED - 2)
    assert value("+".join([deep] * 10)) == pytest.approx(3.0)
