"""Rows are shown as often as their weights say."""

import numpy as np
import pytest

from smoothdistill_operon.rows import drawn


def test_without_weights_few_rows_are_all_shown_once():
    assert drawn(None, 5, 10, seed=0).tolist() == [0, 1, 2, 3, 4]


def test_of_many_rows_different_ones_are_drawn_by_the_seed():
    first, again, other = (drawn(None, 100, 20, seed=seed).tolist() for seed in (0, 0, 1))
    assert first == again != other
    assert len(set(first)) == 20


@pytest.mark.parametrize("rows", [1, 7, 1000, 24_999])
def test_equal_weights_show_each_row_equally_often(rows):
    for weight in (1.0, 0.1, 1e-9, 3e7):
        counts = np.bincount(drawn(np.full(rows, weight), rows, 100_000, seed=0), minlength=rows)
        assert set(counts.tolist()) == {4}


@pytest.mark.parametrize("at_most", [60, 130, 1000])
def test_rows_come_in_proportion_to_their_weights(at_most):
    weights = np.random.default_rng(0).uniform(0, 3, size=100)
    shown = drawn(weights, 100, at_most, seed=0)
    assert len(shown) == {60: 60, 130: 100, 1000: 400}[at_most]
    expected = len(shown) * weights / weights.sum()
    counts = np.bincount(shown, minlength=100)
    assert (np.abs(counts - expected) < 1).all()


def test_rows_of_weight_0_are_never_shown():
    weights = np.array([0.0, 1.0, 0.0, 2.0, 0.0])
    for seed in range(50):
        assert set(drawn(weights, 5, 1000, seed).tolist()) == {1, 3}


def test_light_rows_are_shown_with_the_right_expectation():
    weights = np.array([1.0, *np.full(99, 100.0)])
    times = [np.count_nonzero(drawn(weights, 100, 500, seed) == 0) for seed in range(2000)]
    assert np.mean(times) == pytest.approx(400 * 1 / 9901, rel=0.35)
