"""Two computations agree within a named tolerance, gaps included, and beyond it where rounding explains it."""

import math
import warnings

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.formula import OPERATORS
from smoothdistill_core.formula.agreement import (
    EXPORTED,
    OWN_PREDICTION,
    REWRITTEN,
    SIMPLIFIED,
    Tolerance,
    agreeing,
    by_rounding,
    equal,
)

NAMED = [OWN_PREDICTION, REWRITTEN, EXPORTED, SIMPLIFIED]
X, Y = Formula.variable(0), Formula.variable(1)


def apply(operator, *arguments):
    return Formula.apply(operator, *(a if isinstance(a, Formula) else Formula.constant(a) for a in arguments))


def agree(values, wanted, tolerance):
    return agreeing(np.array(values, dtype=float), np.array(wanted, dtype=float), tolerance).tolist()


# where all wanted values are 1, both parts of a tolerance add up
@pytest.mark.parametrize(
    ("tolerance", "inside", "outside"),
    [
        (OWN_PREDICTION, 1.99e-9, 2.01e-9),
        (REWRITTEN, 1.99e-7, 2.01e-7),
        (EXPORTED, 0.999e-6, 1.001e-6),
        (SIMPLIFIED, 1.0005e-9, 1.0015e-9),
    ],
)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_value_may_be_off_by_its_tolerance_and_no_more(tolerance, inside, outside, sign):
    wanted = np.full(5, -1.0)
    assert agreeing(wanted * (1.0 + sign * inside), wanted, tolerance).all()
    assert not agreeing(wanted * (1.0 + sign * outside), wanted, tolerance).any()


# the median size of these wanted values is 1, and one of them is 0
@pytest.mark.parametrize(
    ("tolerance", "inside", "outside"),
    [
        (OWN_PREDICTION, 0.99e-9, 1.01e-9),
        (REWRITTEN, 0.99e-7, 1.01e-7),
        (EXPORTED, 0.0, 5e-324),
        (SIMPLIFIED, 0.99e-12, 1.01e-12),
    ],
)
def test_at_a_zero_the_usual_size_of_the_others_tells_what_rounding_is(tolerance, inside, outside):
    wanted = [0.0, 1.0, -1.0, -1e6, 1.0]
    assert agree([inside, *wanted[1:]], wanted, tolerance)[0]
    assert agree([-inside, *wanted[1:]], wanted, tolerance)[0]
    assert not agree([outside, *wanted[1:]], wanted, tolerance)[0]


def test_the_end_of_a_tolerance_is_inside_and_counts_from_the_wanted_value():
    half = Tolerance(0.5, 0.0, "same")
    assert agree([3.0, 1.0, 3.0001, 0.9999], [2.0, 2.0, 2.0, 2.0], half) == [True, True, False, False]
    assert agree([1.0, 2.0], [2.0, 1.0], half) == [True, False]


def test_what_is_usual_is_the_median_size_of_the_finite_wanted_values():
    tenth = Tolerance(0.0, 0.1, "any")
    wanted = [math.inf, 0.0, 2.0, -4.0, math.nan]
    assert agree([math.nan, 0.199, 2.199, -4.199, math.inf], wanted, tenth) == [True] * 5
    assert agree([math.nan, 0.201, 2.201, -4.201, math.inf], wanted, tenth) == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("value", "wanted", "same", "any_", "unchecked"),
    [
        (math.nan, math.nan, True, True, True),
        (math.inf, math.inf, True, True, True),
        (-math.inf, math.inf, False, True, True),
        (math.nan, math.inf, False, True, True),
        (math.inf, math.nan, False, True, True),
        (1.0, math.inf, False, False, True),
        (1.0, math.nan, False, False, True),
        (math.nan, 1.0, False, False, False),
        (math.inf, 1.0, False, False, False),
    ],
)
def test_a_gap_is_the_same_or_any_or_goes_unchecked(value, wanted, same, any_, unchecked):
    found = [agree([value, 1.0], [wanted, 1.0], Tolerance(1e-9, 0.5, gaps)) for gaps in ("same", "any", "unchecked")]
    assert found == [[same, True], [any_, True], [unchecked, True]]


def test_each_tolerance_says_what_a_gap_has_to_be():
    assert [tolerance.gaps for tolerance in NAMED] == ["same", "unchecked", "any", "any"]


@pytest.mark.parametrize("tolerance", NAMED)
def test_no_values_and_no_finite_ones_are_compared_without_a_warning(tolerance):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert agree([], [], tolerance) == []
        assert agree([math.nan, math.inf], [math.nan, math.inf], tolerance) == [True, True]


@pytest.mark.parametrize("tolerance", NAMED)
def test_near_the_end_of_numbers_infinity_agrees_with_what_has_its_sign_and_numbers_agree_as_elsewhere(tolerance):
    assert agree([math.inf, -math.inf, 1.0], [1e300, -1e300, 1.0], tolerance) == [True] * 3
    assert agree([1e300, -1e300, 1.0], [math.inf, -math.inf, 1.0], tolerance) == [True] * 3
    assert not any(agree([math.inf, math.inf, 1e301], [-1e300, 1e280, 1e300], tolerance))


@pytest.mark.parametrize("tolerance", NAMED)
@pytest.mark.parametrize("size", [1.7e308, 1e-300])
def test_huge_and_tiny_values_are_held_to_the_same(tolerance, size):
    wanted = np.array([size, size, -size, size])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert agreeing(wanted, wanted, tolerance).all()
        assert agreeing(wanted * (1.0 + 1e-10), wanted, tolerance).all()
        assert not agreeing(wanted * (1.0 + 1e-5), wanted, tolerance).any()
        assert not agreeing(-wanted, wanted, tolerance).any()


# formulas are equal where they compute the same


def seen(condition):
    """Say whether formulas that differ by 1 where ``condition`` is 1, and nowhere else, are told apart."""
    told = [not equal(X, apply("add", X, condition)), not equal(apply("add", X, condition), X)]
    assert told[0] == told[1]
    return told[0]


def beyond(limit):
    return apply("greater", apply("abs", X), limit)


def below(limit):
    return apply("greater", limit, apply("abs", X))


ROUGH = beyond(1e-9)  # not at 0


@pytest.mark.parametrize(
    ("condition", "is_seen"),
    [
        (apply("mul", ROUGH, below(0.01)), True),
        (apply("mul", ROUGH, below(1e-5)), False),
        (apply("mul", beyond(0.2), below(0.45)), True),
        (apply("mul", beyond(9.0), below(30.0)), True),
        (apply("mul", beyond(100.0), below(3000.0)), True),
        (beyond(1e5), False),
    ],
    ids=str,
)
def test_formulas_are_compared_at_inputs_of_a_hundredth_to_a_thousand(condition, is_seen):
    assert seen(condition) == is_seen


def test_formulas_are_compared_where_all_inputs_are_positive():
    roots = Formula.constant(0.0)
    for index in range(12):
        roots = apply("add", roots, apply("sqrt", Formula.variable(index)))
    assert not equal(roots, apply("add", roots, 1.0))


@pytest.mark.parametrize("operator", ["sub", "add"])
def test_formulas_are_compared_where_inputs_are_equal_and_opposite(operator):
    twice = apply("add", X, X)
    is_special = apply("greater", 1e-6, apply("abs", apply("sub", twice, apply("round", twice))))
    divisor = apply("add", apply("abs", apply(operator, X, Y)), is_special)  # 0 there, but not at multiples of 1/2
    assert not equal(apply("div", divisor, divisor), Formula.constant(1.0))


ONE = apply("div", X, X)
TWO = apply("add", ONE, ONE)


HALF, THREE = apply("div", ONE, TWO), apply("add", ONE, TWO)


@pytest.mark.parametrize(
    ("sign", "value"),
    [("sub", HALF), ("sub", ONE), ("sub", TWO), ("sub", THREE), ("add", HALF), ("add", ONE), ("add", TWO)],
    ids=str,
)
def test_a_pole_at_a_small_number_is_seen_even_where_the_formula_does_not_hold_it(sign, value):
    distance = apply(sign, X, value)
    assert not equal(apply("mul", ONE, apply("div", distance, distance)), ONE)
    assert not equal(ONE, Formula.constant(1.0))


def test_a_pole_at_a_constant_of_either_formula_or_its_negative_is_seen():
    for sign in ("sub", "add"):
        distance = apply(sign, X, 0.3717)
        assert not equal(apply("div", distance, distance), Formula.constant(1.0))
        assert not equal(Formula.constant(1.0), apply("div", distance, distance))


def test_what_differs_by_rounding_is_equal_and_by_a_millionth_is_not():
    assert equal(apply("mul", X, 3.0), apply("add", X, apply("add", X, X)))
    assert not equal(X, apply("mul", X, 1.000001))


def test_any_value_that_is_not_finite_is_as_good_as_another():
    assert equal(apply("log", apply("sub", X, X)), apply("sqrt", apply("sub", apply("neg", apply("square", X)), 1.0)))


def test_formulas_without_inputs_and_of_other_inputs_are_compared():
    assert equal(Formula.constant(2.0), apply("add", 1.0, 1.0))
    assert not equal(Formula.constant(2.0), Formula.constant(2.1))
    assert not equal(Formula.variable(3), Formula.variable(5))
    assert equal(Formula.variable(3), apply("add", Formula.variable(3), apply("mul", 0.0, Formula.variable(7))))


def test_given_rows_are_compared_as_well():
    step = apply("add", X, beyond(1e5))
    assert equal(step, X, np.array([[3.0], [4.0]]))
    assert not equal(step, X, np.array([[3.0], [1e6]]))
    assert not equal(step, X, [[10**6]])


# what rounding alone can make of a prediction


def explained(formula, rows, values):
    rows = np.array(rows, dtype=float)
    return by_rounding(formula, rows.reshape(len(rows), -1), np.array(values, dtype=float)).tolist()


def test_rounding_explains_ten_times_what_it_was_seen_to_do():
    formula, rows = apply("mul", 3.0, X), np.random.default_rng(0).uniform(1.0, 2.0, size=(50, 1))
    exact = formula.predict(rows)
    for sign in (1.0, -1.0):
        assert by_rounding(formula, rows, exact * (1.0 + sign * 15e-14)).all()  # two roundings of 1e-14, up and down
        assert not by_rounding(formula, rows, exact * (1.0 + sign * 60e-14)).any()


def test_rounding_explains_row_by_row_and_nothing_of_no_rows():
    assert explained(X, [1.0, 1.0, 2.0], [1.0, 1.1, 2.0]) == [True, False, True]
    assert by_rounding(X, np.empty((0, 1)), np.empty(0)).shape == (0,)


@pytest.mark.parametrize(("large", "taken"), [(1e10, False), (1e13, True)])
def test_where_rounding_takes_all_digits_any_value_is_as_good(large, taken):
    rounded = apply("sub", apply("add", X, large), large)
    assert explained(rounded, [1.0], [1000.0]) == [taken]


@pytest.mark.parametrize("value", [0.0, 1.0, math.nan])
def test_where_the_formula_has_no_value_any_is_as_good(value):
    assert explained(apply("inverse", X), [0.0], [value]) == [True]
    assert explained(apply("log", X), [-1.0], [value]) == [True]


@pytest.mark.parametrize(
    ("formula", "row", "taken"),
    [
        (apply("sign", apply("sub", X, 1.0)), 1.0 + 5e-13, True),
        (apply("sign", apply("sub", X, Y)), (1.0, 1.0 - 5e-13), True),
        (apply("sign", apply("sub", X, Y)), (1.0, 1.0 - 1.5e-12), False),
        (apply("sign", apply("add", X, Y)), (-1.0, 1.0 + 5e-13), True),
        (apply("sign", apply("sin", X)), math.pi - 2e-12, True),
        (apply("sign", apply("sin", X)), math.pi - 5e-12, False),
        (apply("sign", apply("cos", X)), math.pi / 2 - 1e-12, True),
        (apply("sign", apply("cos", X)), math.pi / 2 - 3e-12, False),
        (apply("sign", apply("mod", X, Y)), (1e6 + 1e-7, 1.0), True),  # the larger argument counts
        (apply("sign", apply("mod", X, Y)), (1e-7, 1e6), True),
        (apply("sign", apply("mod", X, Y)), (1e-7, 1.0), False),
        (apply("sign", X), 1e-300, False),
        (apply("sign", apply("mul", X, Y)), (1e-300, 1.0), False),
    ],
    ids=str,
)
def test_what_is_nothing_but_the_rounding_of_its_arguments_may_as_well_be_0(formula, row, taken):
    exact = formula.predict(np.array([row]).reshape(1, -1))
    assert explained(formula, [row], [0.0]) == [taken]
    assert explained(formula, [row], exact) == [True]


@pytest.mark.parametrize(
    ("distance", "taken"), [(1e-16, True), (4.5e-13, True), (1e-12, False), (1e-6, False)], ids=str
)
def test_a_tangent_so_near_to_its_pole_may_as_well_be_at_it(distance, taken):
    tangent = apply("tan", X)
    assert explained(tangent, [math.pi / 2 - distance], [1.01 * math.tan(math.pi / 2 - distance)]) == [taken]


@pytest.mark.parametrize(
    ("operator", "row", "value"),
    [
        ("mod", (0.3, 0.1), 0.0),  # nearly 0.1
        ("acosh", 1.0, math.nan),
        ("atanh", 1.0 - 1e-15, math.inf),
        ("asin", 1.0, math.nan),
        ("acos", -1.0, math.nan),
        ("log1p", -1.0 + 1e-15, -math.inf),
    ],
)
def test_at_a_jump_or_an_edge_the_rounding_of_an_argument_decides(operator, row, value):
    formula = Formula.apply(operator, *(X, Y)[: OPERATORS[operator].arity])
    assert explained(formula, [row], [value]) == [True]


def test_zeros_of_both_signs_are_tried():
    jump = apply("tanh", apply("inverse", apply("mul", 0.0, X)))
    assert explained(jump, [1.0, 1.0], [1.0, -1.0]) == [True, True]


def test_a_zero_that_rounding_leaves_0_is_no_other_value():
    assert explained(apply("mul", 0.0, X), [1.0, 1.0], [0.0, 1e-300]) == [True, False]


def test_a_value_of_1_is_rounded_as_any_other():
    assert explained(apply("mul", 3.0, X), [1 / 3, 1 / 3], [1.0, 1.0 + 1e-11]) == [True, False]
