"""A formula that is proved to go one way along an input never goes the other within the box."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula, Variable, first_wrong_slope
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.slopes import SLOPES

SETTINGS = settings(settings.get_profile("formula"), max_examples=400)
widths = st.sampled_from([0.5, 2.0, 50.0])
sides = st.tuples(st.one_of(st.integers(-3, 3), st.floats(-3, 3)), widths).map(
    lambda drawn: (float(drawn[0]), drawn[0] + drawn[1])
)
x, y, z = map(Formula.variable, range(3))
apply, constant = Formula.apply, Formula.constant
POINTS = 300


def points(box):
    """Return points of a box, a third of them where it is cut."""
    low, high = (np.array(ends) for ends in zip(*box, strict=True))
    shares = np.random.default_rng(0).random((POINTS, len(box)))
    shares[: POINTS // 3] = np.round(shares[: POINTS // 3] * 4) / 4
    return np.clip(low + (high - low) * shares, low, high)


def further_on(X, index, box):
    """Return points with larger values of an input, half of them nearby."""
    moved, (low, high) = X.copy(), box[index]
    moved[:, index] = np.maximum(X[:, index], np.roll(X[:, index], 1))
    moved[::2, index] = np.minimum(X[::2, index] + 1e-4 * (high - low), high)
    return moved


@SETTINGS
@given(st.from_type(Formula), st.tuples(sides, sides, sides), st.integers(0, 2), st.sampled_from([1, -1]))
def test_what_is_proved_holds_from_any_point_to_any_further_on(formula, box, index, direction):
    found = first_wrong_slope(formula, index, direction, box, budget=4_000)
    assume(found is None and index in formula.inputs)
    X = points(box)
    before, after = formula.predict(X), formula.predict(further_on(X, index, box))
    rounded = 1e-9 * largest_part(formula, X)
    assert (direction * (after - before) >= -rounded).all()


def largest_part(formula, X):
    """Return the largest value of any part of a formula: where such cancel, digits are lost."""
    largest = []

    def noted(values):
        largest.append(np.abs(values).max())
        return values

    with np.errstate(all="ignore"):
        formula.fold(
            lambda node: noted(X[:, node.index] if isinstance(node, Variable) else np.full(len(X), node.value)),
            lambda operator, *parts: noted(operator.value(*parts)),
        )
    return max(largest)


def test_the_slopes_of_every_operator_are_known():
    assert SLOPES.keys() == OPERATORS.keys()


@pytest.mark.parametrize("name", OPERATORS)
@settings(SETTINGS, max_examples=60)
@given(box=st.tuples(sides, sides), whole=st.booleans(), seed=st.integers(0, 99))
def test_between_any_two_points_an_operator_is_as_steep_as_its_bounds_say(name, box, whole, seed):
    operator = OPERATORS[name]
    if whole:  # one exponent, or divisor
        box = box[0], (float(np.round(box[1][0])),) * 2
    if name in ("asin", "acos", "atanh"):
        box = [(low / 60.0, high / 60.0) for low, high in box]
    box = box[: operator.arity]
    assume(interval.is_finite(operator.bounds(*box)))
    bounds = SLOPES[name](*box)
    shares = np.random.default_rng(seed).random((2, 50, len(box)))
    shares[0, :10] = np.round(shares[0, :10])
    low, high = (np.array(ends) for ends in zip(*box, strict=True))
    before, after = np.clip(low + (high - low) * shares, low, high)
    with np.errstate(all="ignore"):
        values = operator.value(*before.T)
        change = operator.value(*after.T) - values
        least, most = np.zeros((2, len(change)))
        for ends, step in zip(bounds, (after - before).T, strict=True):
            steps = np.where(step == 0.0, 0.0, np.multiply.outer(ends, step))
            least, most = least + steps.min(axis=0), most + steps.max(axis=0)
    rounded = 1e-9 * (1.0 + np.abs(values))
    assert (change >= least - rounded).all()
    assert (change <= most + rounded).all()


def polynomial(*coefficients):
    """Return a polynomial in x, the constant first, as students write it."""
    formula = constant(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        formula = apply("add", constant(coefficient), apply("mul", x, formula))
    return formula


@pytest.mark.parametrize(
    "formula",
    [
        apply("mul", constant(2.0), x),
        apply("add", x, apply("sin", y)),
        apply("mul", x, apply("exp", y)),
        apply("square", x),
        apply("mul", x, x),
        apply("sqrt", x),
        apply("sqrt", apply("mul", x, y)),
        apply("log1p", x),
        apply("pow", x, constant(0.3)),
        apply("pow", apply("add", x, constant(1.0)), y),
        apply("neg", apply("inverse", apply("add", x, constant(0.5)))),
        apply("div", x, apply("add", x, constant(1.0))),
        apply("tanh", apply("sub", x, y)),
        apply("exp", apply("exp", x)),
        apply("max", x, apply("square", y)),
        apply("min", constant(1.0), apply("sub", x, z)),
        apply("abs", x),
        apply("floor", apply("mul", constant(3.0), x)),
        apply("sign", apply("sub", x, y)),
        apply("greater", x, y),
        apply("neg", apply("greater", y, x)),
        apply("mod", x, constant(4.0)),
        apply("protected_log", apply("add", x, constant(0.1))),
        apply("protected_div", x, apply("add", y, constant(0.1))),
        apply("analytic_quotient", x, y),
        apply("sub", x, apply("mul", constant(0.1), apply("sin", apply("mul", constant(3.0), x)))),
        polynomial(0.0, 1.0, -1.0, 0.4),  # its slope is least at 5/6, and 1/6 there
        apply("mul", x, apply("add", x, y)),
    ],
    ids=str,
)
def test_what_never_falls_is_proved(formula):
    box = [(0.0, 2.0), (0.0, 2.0), (-1.0, 2.0)]
    assert first_wrong_slope(formula, 0, 1, box) is None
    assert first_wrong_slope(apply("neg", formula), 0, -1, box) is None


@pytest.mark.parametrize(
    ("formula", "certain"),
    [
        (apply("neg", x), True),
        (apply("mul", x, y), True),
        (apply("square", apply("sub", x, constant(1.0))), True),
        (apply("abs", apply("sub", x, constant(1.0))), True),
        (apply("min", x, apply("neg", x)), True),
        (apply("mod", x, constant(0.7)), False),
        (apply("greater", y, x), False),
        (apply("floor", apply("neg", x)), False),
        (apply("protected_inverse", apply("sub", x, constant(3.0))), True),
        (apply("protected_log", x), False),
        (apply("inverse", apply("sub", x, constant(0.7))), True),
        (apply("log", x), False),
        (apply("sub", apply("sign", x), apply("sign", apply("sub", x, constant(1.0)))), False),
    ],
    ids=str,
)
def test_what_may_fall_is_not_proved(formula, certain):
    found = first_wrong_slope(formula, 0, 1, [(0.0, 2.0), (-1.0, 2.0)])
    assert found.certain == certain


def test_where_it_falls_is_told():
    valley = apply("square", apply("sub", x, constant(1.0)))
    found = first_wrong_slope(valley, 0, 1, [(0.0, 4.0)])
    assert found.certain
    assert 0.0 <= found.low == found.high < 1.0
    found = first_wrong_slope(apply("mod", x, constant(3.0)), 0, 1, [(0.0, 4.0)])
    assert found.low <= 3.0 <= found.high < found.low + 0.01


def test_a_smaller_box_may_be_proved_where_a_larger_one_is_not():
    valley = apply("square", apply("sub", x, constant(1.0)))
    assert first_wrong_slope(valley, 0, 1, [(1.0, 4.0)]) is None
    assert first_wrong_slope(valley, 0, -1, [(-4.0, 1.0)]) is None


def test_what_may_overflow_is_not_proved():
    found = first_wrong_slope(apply("mul", x, x), 0, 1, [(1.0, 1e160)])
    assert not found.certain


def test_an_input_that_does_not_occur_or_does_not_vary_changes_nothing():
    assert first_wrong_slope(apply("neg", x), 1, 1, [(0.0, 1.0), (0.0, 1.0)]) is None
    assert first_wrong_slope(apply("neg", x), 0, 1, [(1.0, 1.0)]) is None
    assert first_wrong_slope(constant(3.0), 0, -1, [(0.0, 1.0)]) is None


def test_a_budget_that_is_spent_is_no_proof():
    formula = polynomial(0.0, 1.0, -1.0, 0.4)
    assert first_wrong_slope(formula, 0, 1, [(0.0, 2.0)], budget=10) is not None


@pytest.mark.parametrize("deep", [3_000])
def test_no_formula_is_too_deep(deep):
    nodes = [OPERATORS["add"], Constant(0.5)] * deep + [Variable(0)]
    assert first_wrong_slope(Formula.from_prefix(nodes), 0, 1, [(-1.0, 1.0)]) is None


@pytest.mark.parametrize("box", [[], [(1.0, 0.0)], [(0.0, np.inf)], [(np.nan, 1.0)]])
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(FormulaError, match="box"):
        first_wrong_slope(x, 0, 1, box)
