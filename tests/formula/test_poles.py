"""A formula without a pole in a box is finite there; nearly every other one is shown to have a pole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula, Variable, bounds, first_pole

SETTINGS = settings(settings.get_profile("formula"), max_examples=400)
sides = st.tuples(st.one_of(st.integers(-3, 3), st.floats(-3, 3)), st.sampled_from([0.0, 0.5, 2.0, 1e3])).map(
    lambda drawn: (float(drawn[0]), drawn[0] + drawn[1])
)
x, y, z = map(Formula.variable, range(3))
one = Formula.constant(1.0)
apply = Formula.apply


def points(box):
    """Return points of a box: corners, its middle planes and random ones."""
    shares = np.random.default_rng(0).random((600, len(box)))
    shares[:200] = np.round(shares[:200])
    shares[200:400] = np.round(shares[200:400] * 4) / 4
    low, high = (np.array(ends) for ends in zip(*box, strict=True))
    return np.clip(low + (high - low) * shares, low, high)


@SETTINGS
@given(st.from_type(Formula), st.tuples(sides, sides, sides))
def test_without_a_pole_all_values_are_finite_and_within_the_bounds(formula, box):
    low, high = bounds(formula, box)
    pole = first_pole(formula, box)
    assert np.isfinite([low, high]).all() == (pole is None)
    if pole is None:
        values, slack = formula.predict(points(box)), 1e-9 * max(abs(low), abs(high))
        assert (values >= low - slack).all()
        assert (values <= high + slack).all()


def polynomial(formula):
    """Return u*u - u + 0.3 for a formula u: at least 0.05."""
    return apply("add", apply("sub", apply("mul", formula, formula), formula), Formula.constant(0.3))


@pytest.mark.parametrize(
    "formula",
    [
        apply("div", x, apply("add", apply("mul", x, x), one)),
        apply("div", one, apply("add", apply("square", x), one)),
        apply("div", apply("exp", x), apply("add", one, apply("exp", x))),
        apply("inverse", apply("add", apply("sub", x, x), one)),
        apply("div", apply("exp", x), apply("exp", x)),
        apply("inverse", polynomial(x)),
        apply("log", apply("add", polynomial(x), apply("add", polynomial(y), polynomial(z)))),
        apply("div", one, polynomial(apply("mul", x, y))),
        apply("sqrt", apply("sub", apply("exp", x), x)),
        apply("inverse", apply("exp", apply("mul", Formula.constant(10.0), x))),
        apply("sqrt", apply("abs", x)),
        apply("protected_div", x, y),
        apply("analytic_quotient", x, y),
        apply("mod", x, one),
        apply("pow", x, Formula.constant(3.0)),
        apply("pow", apply("square", x), apply("abs", y)),
    ],
    ids=str,
)
def test_what_has_no_pole_is_let_through(formula):
    assert first_pole(formula, [(-3.0, 3.0)] * 3) is None


@pytest.mark.parametrize(
    ("formula", "pole"),
    [
        (apply("add", apply("inverse", x), apply("log", y)), "1/x0"),
        (apply("exp", apply("sin", apply("div", one, apply("div", one, x)))), "1.0/x0"),
        (apply("div", one, apply("sub", apply("mul", x, x), one)), "1.0/(x0*x0 - 1.0)"),
        (apply("mul", x, apply("pow", x, Formula.constant(0.5))), "x0^0.5"),
        (apply("div", x, x), "x0/x0"),
        (apply("tan", x), "tan(x0)"),
        (apply("mod", x, y), "mod(x0, x1)"),
        (apply("exp", apply("exp", apply("square", x))), "exp(exp(x0^2))"),
        (apply("gamma", x), "gamma(x0)"),
        (apply("asin", x), "asin(x0)"),
        (apply("add", apply("div", one, Formula.constant(0.0)), x), "1.0/0.0"),
        (apply("inverse", apply("mul", x, Formula.constant(1e-300))), "1/(x0*1e-300)"),
    ],
    ids=str,
)
def test_the_deepest_and_leftmost_pole_is_named(formula, pole):
    box = [(-3.0, 3.0)] * 3
    assert str(first_pole(formula, box)) == pole
    assert bounds(formula, box) == (-np.inf, np.inf)


def test_a_divisor_that_is_0_but_for_rounding_is_a_pole():
    divisor = apply("sub", apply("mul", x, Formula.constant(0.1)), Formula.constant(0.03))
    assert first_pole(apply("inverse", divisor), [(0.3, 1.0)]) is not None
    assert first_pole(apply("inverse", divisor), [(0.4, 1.0)]) is None


def test_the_edge_of_a_domain_belongs_to_it():
    assert first_pole(apply("sqrt", apply("sub", x, one)), [(1.0, 2.0)]) is None
    assert first_pole(apply("log", apply("sub", x, one)), [(1.0, 2.0)]) is not None


def test_an_input_that_is_constant_makes_a_point_of_the_box():
    assert bounds(apply("mul", x, x), [(2.0, 2.0)]) == (4.0, 4.0)
    assert bounds(Formula.constant(7.0), []) == (7.0, 7.0)
    assert first_pole(apply("inverse", apply("sub", x, y)), [(2.0, 2.0), (2.0, 2.0)]) is not None
    assert first_pole(apply("inverse", Formula.constant(0.0)), []) is not None


def test_a_huge_box_is_a_box():
    box = [(-1.7e308, 1.7e308)]
    assert first_pole(apply("sin", x), box) is None
    assert first_pole(apply("inverse", x), box) is not None
    assert first_pole(apply("add", x, x), box) is not None


def test_a_square_beyond_all_numbers_is_a_pole_however_it_is_written():
    for square in (apply("mul", x, x), apply("square", x)):
        assert first_pole(square, [(1.0, 1e160)]) == square
        assert bounds(square, [(1.0, 1e160)]) == (-np.inf, np.inf)


DEEP = 10_000


@pytest.mark.parametrize(
    "nodes",
    [
        [OPERATORS["sin"]] * DEEP + [Variable(0)],
        [OPERATORS["add"]] * DEEP + [Variable(i % 3) for i in range(DEEP + 1)],
        [OPERATORS["inverse"], OPERATORS["add"], Constant(0.5)] * DEEP + [Variable(1)],
        [OPERATORS["div"], Variable(0)] * DEEP + [Variable(1)],
        [OPERATORS["log"], OPERATORS["sub"]] + [OPERATORS["sub"], Variable(0)] * DEEP + [Variable(1), Variable(2)],
    ],
    ids=["sin", "add", "inverse", "div", "log"],
)
def test_no_formula_is_too_deep(nodes):
    first_pole(Formula.from_prefix(nodes), [(-1.0, 1.0)] * 3)


@pytest.mark.parametrize("side", [(1.0, 0.0), (np.nan, 1.0), (0.0, np.inf), (-np.inf, 0.0)])
def test_a_box_that_is_none_is_refused(side):
    for function in (bounds, first_pole):
        with pytest.raises(FormulaError, match="side x0 of the box must be two finite numbers"):
            function(x, [side])


def test_a_side_that_is_not_read_may_be_anything():
    assert bounds(y, [(np.nan, np.inf), (0.0, 1.0)]) == (0.0, 1.0)
    assert first_pole(apply("inverse", y), [(np.nan, np.inf), (0.0, 1.0)]) is not None


def test_a_box_with_too_few_sides_is_refused():
    with pytest.raises(FormulaError, match="reads 3 inputs, and the box has 1 sides"):
        first_pole(z, [(0.0, 1.0)])


@pytest.mark.parametrize("formula", [apply("inverse", x), apply("div", one, x)], ids=str)
@pytest.mark.parametrize("side", [300.0, -300.0])
@pytest.mark.parametrize(("nearest", "safe"), [(0.0, False), (1e-27, False), (1e-22, True), (1e-6, True)])
def test_a_divisor_that_comes_nearer_to_0_than_any_cut_can_tell_is_a_pole(formula, side, nearest, safe):
    box = [(min(side * nearest, side), max(side * nearest, side))]
    assert (first_pole(formula, box) is None) == safe


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("protected_inverse", 0.5, 2.0),
        ("protected_inverse", -0.5, -2.0),
        ("protected_log", 1.0, 0.0),
        ("protected_inverse", 0.0005, 0.0),
        ("protected_log", -0.0005, 0.0),
    ],
)
def test_a_protected_operator_has_one_value_at_a_point_of_the_box(name, point, value):
    assert bounds(apply(name, x), [(point, point)]) == (value, value)


def test_what_was_looked_into_is_not_bounded_too_narrowly():
    close = apply("add", apply("sub", apply("mul", x, x), x), Formula.constant(0.26))  # at least 0.01, at x = 1/2
    low, high = bounds(apply("inverse", close), [(0.0, 1.0)])
    assert low <= 1 / 0.26
    assert 100.0 * (1 - 1e-9) <= high < np.inf


@pytest.mark.parametrize("width", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("turned", [False, True])
def test_sides_of_any_width_are_cut_alike(width, turned):
    u, v = (y, x) if turned else (x, y)
    mixed = apply("mul", Formula.constant(width), apply("mul", u, v))
    positive = apply("add", apply("mul", v, v), Formula.constant(0.02))
    positive = apply("mul", Formula.constant(width**2), positive)
    divisor = apply("add", apply("sub", apply("mul", u, u), mixed), positive)  # (u/width)^2 - u/width*v + v^2 + 0.02
    box = [(-width, width), (-1.0, 1.0)]
    assert first_pole(apply("inverse", divisor), box[::-1] if turned else box) is None


def test_what_is_divided_by_itself_is_1():
    assert bounds(apply("div", x, x), [(1.0, 2.0)]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("formula", "side", "found"),
    [
        (apply("gamma", x), (3.0, 4.0), (2.0, 6.0)),
        (apply("gamma", x), (1.0, 2.0), (0.885, 1.0)),
        (apply("gamma", x), (-0.5, -0.5), (-3.5449077018110318,) * 2),
        (apply("mod", x, one), (-0.5, 0.5), (0.0, 1.0)),
        (apply("mod", x, one), (0.25, 0.5), (0.25, 0.5)),
        (apply("tan", x), (0.0, np.pi / 2), (-np.inf, np.inf)),
        (apply("tan", x), (0.0, 1.5), (0.0, np.tan(1.5))),
    ],
    ids=str,
)
def test_bounds_are_as_narrow_as_is_known(formula, side, found):
    assert bounds(formula, [side]) == pytest.approx(found, rel=1e-12)


def test_a_larger_budget_proves_what_a_smaller_one_leaves_in_doubt():
    x, ratio = Formula.variable(0), Formula.apply("div", Formula.variable(1), Formula.variable(2))
    seen = Formula.apply("sub", Formula.apply("cos", x), ratio)
    over = Formula.apply("sub", Formula.constant(1.0), Formula.apply("mul", ratio, Formula.apply("cos", x)))
    angle, box = Formula.apply("acos", Formula.apply("div", seen, over)), [(1.0, 3.0), (1.0, 3.0), (4.0, 6.0)]
    assert first_pole(angle, box) == angle
    assert first_pole(angle, box, budget=100_000) is None
    assert bounds(angle, box, budget=100_000)[1] <= np.pi
