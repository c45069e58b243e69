"""Holm's correction, over the tests that can reject at all."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.statistics import StatisticsError, holm

quickly = settings(max_examples=100, deadline=None, derandomize=True, database=None)
families = st.lists(st.none() | st.floats(0, 1), max_size=12)


def test_an_example_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]).p == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_tests_without_a_verdict_stay_out_and_are_counted():
    corrected = holm([None, 0.02, None, 0.03])
    assert corrected.p == (None, 0.04, None, 0.04)
    assert (corrected.tests, corrected.without_verdict) == (2, 2)
    assert holm([]).p == ()
    assert holm([None]).tests == 0


@quickly
@given(families)
def test_it_never_lowers_a_p_value_keeps_their_order_and_lies_below_bonferroni(p_values):
    corrected = holm(p_values)
    both = [(p, q) for p, q in zip(p_values, corrected.p, strict=True) if p is not None]
    assert all(p <= q <= min(1, len(both) * p) or q == pytest.approx(p) for p, q in both)
    after = [q for _, q in sorted(both)]
    assert after == sorted(after)


@quickly
@given(families, st.floats(0.001, 0.2))
def test_it_rejects_what_stepping_down_by_hand_rejects(p_values, level):
    ordered = sorted(p for p in p_values if p is not None)
    steps = [p <= level / (len(ordered) - place) for place, p in enumerate(ordered)]
    rejected = steps.index(False) if False in steps else len(steps)
    limits = [(len(ordered) - place) * p for place, p in enumerate(ordered)]
    if not any(math.isclose(limit, level) for limit in limits):
        assert sum(p is not None and p <= level for p in holm(p_values).p) == rejected


@pytest.mark.parametrize("wrong", [math.nan, -0.1, 1.1, math.inf])
def test_what_is_no_p_value_is_named(wrong):
    with pytest.raises(StatisticsError, match="test 2 of 3"):
        holm([0.1, wrong, 0.3])
