"""The smooth model of few rows takes numbers of any size."""

import numpy as np
import pytest

from smoothdistill_symmetry.smooth_model import smooth_coordinates
from smoothdistill_symmetry.surrogate import Surrogate


@pytest.mark.parametrize("size", [1.0, 1e199, 1e-199])
def test_the_scale_of_targets_and_of_the_importance_of_rows_changes_nothing(size):
    random = np.random.default_rng(0)
    Z = random.normal(size=(40, 2))
    t, importance = np.sin(Z[:, 0]) + Z[:, 1], random.uniform(0.5, 1.5, 40)
    usual = Surrogate(Z, t, importance)
    other = Surrogate(Z, t / size, importance * size)
    assert other.width == usual.width
    assert other.left_out == pytest.approx(usual.left_out, rel=1e-3)
    np.testing.assert_allclose(other.predict(Z) * size, usual.predict(Z), rtol=1e-4)


def test_inputs_are_seen_where_they_are_spread_evenly():
    random = np.random.default_rng(0)
    wide, other = random.uniform(0.1, 10.0, size=(2, 300))
    X = np.column_stack([wide, wide / other, random.uniform(1.0, 5.0, 300), wide - other])
    coordinates, logs = smooth_coordinates(X)
    assert logs.tolist() == [False, True, True, False]
    np.testing.assert_array_equal(coordinates(X), np.column_stack([wide, np.log(X[:, 1:3]), X[:, 3]]))
