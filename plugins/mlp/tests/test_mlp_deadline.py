"""Training that a deadline ends: the networks are as they are by then, and say so."""

import time

import numpy as np
import pytest

from smoothdistill_core import Deadline, TrainingJob
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import Jacobian, Unregularized

ENGINES = ("compiled", "torch")
LONG = 1_000_000


def jobs(deadline, *strengths, rows=400, **more):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 3))
    y = X[:, 0] * X[:, 1]
    common = {"deadline": deadline, **more}
    return [TrainingJob(X, y, Jacobian() if s else Unregularized(), s, seed=0, **common) for s in strengths]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_time_there_is_a_network_that_says_what_it_lacks(engine):
    deadline = Deadline(0.0)
    (network,) = MLP(engine=engine, hidden=(8,)).train(jobs(deadline, 0.0))
    assert deadline.cut
    assert np.isfinite(network.predict(np.zeros((2, 3)))).all()
    assert "the time limit ended the training after" in network.notes[-1]
    assert "of 200 epochs" in network.notes[-1]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_of_several_has_its_part_of_the_time(engine):
    mlp = MLP(engine=engine, hidden=(8,), epochs=LONG)
    mlp.warm_up()
    began, deadline = time.monotonic(), Deadline(1.0)
    networks = mlp.train(jobs(deadline, 0.0, 0.1, 0.2))
    assert 0.5 < time.monotonic() - began < 10.0
    assert all("time limit" in network.notes[-1] for network in networks)
    epochs = [int(network.notes[-1].split(" after ")[1].split()[0]) for network in networks]
    assert min(epochs) > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_time_that_is_enough_changes_no_digit(engine):
    mlp = MLP(engine=engine, hidden=(8,), epochs=2)
    rows = 64 * mlp.batch_size + 100  # looked at the time on the way
    limited, free = (mlp.train(jobs(Deadline(seconds), 0.0, 0.1, rows=rows)) for seconds in (1000.0, np.inf))
    assert [one.save() for one in limited] == [one.save() for one in free]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_strengths_of_a_path_that_were_not_reached_have_the_network_as_it_is(engine):
    mlp = MLP(engine=engine, hidden=(8,), epochs=LONG)
    job = jobs(Deadline(0.2), 0.1, path=(1.0,))[0]
    before = jobs(job.deadline, 1.0)[0]
    both = mlp.train([job, TrainingJob(job.X, job.y, before.regularizer, 1.0, 0, deadline=job.deadline)])
    assert both[0].save() == both[1].save()
    assert "at strength 1" in both[0].notes[-1]


def test_with_an_early_stop_the_best_network_so_far_is_kept():
    rng = np.random.default_rng(1)
    apart = rng.normal(size=(50, 3)), rng.normal(size=50)
    mlp = MLP(engine="compiled", hidden=(8,), epochs=LONG, stopping="early", patience=LONG)
    (network,) = mlp.train(jobs(Deadline(0.3), 0.0, validation=apart))
    assert "time limit" in network.notes[-1]
