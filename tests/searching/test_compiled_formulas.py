"""Compiled code computes of formulas, their derivatives and systems of equations what the language says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.formula import OPERATORS, Formula, sensitivity
from smoothdistill_core.searching.compiled_formula import ROWS_AT_ONCE, derive, evaluate, room_for, run
from smoothdistill_core.searching.compiled_operators import NAMES, digamma, slopes, value
from smoothdistill_core.searching.compiled_triangle import decompose, take_in
from smoothdistill_core.searching.open_formula import OpenFormula

SETTINGS = settings(settings.get_profile("formula"), max_examples=200)
POINTS = np.array([-3.0, -2.5, -1.0, -0.6, -1e-4, -0.0, 0.0, 1e-4, 0.3, 0.5, 1.0, 2.0, 7.4, 700.0, np.inf, np.nan])
CLOSE = {"rtol": 1e-13, "atol": 1e-300, "equal_nan": True}


def pairs(arity):
    grid = np.meshgrid(POINTS, POINTS) if arity == 2 else (POINTS, POINTS)
    return [axis.ravel() for axis in grid]


def test_compiled_code_knows_every_operator():
    assert tuple(OPERATORS) == NAMES


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_has_the_same_values(name):
    operator, (a, b) = OPERATORS[name], pairs(OPERATORS[name].arity)
    with np.errstate(all="ignore"):
        expected = operator.value(*(a, b)[: operator.arity])
    found = [value(NAMES.index(name), *pair) for pair in zip(a, b, strict=True)]
    np.testing.assert_allclose(found, np.broadcast_to(expected, a.shape), **CLOSE)


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_has_the_same_slopes(name):
    operator, (a, b) = OPERATORS[name], pairs(OPERATORS[name].arity)
    with np.errstate(all="ignore"):
        v = operator.value(*(a, b)[: operator.arity])
        partials = operator.partials(v, *(a, b)[: operator.arity])
    found = np.array([slopes(NAMES.index(name), *three) for three in zip(v, a, b, strict=True)])
    for k, partial in enumerate(partials):
        np.testing.assert_allclose(found[:, k], partial, rtol=1e-12, atol=1e-300)


def test_the_digamma_function_has_all_its_digits():
    from scipy.special import digamma as known

    points = np.array([-12.3, -0.5, 1e-3, 0.5, 1.0, 3.3, 25.0, 1e6])
    np.testing.assert_allclose([digamma(point) for point in points], known(points), rtol=1e-12)


@SETTINGS
@given(st.from_type(Formula))
def test_a_formula_has_the_same_values(formula):
    X = np.random.default_rng(0).normal(size=(ROWS_AT_ONCE + 20, 3))
    opened = OpenFormula.of(formula)
    with np.errstate(all="ignore"):
        expected = formula.predict(X)
    found = evaluate(opened.code, opened.constants, X)
    ordinary = np.isfinite(expected) & (np.abs(expected) < 1e6)
    agree = np.isclose(found, expected, rtol=1e-6, atol=1e-6)[ordinary]
    assert agree.sum() >= 0.95 * len(agree)  # of a rounded sum of rounded numbers, the last digit decides


def test_slopes_by_open_constants_are_those_of_reverse_accumulation():
    x, y = Formula.variable(0), Formula.variable(1)
    inner = Formula.apply("sin", Formula.apply("mul", Formula.constant(1.7), x))
    formula = Formula.apply("add", Formula.apply("mul", Formula.constant(0.3), y), Formula.apply("exp", inner))
    X = np.random.default_rng(0).normal(size=(50, 2))
    opened = OpenFormula.of(formula, [False, True])
    room = room_for(opened.code)
    derive(opened.code, run(opened.code, opened.constants, X, 0, room), room)
    (place,) = [place for place, node in enumerate(opened.code) if node[0] == -1 and node[3] == 0]
    np.testing.assert_allclose(room.slopes[place, :50], sensitivity(formula, X)[:, 1], rtol=1e-13)


def test_rows_taken_in_one_block_after_the_other_leave_the_triangle_of_all():
    rows = np.random.default_rng(0).normal(size=(300, 5))
    triangle = np.zeros((5, 5))
    for block in np.array_split(rows, 4):
        take_in(triangle, np.ascontiguousarray(block.T), len(block))
    np.testing.assert_allclose(np.triu(triangle).T @ np.triu(triangle), rows.T @ rows, atol=1e-11)


def test_no_rows_leave_the_triangle_as_it_was():
    triangle = np.arange(9.0).reshape(3, 3)
    take_in(triangle, np.ones((3, 7)), 0)
    assert (triangle == np.arange(9.0).reshape(3, 3)).all()


def test_small_singular_values_keep_their_digits():
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.normal(size=(4, 4)))[0] for _ in range(2))
    known = np.array([1.0, 1e-3, 1e-9, 0.0])
    matrix = left * known @ right.T
    vectors = matrix.copy()
    found = decompose(vectors)
    np.testing.assert_allclose(np.sort(found)[::-1], known, rtol=1e-6, atol=1e-15)
    np.testing.assert_allclose(vectors.T @ vectors, matrix.T @ matrix, atol=1e-15)
