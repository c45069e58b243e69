"""Training a sweep of teachers: results keep its order, and a failure says whose it is."""

import dataclasses

import pytest

from smoothdistill_core.trial import Failure, score, train_teachers
from stand_ins.trial import METRICS, Product, Scholar, Workshop, distilled, sweep


def test_teachers_come_back_in_the_order_of_the_sweep(trial, split):
    results = train_teachers(trial, Workshop(), sweep(2.0, 1.0), METRICS)
    assert [result.weights for result in results] == [b"2.0", b"1.0"]
    assert results[0].scores == score(Product(2.0), split, METRICS)
    assert results[0].scores["test", "steepness"] == pytest.approx(2 * results[1].scores["test", "steepness"])
    assert results[0].notes == ("made by hand",)
    assert results[0].facts == split.facts


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("raises", "teacher 'workshop': RuntimeError: out of steam"),
        ("lazy", "teacher 'workshop' returned 1 results for 2 jobs"),
    ],
)
def test_a_training_that_fails_fails_for_the_whole_sweep(trial, mood, reason):
    results = train_teachers(trial, Workshop(mood=mood), sweep(1.0, 2.0), METRICS)
    assert [result.reason for result in results] == [reason, reason]


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        (
            "nan",
            "the teacher's predictions are not finite: one that was trained diverged (lower its learning rate), a "
            "given model has no answer there",
        ),
        ("tall", "teacher 'workshop' predicts the shape (18, 1) for 18 rows"),
        ("unsavable", "teacher 'workshop': OSError: no paper"),
    ],
)
def test_a_teacher_that_fails_leaves_its_neighbours_alone(trial, mood, reason):
    failed, fine = train_teachers(trial, Workshop(mood=mood), sweep(0.0, 1.0), METRICS)
    assert isinstance(failed, Failure)
    assert failed.reason == reason
    assert fine.weights == b"1.0"


def test_data_that_changed_since_the_plan_are_not_used(trial):
    stale = dataclasses.replace(trial, data="0" * 32)
    reason = "the data of 'plane' changed while the study ran; run it again"
    assert [result.reason for result in train_teachers(stale, Workshop(), sweep(1.0, 2.0), METRICS)] == [reason] * 2
    assert distilled(stale, Scholar(), METRICS).reason == reason
