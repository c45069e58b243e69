"""Strengths that are found while a network trains: by both engines alike, alone or together, by anyone's schedule."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from smoothdistill_core import PluginError, TrainingJob
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.curvature import Curvature
from smoothdistill_smoothness.penalties import Jacobian, Lipschitz

ENGINES = pytest.mark.parametrize("engine", ["torch", "compiled"])
ADAPT = pytest.mark.parametrize("adapt", ["hypergradient", "constrained", "balance"])


def job(regularizer, seed=0, rows=75, strength=0.1):
    rng = np.random.default_rng(rows)
    X, apart = rng.normal(size=(rows, 3)), rng.normal(size=(30, 3))
    y, target = np.sin(2 * X[:, 0]) + X[:, 1], np.sin(2 * apart[:, 0]) + apart[:, 1]
    return TrainingJob(X, y, regularizer, strength, seed, validation=(apart, target))


def same(one, other):
    return all(map(torch.equal, (*one.weights, *one.biases), (*other.weights, *other.biases)))


class Halving(Jacobian):
    """A third party's schedule: half the strength after each epoch; it keeps what it was told."""

    name = "halving"

    def schedule(self):
        def half(strength, epoch):
            TOLD.append((strength, epoch))
            return strength / 2

        return half


class Broken(Jacobian):
    """A schedule that gives no number."""

    name = "broken"

    def schedule(self):
        return lambda strength, epoch: math.nan


TOLD = []


@ENGINES
@ADAPT
@pytest.mark.parametrize("regularizer", [Jacobian, Lipschitz], ids=lambda kind: kind.name)
def test_a_network_is_the_same_alone_as_beside_others(engine, adapt, regularizer):
    mlp = MLP(engine=engine, hidden=(9, 8), epochs=6, batch_size=32)
    given = job(regularizer(adapt=adapt))
    jobs = [given, replace(given, seed=1), replace(given, strength=1.0), replace(given, regularizer=regularizer())]
    together = mlp.train(jobs)
    for one, trained in zip(jobs, together, strict=True):
        assert same(mlp.train([one])[0], trained)
    assert not same(together[0], together[3])


@ADAPT
def test_engines_agree(adapt):
    given = job(Jacobian(adapt=adapt))
    torchs, compileds = (
        MLP(engine=engine, hidden=(9, 8), epochs=6, batch_size=32).train([given])[0] for engine in ("torch", "compiled")
    )
    for one, other in zip(torchs.weights, compileds.weights, strict=True):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=1e-3)
    assert torchs.notes == compileds.notes


@ADAPT
def test_where_the_strength_went_is_said(adapt):
    (trained,) = MLP(hidden=(8,), epochs=5).train([job(Jacobian(adapt=adapt))])
    (note,) = [note for note in trained.notes if "strength" in note]
    assert note.startswith("mlp: the strength went from 0.1 to ")


def test_a_schedule_of_a_third_party_is_told_how_the_training_goes():
    TOLD.clear()
    given = job(Halving())
    (trained,) = MLP(hidden=(8,), epochs=3, engine="auto").train([given])
    assert [strength for strength, _ in TOLD] == [0.1, 0.05, 0.025]
    assert [(epoch.number, epoch.of) for _, epoch in TOLD] == [(1, 3), (2, 3), (3, 3)]
    last = TOLD[-1][1]
    X, y = given.validation
    assert last.error == pytest.approx(np.mean((trained.predict(given.X) - given.y) ** 2), rel=1e-4)
    assert last.penalty == pytest.approx(np.mean(np.sum(trained.gradient(given.X) ** 2, axis=1)), rel=1e-4)
    assert last.validation_error == pytest.approx(np.mean((trained.predict(X) - y) ** 2), rel=1e-4)
    assert last.lowest_validation_error == min(epoch.validation_error for _, epoch in TOLD)
    assert -1 <= last.agreement <= 1
    assert last.error_slope > 0
    assert last.penalty_slope > 0
    assert "mlp: trained by the torch engine" in trained.notes


def test_without_validation_rows_there_is_no_validation_error():
    TOLD.clear()
    MLP(hidden=(8,), epochs=1).train([replace(job(Halving()), validation=None)])
    assert (TOLD[0][1].validation_error, TOLD[0][1].agreement) == (None, None)


@ENGINES
def test_falling_strengths_leave_a_steeper_network_than_the_first_of_them(engine):
    given = job(Jacobian(), strength=1.0, rows=320)
    falling = replace(given, regularizer=Jacobian(adapt="constrained"))
    mlp = MLP(engine=engine, hidden=(32, 32), epochs=60, batch_size=32)
    fixed, adapted = (np.mean(trained.gradient(given.X) ** 2) for trained in mlp.train([given, falling]))
    assert adapted > 2 * fixed


def test_a_penalty_with_noise_repeats():
    given = job(Curvature(adapt="balance"))
    mlp = MLP(hidden=(8,), epochs=4)
    assert same(*(mlp.train([given])[0] for _ in range(2)))


def test_a_teacher_that_does_not_offer_to_follow_schedules_takes_none():
    class Fixed(MLP):
        offers = MLP.offers - {"schedule"}

    assert Fixed().accepts(Jacobian())
    assert not Fixed().accepts(Jacobian(adapt="balance"))
    assert MLP().accepts(Jacobian(adapt="balance"))


def test_a_schedule_that_gives_no_number_is_the_fault_of_its_regularizer():
    said = "regularizer 'broken': after epoch 1 its schedule gives the strength nan, which is no number from 0 on"
    with pytest.raises(PluginError, match=said):
        MLP(hidden=(8,), epochs=2).train([job(Broken())])
