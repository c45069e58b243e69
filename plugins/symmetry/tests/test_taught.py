"""A teacher that tells its gradient shows the symmetries itself."""

import numpy as np
import pytest

from smoothdistill_core import TrainedTeacher
from smoothdistill_core.components import DistillationTask
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.searching import refitted
from smoothdistill_symmetry.student import SymmetryStudent
from smoothdistill_symmetry.taught_model import Taught, TaughtModel

ROWS = 300
X = np.random.default_rng(0).uniform(1, 5, size=(ROWS, 3))
SCALING = Scaling(
    tuple(
        Feature(name, None, X[:, i].mean(), X[:, i].std(), X[:, i].min(), X[:, i].max()) for i, name in enumerate("abc")
    ),
    "y",
    "none",
    7.0,
    3.0,
)
Xs = SCALING.standardised(X)


def law(X):
    return X[:, 0] * X[:, 1] / X[:, 2]


class Rough(TrainedTeacher):
    """Knows a law and its gradient in standardised units; what it says of the target has small waves on it."""

    def __init__(self, of=law, waves=0.03, tells=True):
        self.of, self.waves, self.tells = of, waves, tells

    def predict(self, X):
        raw = SCALING.raw(X)
        return (self.of(raw) - SCALING.mean) / SCALING.scale + self.waves * np.sin(1e4 * X.sum(axis=1))

    def gradient(self, X):
        if not self.tells:
            return None
        steps = 1e-6 * np.eye(X.shape[1])
        smooth = Rough(self.of, waves=0.0)
        return np.column_stack([(smooth.predict(X + step) - smooth.predict(X - step)) / 2e-6 for step in steps])

    def save(self):
        return b""


def test_the_slopes_of_a_teacher_are_those_in_the_units_of_the_data():
    model = TaughtModel(Taught(Rough(), SCALING), X, law(X), [0, 1, 2])
    a, b, c = X.T
    np.testing.assert_allclose(model.slopes, np.column_stack([b / c, a / c, -a * b / c**2]), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(model.values, law(X), atol=0.1)


def test_inputs_that_are_not_looked_at_stay_in_their_middle():
    model = TaughtModel(Taught(Rough(waves=0.0), SCALING), X, law(X), [0, 2])
    a, _, c = X.T
    np.testing.assert_allclose(model.values, a * np.median(X[:, 1]) / c)
    assert model.slopes.shape == (ROWS, 2)


@pytest.mark.parametrize("teacher", [None, Rough(tells=False)])
def test_without_a_gradient_no_teacher_shows_anything(teacher):
    assert Taught.by(teacher, SCALING, Xs) is None


def test_a_law_is_found_by_what_the_gradient_of_a_rough_teacher_shows():
    teacher = Rough()
    task = DistillationTask(
        X=Xs, y=teacher.predict(Xs), seed=0, teacher=teacher, scaling=SCALING, names=("a", "b", "c")
    )
    best = SymmetryStudent().distil(task)[-1]
    found = refitted(SCALING.raw_formula(best.formula), X, law(X))
    np.testing.assert_allclose(found.predict(X), law(X), rtol=1e-6)
    assert "a*b/c" in best.notes[0]


def test_of_many_inputs_those_that_matter_most_to_the_teacher_are_looked_at():
    only = Rough(lambda X: X[:, 1] ** 2, waves=0.0)
    task = DistillationTask(X=Xs, y=only.predict(Xs), seed=0, teacher=only, scaling=SCALING)
    for candidate in SymmetryStudent(inputs=1).distil(task):
        assert candidate.formula.inputs <= {1}
