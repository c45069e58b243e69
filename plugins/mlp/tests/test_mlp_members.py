"""Ensembles: several networks that differ by their seeds; their mean teaches, and their spread says how sure it is."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from smoothdistill_core import TrainingJob
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import Jacobian, Unregularized

ENGINES = pytest.mark.parametrize("engine", ["torch", "compiled"])


def job(regularizer=None, seed=0, rows=75):
    rng = np.random.default_rng(rows)
    X = rng.normal(size=(rows, 3))
    return TrainingJob(X, np.sin(2 * X[:, 0]) + X[:, 1], regularizer or Jacobian(), 0.01, seed)


def same(one, other):
    return all(map(torch.equal, (*one.weights, *one.biases), (*other.weights, *other.biases)))


@ENGINES
def test_members_differ_and_the_first_is_the_network_alone(engine):
    options = {"engine": engine, "hidden": (9, 8), "epochs": 4, "batch_size": 32}
    (alone,) = MLP(**options).train([job()])
    (ensemble,) = MLP(members=3, **options).train([job()])
    assert len(ensemble.members) == 3
    assert same(alone, ensemble.members[0])
    assert not same(ensemble.members[1], ensemble.members[2])


@ENGINES
def test_an_ensemble_is_the_same_alone_as_with_its_path(engine):
    mlp = MLP(engine=engine, members=2, hidden=(8,), epochs=3)
    steps = [replace(job(), strength=s, path=(1.0, 0.1)[:place]) for place, s in enumerate((1.0, 0.1))]
    for one, trained in zip(steps, mlp.train(steps), strict=True):
        assert all(map(same, mlp.train([one])[0].members, trained.members))


def test_the_teacher_is_the_mean_of_its_members():
    given = job()
    (ensemble,) = MLP(members=3, hidden=(8,), epochs=3).train([given])
    each = np.array([member.predict(given.X) for member in ensemble.members])
    np.testing.assert_allclose(ensemble.predict(given.X), each.mean(axis=0))
    np.testing.assert_allclose(ensemble.spread(given.X), each.std(axis=0, ddof=1))
    slopes = np.mean([member.gradient(given.X) for member in ensemble.members], axis=0)
    np.testing.assert_allclose(ensemble.gradient(given.X), slopes)
    assert np.linalg.norm(slopes, axis=1).max() <= ensemble.lipschitz_bound()
    (layer,) = ensemble.activations(given.X)
    assert layer.shape == (75, 24)


def test_members_disagree_more_where_there_are_no_data():
    given = job(Unregularized(), rows=300)
    (ensemble,) = MLP(members=4, hidden=(30,), epochs=40, batch_size=32).train([given])
    assert np.mean(ensemble.spread(given.X + 6)) > 3 * np.mean(ensemble.spread(given.X))


def test_an_ensemble_is_saved_and_read():
    given, mlp = job(), MLP(members=2, hidden=(8,), epochs=2)
    (ensemble,) = mlp.train([given])
    again = mlp.load(ensemble.save())
    np.testing.assert_array_equal(again.predict(given.X), ensemble.predict(given.X))
    np.testing.assert_array_equal(again.spread(given.X), ensemble.spread(given.X))


def test_one_network_has_no_spread_and_is_what_it_was():
    (alone,) = MLP(members=1, hidden=(8,), epochs=1).train([job()])
    assert alone.spread(job().X) is None
    assert "members" not in MLP(members=1).identity()["options"]
    assert MLP(members=2).identity() != MLP(members=3).identity() != MLP().identity()


def test_an_ensemble_of_none_is_refused():
    with pytest.raises(ValidationError, match="members"):
        MLP(members=0)
