"""Average ranks, the tests on them, and the groups that cannot be told apart."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from smoothdistill_core.statistics import StatisticsError, critical_difference, rank_methods

quickly = settings(max_examples=60, deadline=None, derandomize=True, database=None)
tables = st.tuples(st.integers(3, 5), st.integers(2, 8)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 4).map(float), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@pytest.mark.parametrize(
    ("methods", "quantile"),
    [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (6, 2.850), (7, 2.949), (8, 3.031), (9, 3.102), (10, 3.164)],
)
def test_the_critical_difference_has_the_quantiles_of_demsars_table(methods, quantile):
    found = critical_difference(methods, 20) / math.sqrt(methods * (methods + 1) / 120)
    assert found == pytest.approx(quantile, abs=1.1e-3)


def test_demsars_example_comes_out():
    # Table 6 of Demsar (2006): C4.5 with its parameters m and cf, over 14 datasets. Its ranks tell 0.975 of cf from
    # 0.975 of m+cf, so that one more digit stands here.
    scores = {
        "C4.5": [0.763, 0.599, 0.954, 0.628, 0.882, 0.936, 0.661, 0.583, 0.775, 1.000, 0.940, 0.619, 0.972, 0.957],
        "m": [0.768, 0.591, 0.971, 0.661, 0.888, 0.931, 0.668, 0.583, 0.838, 1.000, 0.962, 0.666, 0.981, 0.978],
        "cf": [0.771, 0.590, 0.968, 0.654, 0.886, 0.916, 0.609, 0.563, 0.866, 1.000, 0.965, 0.614, 0.9751, 0.946],
        "m+cf": [0.798, 0.569, 0.967, 0.657, 0.898, 0.931, 0.685, 0.625, 0.875, 1.000, 0.962, 0.669, 0.975, 0.970],
    }
    ranking = rank_methods(scores)
    assert {name: round(rank, 3) for name, rank in ranking.average_ranks.items()} == {
        "m": 2.0,
        "m+cf": 1.964,
        "cf": 2.893,
        "C4.5": 3.143,
    }
    assert list(ranking.average_ranks) == ["m+cf", "m", "cf", "C4.5"]
    assert ranking.critical_difference == pytest.approx(1.25, abs=0.01)
    assert ranking.differ


@quickly
@given(tables)
def test_friedman_is_that_of_scipy_with_ties(table):
    ranking = rank_methods({str(number): scores for number, scores in enumerate(table)})
    if all(len(set(dataset)) == 1 for dataset in zip(*table, strict=True)):
        assert ranking.friedman_p is None
    else:
        assert ranking.friedman_p == pytest.approx(stats.friedmanchisquare(*table).pvalue)


@quickly
@given(tables)
def test_ranks_add_up_and_turn_with_the_direction(table):
    scores = {str(number): row for number, row in enumerate(table)}
    higher, lower = rank_methods(scores), rank_methods(scores, "lower")
    k = len(table)
    assert sum(higher.average_ranks.values()) == pytest.approx(k * (k + 1) / 2)
    assert all(higher.average_ranks[name] == pytest.approx(k + 1 - lower.average_ranks[name]) for name in scores)
    assert list(higher.average_ranks.values()) == sorted(higher.average_ranks.values())
    assert higher.friedman_p == pytest.approx(lower.friedman_p)


@quickly
@given(tables)
def test_groups_hold_what_lies_within_the_critical_difference_and_none_is_part_of_another(table):
    ranking = rank_methods({str(number): row for number, row in enumerate(table)})
    if not ranking.differ:
        assert ranking.groups == (tuple(ranking.average_ranks),)
        return
    groups = [set(group) for group in ranking.groups]
    ranks = ranking.average_ranks
    for one in ranks:
        for other in ranks:
            together = any({one, other} <= group for group in groups)
            assert together == (one != other and abs(ranks[one] - ranks[other]) < ranking.critical_difference) or (
                one == other
            )
    assert not any(one < other for one in groups for other in groups)


def test_two_groups_may_overlap():
    order = np.array([[0, 1, 2], [0, 1, 2], [1, 0, 2], [0, 2, 1]] * 3)
    ranking = rank_methods({name: -order[:, column] for column, name in enumerate("abc")})
    assert ranking.average_ranks == {"a": 1.25, "b": 2.0, "c": 2.75}
    assert ranking.groups == (("a", "b"), ("b", "c"))


def test_where_nothing_differs_there_is_no_p_value_and_one_group():
    ranking = rank_methods({"a": [1, 2], "b": [1, 2], "c": [1, 2]})
    assert (ranking.friedman_p, ranking.iman_davenport_p, ranking.differ) == (None, None, False)
    assert ranking.average_ranks == {"a": 2.0, "b": 2.0, "c": 2.0}
    assert ranking.groups == (("a", "b", "c"),)


def test_where_all_datasets_agree_the_f_distribution_has_no_value():
    ranking = rank_methods({"a": [3] * 8, "b": [2] * 8, "c": [1] * 8})
    assert ranking.friedman_p == pytest.approx(math.exp(-8))
    assert ranking.iman_davenport_p is None
    assert ranking.groups == (("a", "b"), ("b", "c"))


def test_a_single_dataset_has_ranks_but_no_test():
    ranking = rank_methods({"a": [0.5], "b": [0.7]})
    assert ranking.average_ranks == {"b": 1.0, "a": 2.0}
    assert ranking.friedman_p is None


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ({"a": [1, 2]}, "at least two methods, not 1"),
        ({"a": [1, 2], "b": [1]}, "a value for every dataset"),
        ({"a": [], "b": []}, "at least one dataset"),
        ({"a": [1, 2], "b": [1, math.nan]}, "b, dataset 2 of 2: the value is nan"),
    ],
)
def test_a_table_that_cannot_be_ranked_is_refused(scores, message):
    with pytest.raises(StatisticsError, match=message):
        rank_methods(scores)


def test_iman_and_davenport_make_an_f_test_of_friedmans_statistic():
    rng = np.random.default_rng(3)
    columns = {
        name: list(rng.normal(shift, size=14)) for name, shift in [("a", 0.0), ("b", 0.3), ("c", 0.5), ("d", 0.8)]
    }
    statistic = stats.friedmanchisquare(*columns.values()).statistic
    found = rank_methods(columns)
    f = 13 * statistic / (14 * 3 - statistic)  # Demsar (2006), section 3.2.2
    assert found.iman_davenport_p == pytest.approx(stats.f.sf(f, 3, 3 * 13))
    assert found.friedman_p == pytest.approx(stats.chi2.sf(statistic, 3))
