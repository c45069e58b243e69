"""Distilling: what a student is told of its task, whom it imitates, and what comes of it when it fails."""

import dataclasses
import math

import numpy as np
import pytest

from smoothdistill_core import Formula, Student
from smoothdistill_core.components import loaded
from smoothdistill_core.preparation import fingerprint
from smoothdistill_core.recipe import Distil, Prepare
from smoothdistill_core.trial import Failure, Trial, score
from smoothdistill_core.units import DataUnits, Unit
from stand_ins.trial import METRICS, PLAIN, Plane, Product, Scholar, Workshop, distilled, found, honest


def test_a_student_imitates_its_teacher(trial, split):
    result = distilled(trial, Scholar(), METRICS, Workshop(), b"2.5")
    ((formula, scores),) = found(result)
    np.testing.assert_allclose(formula.predict(split.parts["test"].X), Product(2.5).predict(split.parts["test"].X))
    assert scores["test", "likeness"] == pytest.approx(0.0, abs=1e-12)
    assert result.facts == split.facts


def test_a_student_without_a_teacher_fits_the_data(trial, split):
    ((formula, scores),) = found(distilled(trial, Scholar(), METRICS))
    X, y = split.parts["train"].X, split.parts["train"].y
    basis = X[:, 0] * X[:, 1]
    np.testing.assert_allclose(formula.predict(X), basis * (basis @ y) / (basis @ basis))
    assert ("test", "likeness") not in scores


class Witness(Student):
    """Remembers its task."""

    name = "witness"

    def distil(self, task):
        SEEN.append(task)
        return [honest(Formula.variable(0))]


SEEN = []


def test_a_student_is_told_the_seed_the_threads_and_the_teacher(trial):
    SEEN.clear()
    distilled(dataclasses.replace(trial, seed=3), Witness(), [], Workshop(), b"2.0", threads=2)
    distilled(trial, Witness(), [])
    assert [(task.seed, task.threads, task.weights) for task in SEEN] == [(3, 2, None), (0, 1, None)]
    assert isinstance(SEEN[0].teacher, Product)
    assert SEEN[1].teacher is None


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("raises", "ValueError: not today"),
        ("empty", "student 'scholar' returned no formula"),
        ("wrong", "the conversion of the formula is wrong"),
        ("greedy", "this formula reads 8 inputs"),
        ("nothing", ""),
    ],
)
@pytest.mark.parametrize("teacher", [None, Workshop()])
def test_a_student_that_fails_says_why(trial, mood, reason, teacher):
    result = distilled(trial, Scholar(mood=mood), METRICS, teacher, b"1.0")
    assert isinstance(result, Failure)
    assert reason in result.reason


def test_weights_that_cannot_be_read_are_a_failure(trial):
    assert distilled(trial, Scholar(), METRICS, Workshop(), b"torn").reason.startswith(
        "student 'scholar': ValueError: could not"
    )


def test_a_search_sees_a_seeded_sample_of_many_rows_and_scores_use_all(trial, split):
    rows_to_imitate = []

    class Witness(Scholar):
        """Notes what it is shown."""

        def distil(self, task):
            rows_to_imitate.append(task.X)
            return super().distil(task)

    sample = Distil(max_rows=10, extra="none", refit="none", prune=False)
    result = distilled(trial, Witness(), METRICS, distil=sample)
    again = distilled(trial, Witness(), METRICS, distil=sample)
    assert rows_to_imitate[0].shape[0] == 10 < len(split.parts["train"].X)
    np.testing.assert_array_equal(rows_to_imitate[0], rows_to_imitate[1])
    ((formula, scores),) = found(result)
    assert scores == score(formula, split, METRICS)
    assert again.front == result.front


def test_constants_are_fitted_to_all_rows_where_a_search_saw_a_sample(trial, split):
    sample = Distil(max_rows=10, extra="none", prune=False)
    ((formula, _),) = found(distilled(trial, Scholar(mood="half"), METRICS, distil=sample))
    X, y = split.parts["train"].X, split.parts["train"].y
    best = np.column_stack([X[:, 0] * X[:, 1], np.ones(len(X))])
    np.testing.assert_allclose(formula.predict(X), best @ np.linalg.lstsq(best, y)[0], atol=1e-9)


def test_what_a_student_does_to_its_arrays_reaches_nobody_else(trial):
    before = distilled(trial, Scholar(), METRICS)
    distilled(trial, Scholar(mood="scribbles"), METRICS)
    assert distilled(trial, Scholar(), METRICS).front == before.front


def test_a_student_is_told_the_validation_rows_the_names_and_the_time_it_has(trial, split):
    SEEN.clear()
    distilled(trial, Witness(), [], Workshop(), b"2.0")
    distilled(trial, Witness(), [], distil=PLAIN.model_copy(update={"seconds": 100.0}))
    taught, limited = SEEN
    X = split.parts["validation"].X
    np.testing.assert_array_equal(taught.validation[0], X)
    np.testing.assert_array_equal(taught.validation[1], Product(2.0).predict(X))
    np.testing.assert_array_equal(limited.validation[1], split.parts["validation"].y)
    assert taught.names == limited.names == ("a", "b")
    assert taught.deadline.left == math.inf
    assert 60.0 < limited.deadline.left < 90.0  # the rest is for scoring
    assert (taught.units, taught.earlier) == (None, ())


def test_a_student_is_told_the_units_that_the_data_have():
    SEEN.clear()
    with_units = Plane(units={"a": "m", "y": "m/s"})
    distilled(Trial(with_units, fingerprint(loaded(with_units)), Prepare(), 0), Witness(), [])
    assert SEEN[0].units == DataUnits((Unit("m"), None), Unit("m/s"))
    assert SEEN[0].units.target.dimensions == {"[length]": 1, "[time]": -1}
