"""Two ways to write one function are identical, whatever identity lies between; no approximation is, however good."""

import math

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.formula import Variable
from smoothdistill_laws.grammar import parsed
from smoothdistill_laws.identity import are_identical
from smoothdistill_laws.recovery import is_recovered


def over(text, names):
    """Return a formula over the inputs in the order of ``names``."""
    law = parsed(text)
    places = [list(names).index(name) for name in law.names]
    nodes = law.formula.nodes
    return Formula(tuple(Variable(places[node.index]) if isinstance(node, Variable) else node for node in nodes))


def identical(law, found, ranges):
    return are_identical(over(found, ranges), over(law, ranges), list(ranges.values()))


def recovered(law, found, ranges, tolerance=0.01):
    return is_recovered(over(found, ranges), over(law, ranges), list(ranges.values()), tolerance, 1e-6)


RANGES = {
    "2*U*(1 - cos(k*d))": dict.fromkeys("Ukd", (1.0, 5.0)),
    "(1 + v/c)/sqrt(1 - v^2/c^2)*w": {"v": (1.0, 2.0), "c": (3.0, 10.0), "w": (1.0, 5.0)},
    "(x - u*t)/sqrt(1 - u^2/c^2)": {"x": (5.0, 10.0), "u": (1.0, 2.0), "t": (1.0, 2.0), "c": (3.0, 20.0)},
    "tanh(x)": {"x": (0.5, 3.0)},
    "acos((cos(t) - v/c)/(1 - v/c*cos(t)))": {"t": (1.0, 3.0), "v": (1.0, 3.0), "c": (4.0, 6.0)},
    "p*sin((a - b)*t/2)^2/((a - b)*t/2)^2": {"p": (1, 3), "a": (1, 5), "b": (1, 5), "t": (1, 3)},
    "sqrt(a^2 + b^2 - 2*a*b*cos(s - t))": dict.fromkeys("abst", (1.0, 5.0)),
    "1/(exp(x) - 1)": {"x": (0.5, 3.0)},
    "exp(-((t - u)/s)^2/2)": dict.fromkeys("tus", (1.0, 3.0)),
    "cos(y)/sin(y)*cos(x)": {"x": (-4.0, 3.5), "y": (-2.7, 2.1)},
    "asin(x*sin(y))": {"x": (0.0, 1.0), "y": (1.0, 5.0)},
}

SAME = [
    ("2*U*(1 - cos(k*d))", "4*U*sin(k*d/2)^2"),
    ("2*U*(1 - cos(k*d))", "2*U - 2*U*(1 - 2*sin(k*d/2)^2)"),
    ("(1 + v/c)/sqrt(1 - v^2/c^2)*w", "w*sqrt((c + v)/(c - v))"),
    ("(x - u*t)/sqrt(1 - u^2/c^2)", "sqrt((x - u*t)^2/(1 - u^2/c^2))"),
    ("(x - u*t)/sqrt(1 - u^2/c^2)", "c*(x - u*t)/sqrt((c - u)*(c + u))"),
    ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"),
    ("tanh(x)", "sinh(x)/cosh(x)"),
    ("acos((cos(t) - v/c)/(1 - v/c*cos(t)))", "acos((c*cos(t) - v)/(c - v*cos(t)))"),
    ("acos((cos(t) - v/c)/(1 - v/c*cos(t)))", "2*atan(sqrt((c + v)/(c - v))*tan(t/2))"),
    ("p*sin((a - b)*t/2)^2/((a - b)*t/2)^2", "2*p*(1 - cos((a - b)*t))/((b - a)*t)^2"),
    ("sqrt(a^2 + b^2 - 2*a*b*cos(s - t))", "sqrt((a - b)^2 + 4*a*b*sin((s - t)/2)^2)"),
    ("sqrt(a^2 + b^2 - 2*a*b*cos(s - t))", "sqrt((a*cos(s) - b*cos(t))^2 + (a*sin(s) - b*sin(t))^2)"),
    ("1/(exp(x) - 1)", "(1/tanh(x/2) - 1)/2"),
    ("1/(exp(x) - 1)", "exp(-x/2)/(2*sinh(x/2))"),
    ("2*U*(1 - cos(k*d))", "2*U*(1 - abs(cos(k*d))^2)/(1 + cos(k*d))"),
    ("exp(-((t - u)/s)^2/2)", "(1 + tanh(-((t - u)/s)^2/4))/(1 - tanh(-((t - u)/s)^2/4))"),
    ("cos(y)/sin(y)*cos(x)", "cos(x)*tan(pi/2 - y)"),
    ("asin(x*sin(y))", "atan(x*sin(y)/sqrt(1 - x^2*sin(y)^2))"),
]


@pytest.mark.parametrize(("law", "found"), SAME)
def test_one_function_is_seen_whatever_identity_lies_between(law, found):
    assert identical(law, found, RANGES[law])
    assert identical(found, law, RANGES[law])
    assert recovered(law, found, RANGES[law])


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ("2*U*(1 - cos(k*d))", "4.02*U*sin(0.5004*k*d)^2"),
        ("(1 + v/c)/sqrt(1 - v^2/c^2)*w", "1.003*w*((c + 1.002*v)/(c - 0.998*v))^0.4985"),
        ("(x - u*t)/sqrt(1 - u^2/c^2)", "0.997*sqrt((x - 1.004*u*t)^2/(1 - 0.999*u^2/c^2))"),
        ("tanh(x)", "(exp(2.01*x) - 1.002)/(exp(2.008*x) + 1)"),
        ("1/(exp(x) - 1)", "(1.001/tanh(x/2.003) - 1)/2"),
    ],
)
def test_an_identity_is_seen_where_constants_are_within_the_tolerance(law, found):
    assert not identical(law, found, RANGES[law])
    assert recovered(law, found, RANGES[law])
    assert not recovered(law, found, RANGES[law], tolerance=1e-4)


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ("2*U*(1 - cos(k*d))", "4.06*U*sin(k*d/2)^2"),
        ("2*U*(1 - cos(k*d))", "4*U*sin(k*d/2)^2 + 0.01*U"),
        ("2*U*(1 - cos(k*d))", "4*U*sin(k*d/2)^2 + 0.003"),
        ("(1 + v/c)/sqrt(1 - v^2/c^2)*w", "w*sqrt((c + v)/(c - 0.97*v))"),
        ("(1 + v/c)/sqrt(1 - v^2/c^2)*w", "w*sqrt((c + v)/(c - v)) + 0.001*v"),
        ("(x - u*t)/sqrt(1 - u^2/c^2)", "sqrt((x - u*t)^2/(1 - 1.05*u^2/c^2))"),
        ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1.02)"),
        ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1) + 0.0001*x"),
    ],
)
def test_an_identity_with_a_constant_or_a_term_too_far_off_is_another_function(law, found):
    assert not recovered(law, found, RANGES[law])


def taylor(terms):
    """Return a sum of so many terms, which are (coefficient, exponent)."""
    return " + ".join(f"({coefficient!r})*x^{exponent}" for coefficient, exponent in terms)


SINE = taylor([((-1) ** n / math.factorial(2 * n + 1), 2 * n + 1) for n in range(10)])
EXPONENTIAL = taylor([(1 / math.factorial(n), n) for n in range(16)])


@pytest.mark.parametrize(
    ("law", "found", "ranges"),
    [
        ("sin(x)", SINE, (0.0, 2.0)),
        ("sin(x)", SINE, (-0.5, 0.5)),
        ("sin(x)", "x - x^3/6 + x^5/120", (0.0, 0.01)),
        ("sin(x)", "x - x^3/6", (0.0, 0.001)),
        ("sin(x)", "x - x^3/6 + x^5/120", (0.01, 0.0101)),
        ("exp(x)", EXPONENTIAL, (0.0, 1.0)),
        ("exp(x)", "1 + x + x^2/2 + x^3/6", (0.0, 1e-3)),
        ("1/(1 - x)", taylor([(1.0, n) for n in range(20)]), (0.0, 0.1)),
        ("sqrt(1 + x)", "1 + x/2 - x^2/8 + x^3/16 - 5*x^4/128 + 7*x^5/256", (0.0, 0.01)),
        ("sqrt(1 + x)", "(1 + 5*x/4 + 5*x^2/16)/(1 + 3*x/4 + x^2/16)", (0.0, 0.02)),
        ("tanh(x)", "x*(15 + x^2)/(15 + 6*x^2)", (0.0, 0.02)),
        ("tanh(x)", "1 - 2*exp(-2*x) + 2*exp(-4*x)", (5.0, 8.0)),
        ("cos(x)", "1 - x^2/2", (0.0, 0.001)),
        ("log(1 + x)", "x - x^2/2 + x^3/3 - x^4/4", (0.0, 1e-3)),
    ],
)
def test_an_approximation_good_to_nine_digits_is_another_function(law, found, ranges):
    wanted, close = over(law, "x"), over(found, "x")
    x = np.linspace(*ranges, 100)[1:, None]
    np.testing.assert_allclose(close.predict(x), wanted.predict(x), rtol=1e-9)
    assert not recovered(law, found, {"x": ranges})


def test_what_differs_by_less_than_rounding_within_the_ranges_is_told_apart_outside_of_them():
    assert not identical("1/(exp(x) - 1)", "exp(-x)", {"x": (40.0, 45.0)})
    assert not identical("x*y", "x*y + exp(-x)", {"x": (40.0, 45.0), "y": (1.0, 2.0)})


def test_an_input_that_is_constant_or_far_from_zero_is_no_trouble():
    assert identical("a*b^2", "a*b*b", {"a": (2.0, 2.0), "b": (1.0, 5.0)})
    assert identical("(a - b)*(a + b)", "a^2 - b^2", {"a": (1e6, 1e6 + 1e-3), "b": (1e-12, 3e-12)})
    assert not identical("a*b^2", "2*b^2 + (a - 2)*sin(b)", {"a": (2.0, 2.0), "b": (1.0, 5.0)})


@pytest.mark.slow
def test_fitted_polynomials_and_rational_functions_are_no_law():
    x = np.linspace(0.0, 1.0, 400)
    for law in ("sin(x)", "exp(x)", "tanh(x)", "1/(1 + x)", "sqrt(1 + x)", "log(1 + x)", "exp(-x^2/2)", "x/(1 + x^2)"):
        y = over(law, "x").predict(x[:, None])
        for degree in range(2, 12):
            fit = np.polynomial.Chebyshev.fit(x, y, degree, domain=[0, 1]).convert(kind=np.polynomial.Polynomial)
            found = taylor((float(coefficient), power) for power, coefficient in enumerate(fit.coef))
            assert not recovered(law, found, {"x": (0.0, 1.0)}), (law, degree)


@pytest.mark.parametrize(
    ("law", "found", "ranges"),
    [
        ("x", "abs(x)", (-0.5, 5.0)),
        ("x", "sqrt(x)^2", (-0.1, 5.0)),
        ("asin(sin(x))", "x", (0.0, 1.6)),
        ("x^1.5", "x*sqrt(x + 0.001)", (1.0, 5.0)),
    ],
)
def test_another_branch_within_the_ranges_is_another_function(law, found, ranges):
    assert not recovered(law, found, {"x": ranges})


@pytest.mark.parametrize(
    ("law", "found", "ranges"),
    [
        ("x", "abs(x)", (0.5, 5.0)),
        ("x", "sqrt(x^2)", (0.5, 5.0)),
        ("asin(sin(x))", "x", (0.0, 1.5)),
        ("acos(cos(x))", "x", (0.1, 3.0)),
        ("log(x^2)", "2*log(x)", (0.5, 5.0)),
        ("sqrt(2 - 2*cos(x))", "2*sin(x/2)", (0.5, 5.0)),
        ("(x^3)^(1/3)", "x", (0.5, 5.0)),
    ],
)
def test_another_branch_outside_of_the_ranges_is_no_other_function(law, found, ranges):
    assert recovered(law, found, {"x": ranges})
