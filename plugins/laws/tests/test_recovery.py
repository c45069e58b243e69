"""A law is recognised in whatever way it is written, constants within 1 %; what is only near is not."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.formula import OPERATORS, Variable
from smoothdistill_laws.algebra import MOST_TERMS
from smoothdistill_laws.grammar import parsed
from smoothdistill_laws.recovery import is_recovered

GUARDED = {"div": "protected_div", "sqrt": "protected_sqrt", "log": "protected_log", "pow": "pow_abs"}


def formula(text, names):
    """Return a formula over the inputs in the order of ``names``."""
    law = parsed(text)
    return Formula(
        tuple(
            Variable(names.index(law.names[node.index])) if isinstance(node, Variable) else node
            for node in law.formula.nodes
        )
    )


def guarded(found):
    """Return the formula as gplearn writes it, and powers of absolute values."""
    return Formula(
        tuple(
            OPERATORS[GUARDED.get(getattr(node, "name", ""), node.name)] if hasattr(node, "name") else node
            for node in found.nodes
        )
    )


def recovered(law, found, box=(1.0, 5.0), protect=False, **options):
    wanted = parsed(law)
    candidate = formula(found, wanted.names) if isinstance(found, str) else found
    candidate = guarded(candidate) if protect else candidate
    limits = {"tolerance": 0.01, "negligible": 1e-6, **options}
    return is_recovered(candidate, wanted.formula, [box] * len(wanted.names), **limits)


COULOMB = "q1*q2/(4*pi*eps*r^2)"
SOUND = "sqrt(gamma*p/rho)"
BAROMETRIC = "n0*exp(-m*g*x/(kb*T))"
NORMAL = "exp(-t^2/2)/sqrt(2*pi)"

EQUAL = [
    (COULOMB, "0.0796*q1*q2/eps/r/r"),
    (COULOMB, "q2/eps*(q1/r)*(0.0798/r)"),
    (COULOMB, "exp(log(q1) + log(q2) - log(eps) - 2*log(r) - 2.531)"),
    (COULOMB, "0.0796*q1*q2/(eps*r^1.998) + 1e-9"),
    (SOUND, "exp(0.5*log(gamma) + 0.5*log(p) - 0.5*log(rho))"),
    (SOUND, "gamma^0.5*(p/rho)^0.499"),
    (SOUND, "(gamma/rho*p)/sqrt(gamma/rho*p)"),
    ("k*x^2/2", "0.5*k*x^1.998"),
    ("k*x^2/2", "k*(x*0.5)*x + 1e-9"),
    ("k*x^2/2", "0.5*(k + 1e-8)*(x - 2e-8)^2"),
    (NORMAL, "0.4*exp(-0.5*t*t)"),
    (NORMAL, "0.6316/exp(t*t*0.25)*0.6316*exp(t^2/-4)"),
    (BAROMETRIC, "n0/exp(m*(g/kb)*x/T*1.003)"),
    (BAROMETRIC, "exp(ln(n0) - 0.997*m*g*x/kb/T)"),
    ("r*F*sin(t)", "F*r*cos(t - 1.5708)"),
    ("r*F*sin(t)", "-F*r*sin(-t*1.001 + 0.0001)"),
    ("r*F*sin(t)", "F*r*sin(3.1416 - t)"),
    ("x*(1 + a*cos(t))", "x + x*a*cos(t)"),
    ("x*(1 + a*cos(t))", "0.5*x*(2.004 + 2*a*sin(t + 7.854))"),
    ("a + b", "((a + 1)*(b + 2) - a*b - 2)/2 + b/2"),
    ("a/(1 + b)", "1/(1/a + b/a)"),
    ("a/(1 + b)", "1.005*a/(1.003 + 0.998*b)"),
    ("a + b", "(a^2 - b^2)/(a - b - 10) + 10*(a + b)/(b - a + 10)"),
    ("sqrt(1 + a^2)", "a*sqrt(1 + 1/a^2)"),
    ("log(a + b)", "log(2*a + 2*b) - log(2)"),
    ("tanh(a)*b", "-b*tanh(-0.998*a)"),
    ("cosh(a)", "(exp(a) + exp(-a))/2"),
    ("(exp(a) - 1)/(exp(a) + 1)", "(1 - exp(-a))/(1 + exp(-a))"),
    ("sin(2*a)", "2*sin(a)*cos(a)"),
    ("a", "a*sin(b)^2 + a*cos(b)^2"),
]


@pytest.mark.parametrize(("law", "found"), EQUAL)
def test_a_law_is_recognised_in_whatever_way_it_is_written(law, found):
    names = parsed(law).names
    if set(parsed(found).names) - set(names):  # an input that plays no part
        law = f"{law} + 0*b"
    assert recovered(law, found)


@pytest.mark.parametrize(("law", "found"), [(law, law) for law in (COULOMB, SOUND, BAROMETRIC, NORMAL)] + EQUAL[:8])
def test_guards_that_are_not_active_within_the_box_play_no_part(law, found):
    assert recovered(law, found, protect=True)


def test_bounds_that_are_not_reached_within_the_box_play_no_part():
    floor = Formula.apply("max", formula("0.998*a", "a"), Formula.constant(0.005))
    ceiling = Formula.apply("min", Formula.constant(4.0), floor)
    assert recovered("a", ceiling, box=(1.0, 3.9))
    assert not recovered("a", ceiling, box=(1.0, 4.2))


def test_an_active_guard_makes_another_formula():
    inverse = "1/(a - 2.5)^2"
    assert recovered("a/a + " + inverse, "1 + " + inverse, box=(2.6, 5.0), protect=True)
    near_zero = guarded(formula("a/b", ("a", "b")))
    assert not is_recovered(near_zero, formula("a/b", ("a", "b")), [(1.0, 2.0), (1e-6, 1e-2)], 0.01, 1e-6)


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ("x/sqrt(1 + y^2)", Formula.apply("analytic_quotient", Formula.variable(0), Formula.variable(1))),
        ("log(x)", Formula.apply("log1p", Formula.apply("sub", Formula.variable(0), Formula.constant(1.0)))),
        ("exp(x)", Formula.apply("add", Formula.constant(1.0), Formula.apply("expm1", Formula.variable(0)))),
        ("x^(1/3)", Formula.apply("cbrt", Formula.variable(0))),
        ("x", Formula.apply("abs", Formula.variable(0))),
        ("ln(x)", Formula.apply("log_abs", Formula.apply("neg", Formula.variable(0)))),
        ("1/x", Formula.apply("protected_inverse", Formula.variable(0))),
        (
            "x^y",
            Formula.apply(
                "exp", Formula.apply("mul", Formula.variable(1), Formula.apply("protected_log", Formula.variable(0)))
            ),
        ),
    ],
)
def test_operators_that_say_the_same_are_recognised(law, found):
    assert recovered(law, found, box=(2.0, 5.0))


@pytest.mark.parametrize(
    ("law", "found", "box"),
    [
        (COULOMB, "q1*r/(4*pi*eps*q2^2)", (1, 5)),
        (COULOMB, "q1*q2/(4*pi*eps*r^2.1)", (1, 5)),
        (COULOMB, "0.0812*q1*q2/(eps*r^2)", (1, 5)),
        ("a - b", "b - a", (1, 5)),
        ("a/b", "b/a", (1, 5)),
        ("a*b^2", "a^2*b", (1.9, 2.1)),
        ("k*x^2/2", "0.5*k*x^1.9", (1, 5)),
        ("k*x^2/2", "0.5*k*x^2 + 0.02*k*x", (1, 5)),
        ("k*x^2/2", "0.5*k*x^2 + 0.02", (1, 5)),
        ("mu*N", "mu*N + 0.02*mu", (1, 5)),
        ("mu*N", "1.02*mu*N", (1, 5)),
        ("mu*N", "mu*(N + 0.001)", (1, 5)),
        (NORMAL, "0.3989*exp(-0.49*t^2)", (1, 3)),
        ("r*sin(t)", "r*sin(t + 0.03)", (0, 5)),
        ("r*sin(t)", "r*sin(1.02*t)", (0, 5)),
        ("sin(t)", "t - t^3/6 + t^5/120 - t^7/5040", (0, 2)),
        ("sin(t)", "0.98*t - 0.142*t^3", (0, 1.5)),
        ("100 + a", "102", (1, 3)),
        ("tanh(a)", "a/sqrt(1 + a^2)", (0, 0.5)),
        ("a/(1 + b)", "a/(1.02 + b)", (1, 5)),
        ("a", "log(a - 3)", (1, 5)),
    ],
)
def test_what_is_only_near_is_not_the_law(law, found, box):
    assert not recovered(law, found, box=box)


def test_a_polynomial_that_fits_a_sine_to_r2_of_four_nines_is_not_the_law():
    t = np.linspace(0, 3, 500)
    coefficients = np.polynomial.polynomial.polyfit(t, np.sin(t), 4)
    fit = Formula.linear([0.0], float(coefficients[0]))
    for power, coefficient in enumerate(coefficients[1:], start=1):
        term = Formula.apply("pow", Formula.variable(0), Formula.constant(float(power)))
        fit = Formula.apply("add", fit, Formula.apply("mul", Formula.constant(float(coefficient)), term))
    residual = fit.predict(t[:, None]) - np.sin(t)
    assert 1 - residual.var() / np.sin(t).var() > 0.9999
    assert not recovered("sin(t)", fit, box=(0.0, 3.0))


def test_the_tolerance_is_that_of_constants_and_negligible_that_of_terms():
    assert recovered("mu*N", "1.03*mu*N", tolerance=0.05)
    assert not recovered("mu*N", "1.03*mu*N")
    assert recovered("mu*N", "mu*N + 0.001", negligible=1e-3)
    assert not recovered("mu*N", "mu*N + 0.001")


def test_a_factor_within_a_logarithm_may_be_off_by_the_tolerance_whatever_the_size_of_its_argument():
    for box in ((1.0, 5.0), (1e6, 2e6)):
        assert recovered("log(a + b)", "log(1.004*a + 0.997*b)", box)
        assert recovered("c*log(a/b)", "1.002*c*log(1.005*a/b)", box)
        assert not recovered("log(a + b)", "log(1.03*a + 1.03*b)", box)
        assert not recovered("log(a + b)", "log(a + b) + 0.02", box)
        assert not recovered("c*log(a/b)", "c*log(1.03*a/b)", box)
    assert recovered("log(1 + a)", "log(1.003 + 0.998*a)")
    assert recovered("2.5 + log(a)", "2.52 + log(a)")


def test_inputs_may_be_negative():
    assert recovered("x^2*y", "y*(-1.002*x)^2", box=(-3.0, 2.0))
    assert recovered("abs(x)*y", "y*abs(-1.002*x)", box=(-3.0, 2.0))
    assert recovered("sqrt(-x)", "1.002*(-x)^0.5", box=(-3.0, -1.0))
    assert not recovered("abs(x)", "x", box=(-3.0, 2.0))


def test_what_is_too_large_to_multiply_out_is_not_recovered():
    crowded = "*".join(f"(1 + 0.001*{'ab'[n % 2]}^{n / 7:.3f})" for n in range(1, 20))
    assert MOST_TERMS < 2**19
    assert not recovered(f"a*b*{crowded}", f"1.001*a*b*{crowded}")
    deep = "a" + "+sin(a)*b" * 180
    assert not recovered("a*b", deep)


def test_many_inputs_and_a_long_sum_are_no_trouble():
    law = " + ".join(f"{n}.5*x{n}*x{n + 1}" for n in range(1, 20))
    found = " + ".join(f"x{n + 1}*{n}.51*x{n}" for n in range(19, 0, -1))
    assert recovered(law, found)


def test_values_at_the_ends_of_floating_point_numbers_give_an_answer_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found in ("a*1e300", "a*1e307 - b*1e307", "exp(a*130)", "(a*1e150)^2/1e250", "a^200/b^200"):
            assert recovered(found, found)
            assert not recovered("a*b", found)


def test_the_answer_does_not_depend_on_the_thread_or_the_call():
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda pair: recovered(*pair), EQUAL[:8] * 4))
    assert answers == [True] * 32
