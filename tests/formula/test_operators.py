"""Every operator, in one table: values at special points, slopes, bounds and notation."""

import numpy as np
import pytest

from smoothdistill_core.formula import OPERATORS, Formula, bounds
from smoothdistill_core.formula.ranges.interval import UNBOUNDED, is_finite

NAN, INF = np.nan, np.inf

VALUES = {
    "add": {(2.0, 3.0): 5.0, (1e308, 1e308): INF},
    "sub": {(2.0, 3.0): -1.0},
    "mul": {(2.0, -3.0): -6.0, (0.0, INF): NAN},
    "div": {(6.0, -3.0): -2.0, (1.0, 0.0): INF, (0.0, 0.0): NAN},
    "neg": {(2.0,): -2.0},
    "inverse": {(-4.0,): -0.25, (0.0,): INF},
    "square": {(-3.0,): 9.0},
    "cube": {(-3.0,): -27.0},
    "pow": {(2.0, 0.5): np.sqrt(2.0), (-2.0, 3.0): -8.0, (-2.0, 0.5): NAN, (0.0, -1.0): INF, (0.0, 0.0): 1.0},
    "pow_abs": {(-4.0, 0.5): 2.0, (-2.0, 3.0): 8.0, (0.0, -1.0): INF, (0.0, 0.5): 0.0},
    "sqrt": {(9.0,): 3.0, (-1.0,): NAN},
    "cbrt": {(-8.0,): -2.0},
    "analytic_quotient": {(6.0, 0.0): 6.0, (5.0, np.sqrt(24.0)): 1.0},
    "abs": {(-2.0,): 2.0},
    "sign": {(-2.0,): -1.0, (0.0,): 0.0, (5.0,): 1.0},
    "floor": {(-1.5,): -2.0},
    "ceil": {(-1.5,): -1.0},
    "round": {(0.5,): 0.0, (1.5,): 2.0, (-2.5,): -2.0},
    "mod": {(7.0, 3.0): 1.0, (-7.0, 3.0): 2.0, (7.0, -3.0): -2.0, (1.0, 0.0): NAN},
    "max": {(2.0, 3.0): 3.0, (NAN, 1.0): NAN},
    "min": {(2.0, 3.0): 2.0},
    "greater": {(2.0, 3.0): 0.0, (3.0, 2.0): 1.0, (2.0, 2.0): 0.0},
    "exp": {(0.0,): 1.0, (710.0,): INF},
    "expm1": {(1e-12,): 1.0000000000005e-12},
    "log": {(1.0,): 0.0, (0.0,): -INF, (-1.0,): NAN},
    "log2": {(8.0,): 3.0},
    "log10": {(1000.0,): 3.0},
    "log1p": {(1e-12,): 9.999999999995e-13, (-1.0,): -INF, (-2.0,): NAN},
    "log_abs": {(-np.e,): 1.0, (0.0,): -INF},
    "sin": {(np.pi / 2,): 1.0},
    "cos": {(np.pi,): -1.0},
    "tan": {(np.pi / 4,): 1.0},
    "asin": {(1.0,): np.pi / 2, (1.1,): NAN},
    "acos": {(1.0,): 0.0, (-1.1,): NAN},
    "atan": {(1.0,): np.pi / 4},
    "sinh": {(1.0,): 1.1752011936438014},
    "cosh": {(0.0,): 1.0},
    "tanh": {(0.5,): 0.46211715726000973},
    "asinh": {(1.0,): 0.881373587019543},
    "acosh": {(1.0,): 0.0, (0.9,): NAN},
    "atanh": {(0.5,): 0.5493061443340548, (1.0,): INF},
    "erf": {(0.0,): 0.0, (1.0,): 0.8427007929497149},
    "gamma": {(5.0,): 24.0, (0.5,): np.sqrt(np.pi), (-0.5,): -2.0 * np.sqrt(np.pi)},
    "protected_div": {(6.0, 3.0): 2.0, (6.0, 0.001): 1.0, (6.0, 0.0): 1.0},
    "protected_sqrt": {(-9.0,): 3.0},
    "protected_log": {(-np.e,): 1.0, (0.001,): 0.0, (0.0,): 0.0},
    "protected_inverse": {(-4.0,): -0.25, (0.001,): 0.0},
}

STEPS = {"sign", "floor", "ceil", "round", "greater"}
"""The operators whose values jump, and whose slopes are 0."""

LOOSE = {"mod", "gamma"}
"""The operators whose bounds may be wider than need be."""

every_operator = pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)


def test_every_operator_is_in_the_table():
    assert set(VALUES) == set(OPERATORS)


@every_operator
def test_the_value_is_right_at_special_points(operator):
    for arguments, value in VALUES[operator.name].items():
        with np.errstate(all="ignore"):
            found = operator.value(*(np.array([argument]) for argument in arguments))
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, [value], rtol=1e-12, atol=1e-15, err_msg=str(arguments))


def samples(operator, rows=400):
    """Return arguments over the range in which functions do something, each of shape (rows,)."""
    rng = np.random.default_rng(7)
    return [rng.choice([-1.0, 1.0], rows) * rng.exponential(scale=1.5, size=rows) for _ in range(operator.arity)]


@every_operator
def test_the_partials_are_the_slopes(operator):
    arguments, step = samples(operator), 1e-6
    with np.errstate(all="ignore"):
        value = operator.value(*arguments)
        partials = operator.partials(value, *arguments)
        assert len(partials) == operator.arity
        for index, partial in enumerate(partials):

            def moved(by, index=index):
                return operator.value(*(a + by * (place == index) for place, a in enumerate(arguments)))

            slopes = [(moved(step) - moved(-step)) / (2 * step), (moved(step) - value) / step]
            smooth = np.isfinite(value) & (np.abs(slopes[0] - slopes[1]) < 1e-3 * (1 + np.abs(slopes[0])))
            if (operator.name, index) in {("pow", 1)}:
                smooth &= arguments[0] > 0.0
            assert smooth.sum() > 15
            np.testing.assert_allclose(partial[smooth], slopes[0][smooth], rtol=1e-4, atol=1e-6)
            if operator.name in STEPS:
                np.testing.assert_array_equal(partial, 0.0)


def intervals(rng, count):
    """Return random intervals: points, some with an end at 0, with whole ends, and huge ones."""
    for _ in range(count):
        low = rng.choice([rng.normal(), rng.integers(-3, 4), 0.0, rng.normal() * 10.0 ** rng.integers(-8, 9)])
        width = rng.choice([0.0, rng.exponential(), rng.integers(0, 4), abs(low), 1e-3, 10.0 ** rng.integers(-8, 9)])
        yield (float(low), float(low + width)) if rng.random() < 0.5 else (float(-low - width), float(-low))


def within(interval, rng, count):
    low, high = interval
    inside = np.clip(low + (high - low) * rng.random(count), low, high)
    inside[:3] = low, high, np.clip(0.0, low, high)
    whole = np.round(inside)
    return np.where((rng.random(count) < 0.3) & (low <= whole) & (whole <= high), whole, inside)


@every_operator
def test_the_bounds_hold_every_value(operator):
    rng, finite = np.random.default_rng(3), 0
    for arguments in zip(*(intervals(rng, 500) for _ in range(operator.arity)), strict=True):
        low, high = operator.bounds(*arguments)
        if not is_finite((low, high)):
            assert (low, high) == UNBOUNDED
            continue
        finite += 1
        with np.errstate(all="ignore"):
            values = operator.value(*(within(argument, rng, 60) for argument in arguments))
        slack = 1e-12 * max(abs(low), abs(high), 1e-300)
        assert low <= high
        assert (values >= low - slack).all(), (arguments, values.min())
        assert (values <= high + slack).all(), (arguments, values.max())
    assert finite > 25


@every_operator
def test_the_bounds_are_reached(operator):
    if operator.name in LOOSE:
        return
    rng = np.random.default_rng(4)
    for _ in range(200):
        ends = np.sort(rng.normal(scale=1.5, size=(operator.arity, 2)), axis=1)
        low, high = operator.bounds(*map(tuple, ends))
        if not is_finite((low, high)):
            continue
        near_0 = [0.0, -0.0010001, 0.0010001]  # beside the guards of protected operators
        grids = np.meshgrid(*(np.append(np.linspace(*end, 60), np.clip(near_0, *end)) for end in ends))
        with np.errstate(all="ignore"):
            values = operator.value(*grids)
        assert values.max() - values.min() >= 0.97 * (high - low)


@every_operator
def test_the_bounds_are_lost_where_a_value_is_lost(operator):
    rng = np.random.default_rng(5)
    for arguments in zip(*(intervals(rng, 300) for _ in range(operator.arity)), strict=True):
        with np.errstate(all="ignore"):
            values = operator.value(*(within(argument, rng, 60) for argument in arguments))
        if not np.isfinite(values).all():
            assert operator.bounds(*arguments) == UNBOUNDED, arguments


@every_operator
@pytest.mark.parametrize("end", [(-INF, INF), (0.5, INF), (-INF, 0.5), (NAN, NAN), (0.5, NAN)], ids=str)
def test_nothing_is_known_over_an_argument_that_is_not_finite(operator, end):
    for place in range(operator.arity):
        arguments = [end if place == index else (0.25, 0.5) for index in range(operator.arity)]
        assert operator.bounds(*arguments) == UNBOUNDED


@every_operator
def test_the_notation_names_each_argument_once(operator):
    text = operator.notation
    assert [text.count(f"{{{index}}}") for index in range(3)] == [1] * operator.arity + [0] * (3 - operator.arity)
    arguments = [Formula.variable(index) for index in range(operator.arity)]
    assert str(Formula.apply(operator.name, *arguments)) == text.format("x0", "x1")


x, y = Formula.variable(0), Formula.variable(1)
two, minus_two = Formula.constant(2.0), Formula.constant(-2.0)
apply = Formula.apply


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("pow", minus_two, x), "(-2.0)^x0"),
        (apply("pow", x, minus_two), "x0^(-2.0)"),
        (apply("pow", apply("pow", x, y), two), "(x0^x1)^2.0"),
        (apply("pow", x, apply("pow", y, two)), "x0^(x1^2.0)"),
        (apply("neg", apply("square", x)), "-x0^2"),
        (apply("square", apply("neg", x)), "(-x0)^2"),
        (apply("square", minus_two), "(-2.0)^2"),
        (apply("cube", apply("square", x)), "(x0^2)^3"),
        (apply("square", apply("add", x, y)), "(x0 + x1)^2"),
        (apply("mul", apply("square", x), y), "x0^2*x1"),
        (apply("pow", apply("mul", two, x), y), "(2.0*x0)^x1"),
        (apply("pow", two, apply("mul", x, y)), "2.0^(x0*x1)"),
        (apply("pow", apply("sin", x), two), "sin(x0)^2.0"),
        (apply("neg", apply("neg", x)), "-(-x0)"),
        (apply("neg", minus_two), "-(-2.0)"),
        (apply("sub", x, apply("neg", y)), "x0 + x1"),
        (apply("add", x, apply("mul", minus_two, y)), "x0 - 2.0*x1"),
        (apply("sub", x, apply("add", y, two)), "x0 - (x1 + 2.0)"),
        (apply("mul", x, minus_two), "x0*(-2.0)"),
        (apply("div", x, apply("mul", y, two)), "x0/(x1*2.0)"),
        (apply("inverse", x), "1/x0"),
        (apply("inverse", apply("inverse", x)), "1/(1/x0)"),
        (apply("inverse", apply("mul", x, y)), "1/(x0*x1)"),
        (apply("inverse", apply("neg", x)), "1/(-x0)"),
        (apply("mul", apply("inverse", x), y), "1/x0*x1"),
        (apply("mul", y, apply("inverse", x)), "x1*(1/x0)"),
        (apply("square", apply("inverse", x)), "(1/x0)^2"),
        (apply("neg", apply("inverse", x)), "-1/x0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_brackets_say_what_binds(formula, text):
    assert str(formula) == text


def test_a_power_of_a_negative_base_is_flat_in_its_exponent():
    formula = apply("pow", x, apply("floor", y))
    np.testing.assert_array_equal(formula.gradient(np.array([[-2.0, 3.5], [0.0, 2.5]])), [[12.0, 0.0], [0.0, 0.0]])


def test_a_root_of_an_absolute_value_is_flat_at_0():
    assert apply("pow_abs", x, Formula.constant(0.5)).gradient(np.array([[0.0]])) == [[0.0]]


def test_far_from_0_waves_are_bounded_by_what_they_can_be():
    assert bounds(apply("sin", x), [(1e17, 1e17 + 64)]) == (-1.0, 1.0)
    assert bounds(apply("tan", x), [(1e17, 1e17)]) == UNBOUNDED
