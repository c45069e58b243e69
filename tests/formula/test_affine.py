"""Rewriting changes how a formula reads, and never what it computes."""

import itertools
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula, Variable, rewritten, tidied

EPSILON = np.finfo(float).eps
SETTINGS = settings(settings.get_profile("formula"), max_examples=400)
MAPS = [(3e4, 1e5), (1e-5, 0.001), (12.0, -3.5), (1.0, 0.0), (1e-3, 1e5), (250.0, 0.0)]
maps = st.sampled_from(MAPS)


def applied(operator, *parts):
    """Return value, possible rounding error and whether all went well, from those of the arguments."""
    values, errors = [part[0] for part in parts], [part[1] for part in parts]
    value = operator.value(*values)
    moved = [
        operator.value(*(part + sign * error for part, sign, error in zip(values, signs, errors, strict=True)))
        for signs in itertools.product((-1.0, 1.0), repeat=operator.arity)
    ]
    error = np.max(np.abs(np.array(moved) - value), axis=0) + 4 * EPSILON * np.abs(value)
    tame = np.isfinite(error) & ((np.abs(value) < 1e100) & (np.abs(value) > 1e-100) | (value == 0.0))
    return value, error, np.logical_and.reduce([tame, *(part[2] for part in parts)])


def with_error(formula, X, error):
    """Return values of a formula, and how far rounding may move them: both (n,); and where neither is wild."""

    def leaf(node):
        if isinstance(node, Variable):
            return X[:, node.index], error[:, node.index], np.ones(len(X), bool)
        value = np.full(len(X), node.value)
        return value, EPSILON * np.abs(value), np.ones(len(X), bool)

    with np.errstate(all="ignore"):
        return formula.fold(leaf, applied)


def inputs(rows=60, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, 3))


@SETTINGS
@given(st.from_type(Formula), st.tuples(maps, maps, maps), maps)
def test_the_rewritten_formula_computes_the_same_up_to_rounding(formula, inputs_maps, output):
    X = inputs()
    scale, shift = (np.array(numbers) for numbers in zip(*inputs_maps, strict=True))
    value, error, tame = with_error(formula, X, 8 * EPSILON * (np.abs(X) + np.abs(shift) / scale))
    new = rewritten(formula, inputs_maps, output).predict(X * scale + shift)[tame]
    allowed = 16 * (error * output[0] + EPSILON * abs(output[1]))
    assert (np.abs(new - (value * output[0] + output[1])[tame]) <= allowed[tame]).all()


@SETTINGS
@given(st.from_type(Formula))
def test_tidying_never_makes_a_formula_longer(formula):
    tidy = tidied(formula)
    assert tidy.complexity <= formula.complexity
    assert tidied(tidy).complexity <= tidy.complexity


x, y, z = map(Formula.variable, range(3))
one, two, three, half = map(Formula.constant, (1.0, 2.0, 3.0, 0.5))
apply = Formula.apply


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("sub", x, x), "0.0"),
        (apply("add", x, x), "2.0*x0"),
        (apply("sub", apply("add", x, y), apply("add", y, x)), "0.0"),
        (apply("mul", x, apply("mul", y, x)), "x0^2*x1"),
        (apply("square", apply("cube", x)), "x0^6.0"),
        (apply("mul", two, apply("mul", three, x)), "6.0*x0"),
        (apply("neg", apply("neg", x)), "x0"),
        (apply("add", apply("mul", half, x), apply("mul", half, apply("sin", y))), "0.5*(x0 + sin(x1))"),
        (apply("sub", apply("neg", x), one), "-1.0 - x0"),
        (apply("sub", y, apply("sub", x, one)), "x1 - x0 + 1.0"),
        (apply("div", one, apply("add", apply("mul", two, x), apply("add", two, two))), "0.5/(x0 + 2.0)"),
        (apply("div", apply("div", x, y), apply("div", z, two)), "2.0*x0/(x1*x2)"),
        (apply("div", one, apply("inverse", apply("add", x, one))), "x0 + 1.0"),
        (apply("pow", x, one), "x0"),
        (apply("pow", apply("log", x), apply("sub", x, x)), "1.0"),
        (apply("pow", x, half), "sqrt(x0)"),
        (apply("pow", apply("mul", two, x), Formula.constant(-4.0)), "0.0625*x0^(-4.0)"),
        (apply("sqrt", apply("mul", Formula.constant(4.0), x)), "2.0*sqrt(x0)"),
        (apply("abs", apply("mul", Formula.constant(-2.0), x)), "2.0*abs(x0)"),
        (apply("sin", apply("add", one, two)), "0.1411200080598672"),
        (apply("protected_div", x, two), "0.5*x0"),
        (apply("protected_div", x, Formula.constant(0.001)), "1.0"),
        (apply("protected_div", apply("mul", two, x), y), "pdiv(2.0*x0, x1)"),
    ],
    ids=str,
)
def test_a_tidy_formula_reads_as_a_person_would_write_it(formula, text):
    assert str(rewritten(formula, [(1.0, 0.0)] * 3)) == text


@pytest.mark.parametrize(
    "formula",
    [
        apply("sub", apply("log", x), apply("log", x)),
        apply("mul", Formula.constant(0.0), apply("div", one, x)),
        apply("div", x, x),
        apply("div", one, Formula.constant(0.0)),
        apply("mul", apply("sqrt", x), apply("sub", apply("sqrt", x), apply("sqrt", x))),
    ],
    ids=str,
)
def test_what_has_a_pole_does_not_cancel(formula):
    tidy = rewritten(formula, [(1.0, 0.0)] * 3)
    X = np.array([[0.0], [-1.0], [2.0]])
    np.testing.assert_array_equal(np.isfinite(tidy.predict(X)), np.isfinite(formula.predict(X)))


def test_own_units_read_as_a_person_would_write_them():
    formula = apply("add", two, apply("mul", apply("mul", three, x), apply("add", y, one)))
    text = rewritten(formula, [(12.0, 40.0), (2.0, 5.0)], (4.0, 4.3)).text(["age", "x"])
    assert text == "12.3 + 0.5*(age - 40.0)*(x - 3.0)"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (Formula.linear([3.0, -4.0], 2.0), "3.0 + 0.25*x0 - 2.0*x1"),
        (apply("sin", x), "sin(0.08333333333333333*(x0 - 40.0)) + 1.0"),
        (apply("protected_log", apply("add", x, y)), "plog(0.08333333333333333*x0 + 0.5*x1 - 5.833333333333333) + 1.0"),
        (apply("square", x), "1.0 + 0.006944444444444444*(x0 - 40.0)^2"),
        (apply("add", z, one), "2.0 + 10.0*(x2 - 100000.0)"),
    ],
    ids=str,
)
def test_shifted_inputs_are_multiplied_out_in_sums_and_bracketed_in_functions(formula, text):
    assert str(rewritten(formula, [(12.0, 40.0), (2.0, 5.0), (0.1, 1e5)], (1.0, 1.0))) == text


APPLY, NUMBER = Formula.apply, Formula.constant


@pytest.mark.parametrize(
    ("outer", "text"),
    [
        (lambda raw: APPLY("cos", raw), "cos(x0)"),
        (lambda raw: APPLY("cos", APPLY("mul", NUMBER(2.0), raw)), "cos(2.0*x0)"),
        (lambda raw: APPLY("inverse", APPLY("inverse", raw)), "x0"),
        (lambda raw: APPLY("div", NUMBER(1.0), APPLY("div", NUMBER(2.0), raw)), "0.5*x0"),
        (lambda raw: APPLY("pow", raw, NUMBER(2.5)), "x0^2.5"),
    ],
)
@pytest.mark.parametrize("scaling", [(0.5, 0.75), (0.5115246604972264, 1.8698534700989333)])
def test_a_formula_that_undoes_its_units_reads_as_one_over_the_raw_input(outer, text, scaling):
    scale, mean = scaling
    formula = outer(APPLY("mul", NUMBER(scale), APPLY("add", Formula.variable(0), NUMBER(mean / scale))))
    assert rewritten(formula, [scaling]).text() == text
    raw = np.linspace(1.0, 3.0, 9)[:, None]
    np.testing.assert_allclose(rewritten(formula, [scaling]).predict(raw), formula.predict((raw - mean) / scale))


@given(st.floats(0.01, 1e3), st.floats(0.001, 1e3))
def test_an_offset_that_undoes_the_outputs_shift_leaves_nothing(scale, mean):
    formula = APPLY("add", APPLY("square", Formula.variable(0)), NUMBER(-mean / scale))
    assert len(rewritten(formula, [(1.0, 0.0)], (scale, mean)).nodes) in (2, 4)  # x^2 or scale*x^2


def test_the_guard_of_a_protected_operator_keeps_its_place():
    formula, scale, shift = apply("protected_inverse", x), 0.5, 3.0
    guard = np.array([[-0.00101], [-0.00099], [0.0], [0.00099], [0.00101]])
    new = rewritten(formula, [(scale, shift)]).predict(guard * scale + shift)
    np.testing.assert_array_equal(new == 0.0, [False, True, True, True, False])


def test_a_column_far_from_0_keeps_its_digits():
    X = np.array([[1.5], [-0.25]])
    shift, scale = 1e9, 0.5
    formula = rewritten(apply("mul", apply("add", x, one), x), [(scale, shift)])
    np.testing.assert_array_equal(formula.predict(X * scale + shift), [3.75, -0.1875])


@pytest.mark.parametrize(
    "formula",
    [
        apply("mul", apply("mul", Formula.constant(1e-200), x), apply("mul", Formula.constant(1e-200), y)),
        apply("mul", Formula.constant(1e300), apply("mul", Formula.constant(1e300), x)),
        apply("add", apply("mul", Formula.constant(1.5e308), x), apply("mul", Formula.constant(1.5e308), x)),
        apply("square", apply("mul", Formula.constant(1e-200), x)),
        apply("div", apply("mul", Formula.constant(1e-200), x), apply("mul", Formula.constant(1e200), y)),
        apply("mul", Formula.constant(1.5e308), x),
    ],
    ids=str,
)
def test_numbers_beyond_floats_stay_apart(formula):
    new = rewritten(formula, [(0.5, 3.0), (1.0, 0.0)])
    X = np.array([[1e-10, 2.0], [0.3, 1e-100]])
    np.testing.assert_allclose(new.predict(X * [0.5, 1.0] + [3.0, 0.0]), formula.predict(X), rtol=1e-6)


DEEP = 10_000


@pytest.mark.parametrize(
    "nodes",
    [
        [OPERATORS["sin"]] * DEEP + [Variable(0)],
        [OPERATORS["square"]] * DEEP + [Variable(0)],
        [OPERATORS["add"]] * DEEP + [Variable(i % 3) for i in range(DEEP + 1)],
        [OPERATORS["mul"]] * DEEP + [Variable(i % 3) for i in range(DEEP + 1)],
        [OPERATORS["sub"], Constant(0.5)] * DEEP + [Variable(1)],
        [OPERATORS["mul"], Constant(0.5)] * DEEP + [Variable(1)],
        [OPERATORS["div"], Variable(0)] * DEEP + [Variable(1)],
        [OPERATORS["pow"]] * DEEP + [Variable(1)] + [Constant(2.0)] * DEEP,
        [OPERATORS["mul"], OPERATORS["sin"], Variable(0), OPERATORS["add"], Variable(1)] * (DEEP // 2) + [Variable(1)],
        [OPERATORS["add"]] * DEEP
        + [node for i in range(DEEP) for node in (OPERATORS["sin"], OPERATORS["mul"], Constant(float(i)), Variable(0))]
        + [Variable(0)],
    ],
    ids=["sin", "square", "add", "mul", "sub", "constants", "div", "pow", "mixed", "unlike"],
)
def test_no_formula_is_too_deep(nodes):
    formula = Formula.from_prefix(nodes)
    new = rewritten(formula, [(2.0, 3.0)] * 3, (5.0, -1.0))
    assert Formula.from_prefix(new.nodes) == new


@pytest.mark.parametrize(
    "pair", [(0.0, 1.0), (np.inf, 0.0), (np.nan, 0.0), (1.0, np.inf), (1.0, np.nan), (1e-320, 0.0)]
)
def test_a_map_that_is_none_is_refused(pair):
    with pytest.raises(FormulaError, match="of x0 must be finite, the scale not 0"):
        rewritten(x, [pair])
    with pytest.raises(FormulaError, match="of the output must be finite"):
        rewritten(x, [(1.0, 0.0)], pair)


def test_an_input_without_a_map_is_refused():
    with pytest.raises(FormulaError, match="reads 3 inputs, and there are maps for 2"):
        rewritten(z, [(1.0, 0.0)] * 2)


def power_of(base, exponent):
    return apply("pow", base, Formula.constant(exponent))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("mul", x, apply("mul", x, x)), "x0^3"),
        (apply("mul", apply("square", x), apply("square", x)), "x0^4.0"),
        (apply("square", apply("mul", x, y)), "(x0*x1)^2"),
        (apply("mul", apply("neg", x), apply("neg", y)), "x0*x1"),
        (apply("sqrt", apply("mul", Formula.constant(-4.0), x)), "2.0*sqrt(-x0)"),
        (apply("mul", x, power_of(x, 0.8)), "x0^1.8"),
        (apply("mul", apply("square", x), apply("mul", y, apply("sqrt", x))), "x1*x0^2.5"),
        (apply("div", y, apply("mul", power_of(x, 1.5), power_of(x, 0.5))), "x1/x0^2"),
        (apply("div", power_of(x, 1.5), x), "x0^1.5/x0"),  # which has no value at 0
        (apply("mul", power_of(x, 1.5), power_of(x, -1.5)), "x0^1.5*x0^(-1.5)"),
        (apply("mul", apply("sqrt", x), apply("mul", two, apply("sqrt", y))), "2.0*sqrt(x0*x1)"),
        (apply("div", apply("sqrt", x), apply("sqrt", y)), "sqrt(x0/x1)"),
        (apply("div", one, apply("mul", apply("sqrt", x), apply("sqrt", y))), "1/sqrt(x0*x1)"),
        (power_of(apply("div", Formula.constant(4.0), x), -2.5), "0.03125*x0^2.5"),
    ],
    ids=str,
)
def test_powers_and_signs_read_as_a_person_would_write_them(formula, text):
    assert str(rewritten(formula, [(1.0, 0.0)] * 2)) == text


def exponential_of(*terms):
    """Return exp of a sum of factors times the logarithms of formulas."""
    products = [apply("mul", Formula.constant(factor), apply("log", part)) for factor, part in terms]
    return apply("exp", reduce(lambda total, term: apply("add", total, term), products))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (exponential_of((2.0, x), (1.39, y)), "x0^2*x1^1.39"),
        (exponential_of((0.5, x), (-1.0, y)), "sqrt(x0)/x1"),
        (exponential_of((-2.0, apply("add", x, y))), "1/(x0 + x1)^2"),
        (
            exponential_of((-1.1, apply("div", one, apply("mul", x, y))), (-0.7, apply("inverse", y))),
            "x1^0.7*(x0*x1)^1.1",
        ),
        (apply("exp", apply("add", apply("log", x), apply("sub", y, half))), "x0*exp(x1 - 0.5)"),
        (apply("exp", apply("add", apply("log", x), apply("log", two))), "2.0*x0"),
        (apply("exp", apply("mul", Formula.constant(0.0), apply("log", x))), "exp(0.0*log(x0))"),
        (apply("exp", apply("mul", y, apply("log", x))), "exp(x1*log(x0))"),  # no number before it
    ],
    ids=str,
)
def test_an_exponential_of_logarithms_reads_as_powers(formula, text):
    assert str(rewritten(formula, [(1.0, 0.0)] * 2)) == text


def test_a_power_of_an_input_is_that_of_the_input_in_its_own_units():
    assert str(rewritten(exponential_of((1.39, x)), [(2.0, 3.0)])) == "(0.5*(x0 - 3.0))^1.39"


ROOT = apply("sqrt", x)


@pytest.mark.parametrize(
    "formula",
    [
        apply("mul", apply("div", x, x), ROOT),
        apply("mul", apply("div", power_of(x, 1.3), x), x),
        apply("mul", apply("div", x, apply("mul", x, y)), ROOT),
        apply("mul", apply("div", ROOT, apply("square", ROOT)), apply("sqrt", y)),
        apply("div", apply("mul", ROOT, ROOT), apply("mul", ROOT, apply("sqrt", y))),
        apply("mul", power_of(x, -1.5), apply("mul", power_of(x, 0.5), apply("inverse", ROOT))),
        apply("exp", apply("sub", apply("mul", Formula.constant(90.0), apply("log", x)), Formula.constant(800.0))),
        apply("exp", apply("sub", Formula.constant(800.0), apply("mul", Formula.constant(100.0), apply("log", x)))),
        apply("mul", power_of(x, 1e308), power_of(x, 1.1e308)),
    ],
    ids=str,
)
def test_powers_that_meet_keep_their_value(formula):
    X = np.random.default_rng(0).uniform([0.2, 0.2], [9e3, 5.0], (60, 2))
    X[:30, 0] /= 1e3
    with np.errstate(all="ignore"):
        values, rewritten_values = formula.predict(X), rewritten(formula, [(1.0, 0.0)] * 2).predict(X)
    tame = np.isfinite(values) & (np.abs(values) > 1e-290)
    np.testing.assert_allclose(rewritten_values[tame], values[tame], rtol=1e-9)


AQ = "analytic_quotient"
minus_two_x = apply("mul", Formula.constant(-2.0), x)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (apply("add", apply("tanh", minus_two_x), three), "3.0 - tanh(2.0*x)"),
        (apply("sub", three, apply("sin", apply("sub", minus_two_x, one))), "sin(1.0 + 2.0*x) + 3.0"),
        (apply("cos", apply("neg", apply("square", x))), "cos(x^2)"),
        (apply("add", apply("atan", apply("neg", x)), apply("atan", x)), "0.0"),
        (apply("tanh", apply("sub", x, three)), "tanh(x - 3.0)"),  # signs of both kinds stay as they are
        (apply("mul", three, apply(AQ, apply("mul", half, apply("add", x, two)), y)), "1.5*(x + 2.0)/sqrt(1 + y^2)"),
        (apply("mul", three, apply(AQ, half, apply("neg", y))), "1.5/sqrt(1 + y^2)"),
        (apply("neg", apply(AQ, x, minus_two_x)), "-x/sqrt(1 + (2.0*x)^2)"),
    ],
)
def test_signs_and_factors_leave_the_functions_that_let_them(formula, text):
    assert rewritten(formula, [(1.0, 0.0)] * 3).text(["x", "y", "z"]) == text


def test_a_sign_leaves_a_bracket_too():
    assert rewritten(apply("tanh", minus_two_x), [(1.0, 3.0)]).text(["x"]) == "-tanh(2.0*(x - 3.0))"


@pytest.mark.parametrize("name", ["sin", "square"])
def test_a_part_with_a_pole_inside_another_does_not_cancel(name):
    for inner in ("add", "mul", "analytic_quotient"):
        part = apply(inner, apply("log", x), y)
        whole = apply(name, part)
        tidy = rewritten(apply("sub", whole, whole), [(1.0, 0.0)] * 2)
        X = np.array([[-1.0, 0.5], [2.0, 0.5]])
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(np.isfinite(tidy.predict(X)), [False, True])


def test_a_shift_of_more_than_a_hundred_scales_stays_in_brackets():
    sums = {shift: str(rewritten(apply("add", x, one), [(1.0, shift)])) for shift in (90.0, 110.0)}
    assert sums == {90.0: "x0 - 89.0", 110.0: "x0 - 110.0 + 1.0"}
