"""What a student is shown: training rows, and inputs near them that the teacher is asked about."""

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Table, TrainedTeacher
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Distil, Prepare
from smoothdistill_core.trial.rows_to_imitate import rows_to_imitate, validation_rows


class Sum(TrainedTeacher):
    """Predicts the sum of the inputs."""

    def predict(self, X):
        return X.sum(axis=1)

    def save(self):
        return b""


def split_of(rows=50):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(rows, 2)), columns=["a", "b"])
    return prepare(Table(frame.assign(kind=["p", "q", "r", "p", "p"] * (rows // 5), y=frame["a"]), "y"), Prepare(), 0)


SPLIT = split_of()
TRAIN = SPLIT.parts["train"]


def test_without_further_inputs_a_student_sees_the_training_rows_and_what_the_teacher_says_of_them():
    seen = rows_to_imitate(SPLIT, Sum(), Distil(extra="none"), seed=0)
    np.testing.assert_array_equal(seen.X, TRAIN.X)
    np.testing.assert_array_equal(seen.y, TRAIN.X.sum(axis=1))
    np.testing.assert_array_equal(seen.data, TRAIN.y)
    assert seen.weights is None


@pytest.mark.parametrize("extra", ["jitter", "mixture"])
def test_further_inputs_fill_up_to_the_number_of_rows_and_the_teacher_answers_them(extra):
    seen = rows_to_imitate(SPLIT, Sum(), Distil(extra=extra, extra_rows=200), seed=0)
    assert len(seen.X) == len(seen.y) == 200
    np.testing.assert_array_equal(seen.X[: len(TRAIN.X)], TRAIN.X)
    np.testing.assert_array_equal(seen.y, seen.X.sum(axis=1))
    assert len(np.unique(seen.X, axis=0)) == 200


@pytest.mark.parametrize("extra", ["jitter", "mixture"])
def test_a_further_input_is_of_one_category_like_any_row(extra):
    seen = rows_to_imitate(SPLIT, Sum(), Distil(extra=extra, extra_rows=200), seed=0)
    indicators = SPLIT.facts.scaling.raw(seen.X)[:, 2:]
    assert indicators.shape == (200, 2)
    np.testing.assert_allclose(np.minimum(np.abs(indicators), np.abs(indicators - 1.0)), 0.0, atol=1e-12)
    assert set(np.rint(indicators.sum(axis=1))) == {0.0, 1.0}


def test_jitter_is_as_wide_as_asked():
    seen = rows_to_imitate(SPLIT, Sum(), Distil(extra="jitter", extra_rows=4000, extra_width=0.5), seed=0)
    added = seen.X[len(TRAIN.X) :, :2]
    assert added.var(axis=0) == pytest.approx(TRAIN.X[:, :2].var(axis=0) + 0.25, rel=0.15)


def test_mixtures_stay_within_the_range_of_the_rows():
    seen = rows_to_imitate(SPLIT, Sum(), Distil(extra="mixture", extra_rows=500), seed=0)
    assert (seen.X.min(axis=0) >= TRAIN.X.min(axis=0)).all()
    assert (seen.X.max(axis=0) <= TRAIN.X.max(axis=0)).all()


def test_a_further_input_weighs_what_the_recipe_says():
    seen = rows_to_imitate(SPLIT, Sum(), Distil(extra="jitter", extra_rows=100, extra_weight=0.25), seed=0)
    assert set(seen.weights[: len(TRAIN.X)]) == {1.0}
    assert set(seen.weights[len(TRAIN.X) :]) == {0.25}


class Divided(Sum):
    """Its members disagree by as much as the first input is."""

    def spread(self, X):
        return np.abs(X[:, 0])


def test_a_further_input_weighs_less_where_the_members_of_the_teacher_disagree_and_a_training_row_does_not():
    options = Distil(extra="jitter", extra_rows=100, extra_weight=0.5)
    seen = rows_to_imitate(SPLIT, Divided(), options, seed=0)
    assert set(seen.weights[: len(TRAIN.X)]) == {1.0}
    error = np.mean((TRAIN.X.sum(axis=1) - TRAIN.y) ** 2)
    expected = 0.5 * error / (error + seen.X[len(TRAIN.X) :, 0] ** 2)
    np.testing.assert_allclose(seen.weights[len(TRAIN.X) :], expected)


def test_members_that_agree_weigh_as_one_model_does():
    class Agreed(Sum):
        def spread(self, X):
            return np.zeros(len(X))

    assert rows_to_imitate(SPLIT, Agreed(), Distil(extra="jitter", extra_rows=100), seed=0).weights is None


def test_the_same_seed_shows_the_same():
    options = Distil(extra="mixture", extra_rows=100)
    first, second, other = (rows_to_imitate(SPLIT, Sum(), options, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.X, second.X)
    assert not np.array_equal(first.X, other.X)


def test_a_student_on_the_data_has_nobody_to_ask():
    seen = rows_to_imitate(SPLIT, None, Distil(extra="jitter"), seed=0)
    np.testing.assert_array_equal(seen.X, TRAIN.X)
    np.testing.assert_array_equal(seen.y, TRAIN.y)


def test_enough_rows_need_no_further_ones():
    assert len(rows_to_imitate(SPLIT, Sum(), Distil(extra="jitter", extra_rows=10), seed=0).X) == len(TRAIN.X)


def test_of_very_many_rows_a_sample_is_shown():
    seen = rows_to_imitate(SPLIT, Sum(), Distil(max_rows=10, extra="none"), seed=0)
    assert seen.X.shape == (10, TRAIN.X.shape[1])
    assert {tuple(row) for row in seen.X} < {tuple(row) for row in TRAIN.X}


class Choosy(Sum):
    """Has no answer where the first input is negative, or none at all."""

    def __init__(self, least=0.0):
        self.least = least

    def predict(self, X):
        return np.where(X[:, 0] < self.least, np.nan, X.sum(axis=1))


def test_a_search_judges_by_validation_rows_and_what_it_imitates_there():
    held_out = SPLIT.parts["validation"]
    X, y, _ = validation_rows(SPLIT, None)
    np.testing.assert_array_equal(X, held_out.X)
    np.testing.assert_array_equal(y, held_out.y)
    X, y, _ = validation_rows(SPLIT, Sum())
    np.testing.assert_array_equal(X, held_out.X)
    np.testing.assert_array_equal(y, held_out.X.sum(axis=1))


def test_a_search_does_not_judge_where_a_black_box_has_no_answer():
    X, y, _ = validation_rows(SPLIT, Choosy())
    assert 0 < len(X) == len(y) < len(SPLIT.parts["validation"].X)
    assert (X[:, 0] >= 0).all()
    assert validation_rows(SPLIT, Choosy(least=1e9)) is None


def test_weights_of_rows_come_with_them_and_further_inputs_are_drawn_near_heavy_rows():
    frame = pd.DataFrame({"a": np.r_[np.linspace(0, 1, 60), np.linspace(9, 10, 60)], "w": np.repeat([1.0, 9.0], 60)})
    split = prepare(Table(frame.assign(y=frame["a"] ** 2), "y"), Prepare(weights="w"), 0)
    train, held_out = split.parts["train"], split.parts["validation"]
    on_data = rows_to_imitate(split, None, Distil(), seed=0)
    np.testing.assert_array_equal(on_data.weights, train.weights)
    taught = rows_to_imitate(split, Sum(), Distil(extra_rows=1072), seed=0)
    np.testing.assert_array_equal(taught.weights[:72], train.weights)
    np.testing.assert_array_equal(taught.weights[72:], 1.0)
    heavy = train.X[train.weights > 1.0].min()
    assert np.mean(taught.X[72:, 0] >= heavy - 0.2) == pytest.approx(0.9, abs=0.03)
    _, _, weights = validation_rows(split, Sum())
    np.testing.assert_array_equal(weights, held_out.weights)


def test_validation_rows_are_the_search_s_own():
    before = SPLIT.parts["validation"].X.copy()
    validation_rows(SPLIT, None)[0][:] = 0.0
    np.testing.assert_array_equal(SPLIT.parts["validation"].X, before)


def test_without_a_validation_part_there_are_none():
    table = Table(pd.DataFrame({"a": range(20), "y": range(20)}), "y")
    assert validation_rows(prepare(table, Prepare(validation=0.0), 0), Sum()) is None


ANGLES = np.arange(120) * np.pi / 60
CIRCLE = prepare(Table(pd.DataFrame({"a": np.cos(ANGLES), "b": np.sin(ANGLES), "y": ANGLES}), "y"), Prepare(), 0)
"""Rows on a circle: no two neighbours of a row lie in the same direction."""


def places_of_mixtures(rows=1000):
    """Return how far each mixture has gone from its row to its neighbour, and which neighbour that is by nearness."""
    X = CIRCLE.parts["train"].X
    added = rows_to_imitate(CIRCLE, Sum(), Distil(extra="mixture", extra_rows=len(X) + rows), seed=0).X[len(X) :]
    origin = np.random.default_rng([0, len(X)]).integers(len(X), size=rows)  # the first that is drawn
    shares, ranks = [], []
    for row, start in zip(added, X[origin], strict=True):
        nearest = np.argsort(np.linalg.norm(X - start, axis=1))[1:]
        ways = X[nearest] - start
        along = ways @ (row - start) / (ways**2).sum(axis=1)
        beside = np.linalg.norm(row - start - along[:, None] * ways, axis=1)
        beside[along < 0.0] = np.inf
        ranks.append(int(beside.argmin()) + 1)
        shares.append(along[beside.argmin()])
    return np.array(shares), np.array(ranks)


def test_a_mixture_goes_at_most_half_of_the_way_to_a_neighbour_and_evenly_so():
    shares, _ = places_of_mixtures()
    assert shares.min() >= 0.0
    assert 0.49 < shares.max() <= 0.5 + 1e-9
    assert shares.mean() == pytest.approx(0.25, abs=0.02)


def test_a_mixture_goes_to_one_of_the_five_nearest_rows_each_as_often():
    _, ranks = places_of_mixtures()
    counts = np.bincount(ranks)
    assert len(counts) == 6
    assert counts[1:].min() > 150
