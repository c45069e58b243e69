"""Laws that are bounded though intervals do not show it are taken; where a law has no bound, the part is named."""

import numpy as np
import pytest

from smoothdistill_core.formula import bounds
from smoothdistill_laws.domain import violation
from smoothdistill_laws.grammar import parsed
from smoothdistill_laws.law import Law
from smoothdistill_laws.removable import bounded_quotient
from smoothdistill_laws.squares import is_nonnegative


def wrong(expression, *box):
    law = parsed(expression)
    return violation(law.formula, law.names, box if len(box) == len(law.names) else list(box) * len(law.names))


@pytest.mark.parametrize(
    ("expression", "ranges"),
    [
        ("sqrt(a^2 + b^2 - 2*a*b*cos(s - t))", dict.fromkeys("abst", (1.0, 5.0))),
        ("acos((cos(t) - v/c)/(1 - v/c*cos(t)))", {"t": (1.0, 3.0), "v": (1.0, 3.0), "c": (4.0, 6.0)}),
        ("p*sin((a - b)*t/2)^2/((a - b)*t/2)^2", {"p": (1, 3), "a": (1, 5), "b": (1, 5), "t": (1, 3)}),
        ("sqrt(1 + sqrt(a^2 + b^2 - 2*a*b))", dict.fromkeys("ab", (1, 5))),
        ("1/(2 + sin(a)/a)", {"a": (-4, 4)}),
    ],
)
def test_a_bounded_law_is_taken_and_has_finite_rows(expression, ranges):
    assert np.isfinite(Law(expression=expression, ranges=ranges, rows=1000).load().frame.y).all()


@pytest.mark.parametrize(
    "expression",
    [
        "sqrt(a^2 + b^2 - 2*a*b)",
        "sqrt((a - b)^2)",
        "sqrt((a + b)^2 - 4*a*b)",
        "(a*a + 2*b^2 - 2*a*b*sin(b))^0.5",
        "sqrt(a^4 + b^2/4 - a^2*b)",
        "sqrt(a^2 - 2*a*cos(b) + 1)",
        "sqrt(a^2 + b^2 - a*b + c^2 - b*c)",
    ],
)
def test_a_root_of_squares_has_a_value_everywhere(expression):
    assert wrong(expression, (-2.0, 3.0)) is None


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("sqrt(a^2 + b^2 - 2.01*a*b)", "a^2 + b^2 - 2.01*a*b can be"),
        ("sqrt(a^2 + b^2 - 2*a*b - 0.001)", "a square root needs 0 or more"),
        ("sqrt(a^2 + b^2 - 2*a*b*(1 + b^2))", "a square root needs 0 or more"),
        ("sqrt(a^2 - b)", "a square root needs 0 or more"),
        ("log(a^2 + b^2 - 2*a*b)", "a logarithm needs more than 0"),
        ("(a^2 + b^2 - 2*a*b)^-0.5", "such a power needs a base above 0"),
        ("1/sqrt(a^2 + b^2 - 2*a*b)", r"sqrt(a^2 + b^2 - 2*a*b) can be 0 to"),
    ],
)
def test_what_may_be_below_zero_is_named(expression, named):
    assert named in wrong(expression, (-2.0, 3.0))


@pytest.mark.parametrize(
    "expression",
    [
        "sin(a)/a",
        "a*sin(b)^2/b^2",
        "sin(3*a)^2/(a/2)^2",
        "sin((a - b)*c)/(a - b)",
        "sin(a)*tanh(b)/(a*b)",
        "(1 - cos(a))/a^2",
        "(exp(a) - 1)/a",
        "expm1(a)/(-a)",
        "erf(2*a)/a",
        "sin(a)^3/a^2",
        "sin(a)^2*a^-2",
        "a^2/a",
    ],
)
def test_a_quotient_whose_numerator_vanishes_with_its_divisor_is_taken(expression):
    law = parsed(expression)
    box = [(-1.0, 1.5)] * len(law.names)
    assert wrong(expression, *box) is None
    values = law.formula.predict(np.random.default_rng(0).uniform(-1.0, 1.5, size=(2000, len(box))))
    low, high = bounded_quotient(law.formula, box).interval
    assert low <= values.min() <= values.max() <= high


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("cos(a)/sin(a)*b", "cos(a)/sin(a) may divide by 0: sin(a) can be"),
        ("sin(a)/a^2", "sin(a)/a^2 may divide by 0: a^2 can be 0 to"),
        ("(1 - cos(a))/a^3", "may divide by 0"),
        ("cos(a)/a", "may divide by 0"),
        ("sin(a + 1)/a", "may divide by 0"),
        ("sin(a*b)/(a*b^2)", "may divide by 0"),
        ("sin(abs(a) - a)/(abs(a) - a)", "may divide by 0: abs(a) - a can be -4 to 8"),
        ("sin(a - a)/(a - a)", "may divide by 0"),
        ("1/(sin(a)/a)", "1/(sin(a)/a) may divide by 0: sin(a)/a can be"),
    ],
)
def test_what_has_no_bound_is_named(expression, named):
    assert named in wrong(expression, (-4.0, 4.0))


def test_random_forms_that_are_proven_are_never_below_zero():
    random, proven = np.random.default_rng(0), 0
    X = random.uniform(-2.0, 2.0, size=(4000, 3))
    for _ in range(300):
        p, q, r, s, t = np.round(random.normal(size=5), 2)
        law = parsed(f"{abs(p)}*a^2 + {abs(q)}*b^2 + {r}*a*b*sin(c) + {s}*a*c + {abs(t)}*c^2")
        box = [(-2.0, 2.0)] * 3
        if is_nonnegative(law.formula, box):
            proven += 1
            assert law.formula.predict(X[:, [("a", "b", "c").index(name) for name in law.names]]).min() >= -1e-12
            assert bounds(law.formula, box)[1] >= 0.0
    assert 30 < proven < 270
