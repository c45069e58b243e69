"""Fewest columns: which are found, and when the search ends."""

import numpy as np
import pytest

from smoothdistill_symmetry.sparse import sparse_fits

COLUMNS = np.random.default_rng(0).normal(size=(200, 60))


@pytest.mark.parametrize("places", [(5,), (3, 40), (7, 30, 55), (1, 20, 33, 58)])
def test_the_fewest_columns_that_hold_the_target_are_found(places):
    target = COLUMNS[:, list(places)] @ np.arange(1.0, len(places) + 1)
    fits = sparse_fits(COLUMNS, target, 6, 1e-12)
    error, found, numbers = fits[-1]
    assert error < 1e-12
    assert len(fits) == len(places)
    assert dict(zip(found, numbers.round(9), strict=True)) == dict(zip(places, range(1, len(places) + 1), strict=True))


def test_a_long_exact_sum_of_the_first_columns_is_found_too():
    target = COLUMNS[:, :8] @ np.arange(1.0, 9.0)
    error, found, _ = sparse_fits(COLUMNS, target, 4, 1e-12)[-1]
    assert error < 1e-12
    assert sorted(found) == list(range(8))


def test_under_noise_each_number_of_columns_has_its_best_fit():
    target = COLUMNS[:, 3] - COLUMNS[:, 9] + 0.1 * np.random.default_rng(1).normal(size=200)
    fits = sparse_fits(COLUMNS, target, 3, 1e-12)
    assert [len(found) for _, found, _ in fits] == [1, 2, 3]
    assert sorted(fits[1][1]) == [3, 9]
    assert fits[0][0] > fits[1][0] > fits[2][0]


def test_columns_without_values_are_passed_over():
    columns = COLUMNS[:, :3].copy()
    columns[0, 0] = np.inf
    columns[:, 1] = 0.0
    assert [found for _, found, _ in sparse_fits(columns, COLUMNS[:, 2], 3, 1e-12)] == [(2,)]
    assert sparse_fits(columns[:, :2], COLUMNS[:, 2], 3, 1e-12) == []
    assert sparse_fits(COLUMNS, np.zeros(200), 3, 1e-12) == []
