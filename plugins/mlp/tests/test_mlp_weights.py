"""Weights of rows count in the squared error of both engines, and by them an early stop is judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from smoothdistill_core import TrainingJob
from smoothdistill_mlp import reference
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import L2, Jacobian, Unregularized

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "silu": torch.nn.functional.silu}
OPTIONS = {"hidden": (20, 10), "epochs": 3, "batch_size": 32, "learning_rate": 0.01}
ENGINES = ["torch", "compiled"]


def job(regularizer=None, strength=0.0, rows=330):  # the last batch is no full one
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 4))
    y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
    weights = rng.choice([0.5, 1.0, 4.0], size=rows)
    return TrainingJob(X, y, regularizer or Unregularized(), strength, 0, weights=weights / weights.mean())


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("regularizer", [Unregularized(), L2(), Jacobian()], ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_weighs_errors_as_the_reference_does(engine, regularizer, activation):
    given = job(regularizer, 0.1)
    X, y, weights = map(torch.tensor, (given.X, given.y, given.weights))
    options = {**OPTIONS, "activation": ACTIVATIONS[activation]}
    layers = reference.train(X, y, regularizer.name, 0.1, seed=0, weights=weights, **options)
    (trained,) = MLP(engine=engine, activation=activation, **OPTIONS).train([given])
    for (weight, bias), own_weight, own_bias in zip(layers, trained.weights, trained.biases, strict=True):
        torch.testing.assert_close(own_weight, weight.float(), atol=3e-6, rtol=0)
        torch.testing.assert_close(own_bias, bias.float(), atol=3e-6, rtol=0)


@pytest.mark.parametrize("engine", ENGINES)
def test_equal_weights_change_nothing(engine):
    plain = replace(job(), weights=None)
    weighted = replace(plain, weights=np.ones(len(plain.X)))
    one, other = (MLP(engine=engine, **OPTIONS).train([each])[0] for each in (plain, weighted))
    np.testing.assert_array_equal(one.predict(plain.X), other.predict(plain.X))


@pytest.mark.parametrize("engine", ENGINES)
def test_of_rows_that_contradict_one_another_the_heavier_are_believed(engine):
    X = np.repeat(np.linspace(-1.0, 1.0, 100), 2)[:, None]
    y, weights = np.tile([0.0, 1.0], 100), np.tile([0.4, 1.6], 100)
    given = TrainingJob(X, y, Unregularized(), 0.0, 0, weights=weights)
    (trained,) = MLP(engine=engine, hidden=(16,), epochs=60, learning_rate=0.01).train([given])
    assert trained.predict(X).mean() == pytest.approx(0.8, abs=0.03)


def test_jobs_with_weights_and_without_train_in_one_call_as_they_do_alone():
    weighted = job(rows=64)
    plain = replace(weighted, weights=None)
    mlp = MLP(engine="torch", **OPTIONS)
    together = mlp.train([plain, weighted])
    for each, alone in zip(together, (mlp.train([plain])[0], mlp.train([weighted])[0]), strict=True):
        np.testing.assert_array_equal(each.predict(plain.X), alone.predict(plain.X))
    assert (together[0].predict(plain.X) != together[1].predict(plain.X)).any()


@pytest.mark.parametrize("engine", ENGINES)
def test_an_early_stop_is_judged_by_the_weights_of_the_validation_rows(engine):
    given = replace(job(), weights=None)
    early = given.X, np.zeros(len(given.X))  # a network that has learnt nothing yet is nearest to these
    late = given.X, given.y
    apart = tuple(np.concatenate([one, other]) for one, other in zip(early, late, strict=True))
    half = len(given.X)
    mlp = MLP(engine=engine, stopping="early", patience=3, **{**OPTIONS, "epochs": 30})

    def errors(heavy):
        weights = np.concatenate([np.full(half, heavy), np.full(half, 2.0 - heavy)])
        (trained,) = mlp.train([replace(given, validation=apart, validation_weights=weights)])
        return np.mean((trained.predict(given.X) - given.y) ** 2)

    assert errors(heavy=1.999) > errors(heavy=0.001) + 0.2
