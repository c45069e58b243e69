"""Sizes of differences: their intervals say how they were made, and claim nothing where there is too little."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.statistics import (
    Estimate,
    Interval,
    StatisticsError,
    Wins,
    effect,
    mean_difference,
    median_difference,
    rank_biserial,
    wins,
)

quickly = settings(max_examples=40, deadline=None, derandomize=True, database=None)
TEN = [0.05, 0.1, -0.02, 0.08, 0.11, 0.03, -0.01, 0.07, 0.04, 0.09]


def test_mean_and_median_have_bca_intervals_that_the_seed_decides():
    found = effect(TEN)
    assert found.mean.value == pytest.approx(np.mean(TEN))
    assert found.median.value == pytest.approx(np.median(TEN))
    assert (found.mean.interval.method, found.mean.interval.confidence) == ("BCa", 0.95)
    assert 0.02 < found.mean.interval.low < found.mean.value < found.mean.interval.high < 0.09
    assert found == effect(TEN)
    assert found.mean.interval != effect(TEN, seed=1).mean.interval


def test_numbers_drawn_elsewhere_do_not_change_an_interval():
    np.random.seed(1)
    before = mean_difference(TEN)
    np.random.seed(2)
    state = np.random.get_state()[1].tolist()
    assert mean_difference(TEN) == before
    assert np.random.get_state()[1].tolist() == state


def test_where_bca_has_no_value_percentiles_stand_in():
    found = median_difference([0.0] * 9 + [1.0])
    assert found == Estimate(0.0, Interval(0.0, 0.0, "percentile"))


@pytest.mark.filterwarnings("error")
def test_equal_differences_are_a_point():
    assert mean_difference([0.25] * 8) == Estimate(0.25, Interval(0.25, 0.25, "all equal"))
    assert median_difference([0.0] * 8) == Estimate(0.0, Interval(0.0, 0.0, "all equal"))


def test_fewer_than_six_pairs_have_no_interval():
    assert mean_difference([1, 2, 3, 4, 5]) == Estimate(3.0, None)
    assert median_difference([1]) == Estimate(1.0, None)
    assert mean_difference([1, 2, 3, 4, 5, 6]).interval is not None


def test_of_no_pairs_nothing_is_said():
    found = effect([])
    assert (found.mean, found.median, found.rank_biserial) == (Estimate(None, None), Estimate(None, None), None)
    assert found.wins.rate is None


def test_rank_biserial_is_the_difference_of_the_shares_of_rank_sums():
    assert rank_biserial([1, 2, 3, -4]) == pytest.approx((6 - 4) / 10)
    assert rank_biserial([0, 0, 5]) == 1.0
    assert rank_biserial([-1, 1]) == 0.0
    assert rank_biserial([0, 0]) is None


def test_a_tie_is_half_a_win():
    assert wins([1, 2, 0, -1]) == Wins(2, 1, 1)
    assert wins([1, 2, 0, -1]).rate == 0.625


@quickly
@given(st.lists(st.floats(-100, 100), min_size=6, max_size=12))
def test_sizes_lie_where_they_must_and_turn_with_the_sign(differences):
    found, turned = effect(differences), effect([-d for d in differences])
    for estimate in (found.mean, found.median):
        interval = estimate.interval
        slack = 1e-9 * max(map(abs, differences))
        assert min(differences) - slack <= interval.low <= interval.high <= max(differences) + slack
    assert found.mean.value == pytest.approx(-turned.mean.value)
    if any(differences):
        assert -1 <= found.rank_biserial == -turned.rank_biserial <= 1
    assert found.wins.rate == pytest.approx(1 - turned.wins.rate)


@pytest.mark.parametrize("function", [effect, mean_difference, median_difference, rank_biserial, wins])
def test_a_difference_that_is_no_number_is_named(function):
    with pytest.raises(StatisticsError, match="pair 2 of 2: the value is nan"):
        function([1.0, math.nan])


def test_a_mean_beyond_all_numbers_is_an_error():
    with pytest.raises(StatisticsError, match="mean of the 6 differences is too large"):
        mean_difference([1e308] * 6)


@pytest.mark.parametrize("function", [mean_difference, median_difference])
def test_the_samples_of_an_interval_are_drawn_by_a_seed_which_is_0_unless_another_is_named(function):
    differences = [math.sin(7 * number) + 0.3 for number in range(40)]
    assert function(differences) == function(differences, 0)
    assert function(differences, 1) != function(differences, 0)
    assert effect(differences).mean == mean_difference(differences)
    assert effect(differences, 7).median == median_difference(differences, 7)
