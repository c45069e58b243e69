"""The penalties on curvature, on slopes of the wrong sign, and on inputs that hardly matter."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from smoothdistill_core import PenaltyContext, PluginError, TrainingJob
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.curvature import Curvature
from smoothdistill_smoothness.few_inputs import GradientL1, InputGroup
from smoothdistill_smoothness.monotone import Monotone
from smoothdistill_smoothness.penalties import Unregularized

CONTEXT = PenaltyContext(("dose", "age", "noise"), torch.zeros(7))


class Bowl:
    """f(x) = 3 x0 - 4 x1 + x0^2 + x1 x2; its Hessian is [[2, 0, 0], [0, 0, 1], [0, 1, 0]], of squared norm 6."""

    linear_weights = (torch.tensor([[6.0, 0.0, 0.0], [8.0, 0.5, 0.0]]),)

    def __init__(self):
        self.generator = torch.Generator().manual_seed(0)

    def jacobian(self, x):
        return torch.stack([3 + 2 * x[:, 0], x[:, 2] - 4, x[:, 1]], dim=1)

    def noise(self, shape):
        return torch.randn(shape, generator=self.generator)


def value(regularizer, rows=7, at=0.0):
    return regularizer.evaluate(Bowl(), torch.full((rows, 3), at), CONTEXT).item()


def test_curvature_is_the_squared_norm_of_the_hessian_whatever_the_slope():
    assert value(Curvature(directions=100), rows=500) == pytest.approx(6.0, rel=0.02)
    assert value(Curvature(directions=100), rows=500, at=9.0) == pytest.approx(6.0, rel=0.02)


def test_slopes_of_the_wrong_sign_cost_their_squares_and_others_nothing():
    assert value(Monotone(rising=["dose"])) == 0.0
    assert value(Monotone(falling=["dose"])) == pytest.approx(9.0)
    assert value(Monotone(rising=["age", "dose"], falling=["noise"])) == pytest.approx(16.0)


def test_few_inputs_are_cheaper():
    assert value(GradientL1()) == pytest.approx(3 + 4 + 0)
    assert value(InputGroup()) == pytest.approx(10 + 0.5 + 0)


def test_an_input_that_is_not_there_is_told_with_what_it_may_have_been():
    with pytest.raises(PluginError, match="there is no input 'doze'; did you mean 'dose'"):
        value(Monotone(rising=["doze"]))


@pytest.mark.parametrize(
    ("regularizer", "options", "told"),
    [
        (Monotone, {}, "name at least one input"),
        (Monotone, {"rising": ["age"], "falling": ["age"]}, "'age' is named twice"),
        (Curvature, {"directions": 0}, "greater than or equal to 1"),
        (InputGroup, {"directions": 1}, "Extra inputs are not permitted"),
    ],
)
def test_options_that_make_no_sense_are_refused(regularizer, options, told):
    with pytest.raises(ValidationError, match=told):
        regularizer(**options)


def trained(regularizer, strength, y, X):
    job = TrainingJob(X, y, regularizer, strength, seed=0)
    (teacher,) = MLP(hidden=(20, 20), epochs=60, batch_size=32, learning_rate=0.01).train([job])
    return teacher


@pytest.mark.slow
def test_a_teacher_learns_what_it_is_asked_for():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(320, 4))
    y = np.sin(3 * X[:, 0]) + X[:, 1] + 0.3 * rng.normal(size=320)
    y = (y - y.mean()) / y.std()
    plain = trained(Unregularized(), 0.0, y, X).gradient(X)
    assert (plain[:, 0] < 0).mean() > 0.3
    rising = trained(Monotone(rising=["x0"]), 100.0, y, X).gradient(X)
    assert (rising[:, 0] < -0.01).mean() < 0.05

    def change_of_slope(teacher):
        return np.mean((teacher.gradient(X + 0.1) - teacher.gradient(X - 0.1)) ** 2)

    straighter = trained(Curvature(), 0.1, y, X)
    assert change_of_slope(straighter) < 0.1 * change_of_slope(trained(Unregularized(), 0.0, y, X))
    for sparse, strength in ((GradientL1(), 0.3), (InputGroup(), 0.1)):
        slopes = np.abs(trained(sparse, strength, y, X).gradient(X)).mean(axis=0)
        assert slopes[2:].max() < 0.5 * np.abs(plain).mean(axis=0)[2:].max()
        assert slopes[1] > 3 * slopes[2:].max()
