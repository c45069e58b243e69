"""Constants can be read, replaced and varied; the slopes by them are exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Constant, Formula, Variable, constants, sensitivity, with_constants

SETTINGS = settings(settings.get_profile("formula"), max_examples=200)
apply = Formula.apply
x, y = Formula.variable(0), Formula.variable(1)
line = apply("add", Formula.constant(3.0), apply("mul", Formula.constant(-2.0), x))


def test_constants_are_in_the_order_of_the_text():
    np.testing.assert_array_equal(constants(line), [3.0, -2.0])
    assert str(with_constants(line, [0.5, 4.0])) == "0.5 + 4.0*x0"
    assert constants(x).shape == (0,)
    assert with_constants(x, []) == x


@SETTINGS
@given(st.from_type(Formula))
def test_the_same_constants_make_the_same_formula(formula):
    assert with_constants(formula, constants(formula)) == formula


@SETTINGS
@given(st.from_type(Formula))
def test_the_slope_by_a_constant_is_that_by_an_input_in_its_place(formula):
    values = constants(formula)
    X = np.random.default_rng(0).normal(size=(20, 3))
    new = iter(range(3, 3 + len(values)))
    in_its_place = Formula(tuple(Variable(next(new)) if isinstance(node, Constant) else node for node in formula.nodes))
    slopes = in_its_place.gradient(np.column_stack([X, np.tile(values, (len(X), 1))]))[:, 3:]
    np.testing.assert_allclose(sensitivity(formula, X), slopes, rtol=1e-9)


def test_the_slopes_by_constants_are_theirs():
    X = np.array([[1.0], [5.0]])
    np.testing.assert_array_equal(sensitivity(line, X), [[1.0, 1.0], [1.0, 5.0]])
    assert sensitivity(x, X).shape == (2, 0)
    assert sensitivity(line, np.empty((0, 1))).shape == (0, 2)


@pytest.mark.parametrize(
    ("values", "reason"), [([1.0], "has 2 constants"), ([[1.0, 2.0]], r"shape \(1, 2\)"), ([1.0, np.nan], "finite")]
)
def test_constants_that_do_not_fit_are_refused(values, reason):
    with pytest.raises(FormulaError, match=reason):
        with_constants(line, values)
