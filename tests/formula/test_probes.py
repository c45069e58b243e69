"""The rows at which formulas are tried lie where their checks need them, and are the same each time."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_core.formula.probes import far, in_box, near, of_like_scale


def test_near_rows_are_about_a_standard_deviation_from_given_ones():
    X = np.array([[0.0, 1000.0], [100.0, -1000.0], [100.0, -1000.0]])
    rows = near(X)
    assert rows.shape == (256, 2)
    of_first = rows[:, 0] < 50.0
    assert 0.25 < of_first.mean() < 0.45
    distance = rows - np.where(of_first[:, np.newaxis], X[0], X[1])
    assert np.abs(distance.mean(axis=0)).max() < 0.2
    np.testing.assert_allclose(distance.std(axis=0), 1.0, atol=0.15)
    np.testing.assert_array_equal(rows, near(X))


def test_far_rows_spread_three_times_as_far_as_standardised_ones():
    rows = far(4)
    assert rows.shape == (256, 4)
    np.testing.assert_allclose(rows.std(axis=0), 3.0, atol=0.4)
    assert np.abs(rows).max(axis=1).min() > GUARD
    np.testing.assert_array_equal(rows, far(4))


def test_some_far_rows_are_so_near_0_instead_that_guards_act():
    rows = far(2, in_guards=50)
    assert (np.abs(rows[:50]) > 0.0).all()
    assert (np.abs(rows[:50]) < GUARD).all()
    np.testing.assert_allclose(rows[:50].std(), 0.3 * GUARD, rtol=0.2)
    np.testing.assert_array_equal(rows[50:], far(2)[50:])


def test_rows_of_a_box_fill_it_and_reach_the_corners_that_are_asked_for():
    box = [(-1.0, 3.0), (10.0, 10.5), (7.0, 7.0)]
    rows = in_box(box, 200, corners=slice(150, None))
    assert rows.shape == (200, 3)
    for column, (low, high) in zip(rows.T, box, strict=True):
        assert ((low <= column) & (column <= high)).all()
        assert np.isin(column[150:], (low, high)).all()
        assert {low, high} == set(column[150:])
    np.testing.assert_allclose(rows[:150, 0].mean(), 1.0, atol=0.3)
    assert len(set(rows[:150, 0])) == 150
    np.testing.assert_array_equal(rows, in_box(box, 200, corners=slice(150, None)))


def test_rows_of_a_box_are_within_it_unless_corners_are_asked_for():
    assert not np.isin(in_box([(0.0, 1.0)], 50), (0.0, 1.0)).any()
    assert in_box([], 5).shape == (5, 0)


@pytest.mark.parametrize("box", [(0.1, 0.3), (-1.7e308, -1.6e308), (1e-310, 3e-310)])
def test_rounding_takes_no_row_out_of_its_box(box):
    rows = in_box([box], 100, corners=slice(100))
    assert set(rows[:, 0]) == set(box)


def test_rows_of_like_scale_hold_only_the_inputs_that_are_read():
    batches = list(of_like_scale(Formula.variable(3), Formula.variable(1)))
    assert [batch.shape for batch in batches] == [(16, 4)] * 6 + [(64, 4)]
    for batch in batches:
        assert (batch[:, [0, 2]] == 0.0).all()
        assert np.ptp(batch[:, 1]) > 0.0
        assert np.ptp(batch[:, 3]) > 0.0


def test_rows_of_like_scale_grow_are_positive_and_equal_or_opposite():
    batches = list(of_like_scale(Formula.apply("add", Formula.variable(0), Formula.variable(1))))
    scales = [float(np.std(batch)) for batch in batches[:4]]
    np.testing.assert_allclose(scales, [0.01, 1.0, 10.0, 1000.0], rtol=0.4)
    assert batches[4].min() >= 0.1
    assert batches[4].min() < 0.3
    first, second = batches[5].T
    np.testing.assert_array_equal(np.abs(first), np.abs(second))
    assert (first == second).any()
    assert (first == -second).any()


def test_special_rows_hold_small_numbers_and_the_least_constants_with_both_signs():
    constants = [0.25 + index for index in range(24)]
    formula = Formula.variable(0)
    for constant in constants:
        formula = Formula.apply("add", formula, Formula.constant(constant))
    *_, special = of_like_scale(formula)
    expected = {0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, *constants[:20], *(-c for c in constants[:20])}
    assert set(special[:, 0]) <= expected
    assert np.isin(special[:, 0], constants[:20]).any()
    assert np.isin(-special[:, 0], constants[:20]).any()


def test_a_formula_without_inputs_has_rows_without_columns():
    assert {batch.shape[1] for batch in of_like_scale(Formula.constant(1.0))} == {0}
