"""The signed-rank test is exact, with ties as without, and says when it cannot decide anything."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from smoothdistill_core import SmoothdistillError
from smoothdistill_core.statistics import PAIRS_NEEDED, pairs_needed, wilcoxon

quickly = settings(max_examples=60, deadline=None, derandomize=True, database=None)
signs = st.lists(st.booleans(), min_size=1, max_size=50)


def test_ten_differences_of_one_sign_give_the_p_value_of_the_paper():
    result = wilcoxon([0.01 * number for number in range(1, 11)])
    assert (result.p, result.statistic, result.pairs, result.zeros) == (0.001953125, 0.0, 10, 0)
    assert wilcoxon([-1.0] * 10).p == 0.001953125


def test_eight_differences_with_statistic_2_give_the_p_value_that_needs_dropped_zeros():
    result = wilcoxon([0.0, 1, -2, 3, 4, 5, 6, 7, 8, 0.0])
    assert (result.p, result.statistic, result.pairs, result.zeros) == (0.0234375, 2.0, 10, 2)


@quickly
@given(signs, st.randoms(use_true_random=False))
def test_without_ties_it_is_the_exact_method_of_scipy(positive, order):
    differences = [rank if sign else -rank for rank, sign in enumerate(positive, 1)]
    order.shuffle(differences)
    expected = stats.wilcoxon(differences, method="exact")
    result = wilcoxon(differences)
    assert result.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert result.statistic == expected.statistic


@quickly
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=10))
def test_with_ties_it_is_the_share_of_all_signs_that_are_as_extreme(differences):
    differing = np.array([difference for difference in differences if difference], dtype=float)
    ranks = stats.rankdata(abs(differing))
    sums = [sum(itertools.compress(ranks, chosen)) for chosen in itertools.product([0, 1], repeat=len(ranks))]
    found = ranks[differing > 0].sum()
    as_extreme = [abs(total - ranks.sum() / 2) >= abs(found - ranks.sum() / 2) for total in sums]
    assert wilcoxon(differences).p == np.mean(as_extreme)


@quickly
@given(st.lists(st.floats(-1e6, 1e6), max_size=70), st.sampled_from([0.25, 2.0]))
def test_p_is_a_probability_that_neither_sign_order_nor_unit_changes(differences, unit):
    result = wilcoxon(differences)
    assert result.p is None if not differences else 0 < result.p <= 1
    others = [[-d for d in differences], differences[::-1], sorted(differences)]
    if all(d * unit / unit == d for d in differences):
        others.append([d * unit for d in differences])
    assert all(wilcoxon(other) == result for other in others)


@pytest.mark.parametrize("tied", [False, True])
def test_beyond_fifty_it_is_the_normal_approximation_and_says_so(tied):
    differences = np.random.default_rng(0).normal(0.2, size=60)
    if tied:
        differences = differences.round(1)
    result = wilcoxon(differences)
    assert result.method == "normal approximation"
    assert result.p == stats.wilcoxon(differences[differences != 0], method="asymptotic", correction=True).pvalue
    assert result.p == pytest.approx(wilcoxon(differences[:50]).p, abs=0.2)
    assert wilcoxon(differences[:50]).method == "exact"


def test_at_fifty_the_approximation_is_already_near_the_exact_value():
    differences = [rank if rank % 3 else -rank for rank in range(1, 51)]
    approximate = stats.wilcoxon(differences, method="asymptotic", correction=True).pvalue
    assert wilcoxon(differences).p == pytest.approx(approximate, rel=0.05)


@pytest.mark.parametrize(
    ("differences", "p", "why"),
    [
        ([], None, "there are no pairs"),
        ([0.3], 1.0, "1 pair, 6 are needed"),
        ([0.0], 1.0, "the only difference is 0"),
        ([0.0, -0.0, 0.0], 1.0, "all 3 differences are 0"),
        ([1, 2, 3, 4, 5], 0.0625, "5 pairs, 6 are needed"),
        ([1, 2, 0, 0, 3, 0], 0.25, "3 of 6 pairs differ, 6 are needed"),
        ([1, 2, 3, 4, 5, 6], 0.03125, ""),
        ([1, -2, 3, -4, 5, 6], 0.4375, ""),
    ],
)
def test_with_too_few_pairs_that_differ_no_verdict_is_possible(differences, p, why):
    result = wilcoxon(differences)
    assert (result.p, result.why_no_verdict, result.verdict_possible) == (p, why, not why)


def test_as_many_pairs_are_needed_as_can_reach_the_level():
    assert wilcoxon([1] * (PAIRS_NEEDED - 1)).p > 0.05 >= wilcoxon([1] * PAIRS_NEEDED).p


@pytest.mark.parametrize("tests", [1, 2, 7, 20, 64])
def test_after_correction_as_many_are_needed_as_can_still_reach_the_level(tests):
    needed = pairs_needed(tests)
    assert tests * wilcoxon([1] * (needed - 1)).p > 0.05 >= tests * wilcoxon([1] * needed).p


@pytest.mark.parametrize(
    ("differences", "message"),
    [
        ([1, math.nan, 2], "pair 2 of 3: the value is nan"),
        ([1, 2, -math.inf], "pair 3 of 3: the value is -inf"),
        ([1, None], "pair 2 of 2"),
        ([[1, 2], [3, 4]], r"shape \(2, 2\)"),
        (3.0, "shape"),
        (["much", "more"], "not all numbers"),
    ],
)
def test_a_difference_that_is_no_number_is_named_and_never_dropped(differences, message):
    with pytest.raises(SmoothdistillError, match=message):
        wilcoxon(differences)


def test_without_any_test_as_many_pairs_are_needed_as_for_one():
    assert pairs_needed(0) == pairs_needed(1) == PAIRS_NEEDED
