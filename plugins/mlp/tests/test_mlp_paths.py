"""How long networks train: paths, early stops and steps at most; both engines, alone or together, as the reference."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from smoothdistill_core import PluginError, TrainingJob
from smoothdistill_mlp import reference
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import Jacobian, Lipschitz, Unregularized

PATH = (1.0, 0.1, 0.01)
ENGINES = pytest.mark.parametrize("engine", ["torch", "compiled"])


def job(regularizer=None, seed=0, rows=75):
    rng = np.random.default_rng(rows)
    X, apart = rng.normal(size=(rows, 3)), rng.normal(size=(30, 3))
    y, target = np.sin(2 * X[:, 0]) + X[:, 1], np.sin(2 * apart[:, 0]) + apart[:, 1]
    return TrainingJob(X, y, regularizer or Jacobian(), 0.0, seed, validation=(apart, target))


def on_path(given, strengths=PATH):
    """Return a job for each step of one path."""
    return [replace(given, strength=s, path=strengths[:place]) for place, s in enumerate(strengths)]


def same(one, other):
    return all(map(torch.equal, (*one.weights, *one.biases), (*other.weights, *other.biases)))


@ENGINES
@pytest.mark.parametrize("regularizer", [Jacobian(), Lipschitz()], ids=str)
@pytest.mark.parametrize("options", [{}, {"stopping": "early", "patience": 1, "learning_rate": 0.05}], ids=str)
def test_a_step_is_the_same_alone_as_with_its_path_and_other_paths(engine, regularizer, options):
    mlp = MLP(engine=engine, hidden=(9, 8), epochs=5, batch_size=32, **options)
    other = on_path(job(regularizer, seed=1), (1.0, 0.3))
    jobs = [*on_path(job(regularizer)), *other, replace(job(regularizer), strength=0.1)]
    together = mlp.train(jobs)
    for one, trained in zip(jobs, together, strict=True):
        assert same(mlp.train([one])[0], trained)
    for one, trained in zip(mlp.train(jobs[::-1])[::-1], together, strict=True):
        assert same(one, trained)


@ENGINES
def test_a_longer_path_begins_with_the_teachers_of_a_shorter_one(engine):
    mlp = MLP(engine=engine, hidden=(8,), epochs=3)
    shorter, longer = mlp.train(on_path(job(), PATH[:2])), mlp.train(on_path(job()))
    assert all(map(same, shorter, longer))
    assert not same(longer[1], longer[2])


@ENGINES
@pytest.mark.parametrize("activation", [("relu", torch.relu), ("silu", torch.nn.functional.silu)], ids=lambda a: a[0])
def test_engines_go_through_a_path_as_the_reference_does(engine, activation):
    given = job()
    mlp = MLP(engine=engine, hidden=(9, 8), activation=activation[0], epochs=4, batch_size=32)
    last = mlp.train(on_path(given))[-1]
    X, y = torch.tensor(given.X), torch.tensor(given.y)
    layers = reference.train(
        X, y, "jacobian", PATH[-1], 0, (9, 8), activation[1], epochs=4, batch_size=32, path=PATH[:-1]
    )
    for weight, bias, (true_weight, true_bias) in zip(last.weights, last.biases, layers, strict=True):
        torch.testing.assert_close(weight.double(), true_weight, atol=2e-5, rtol=1e-3)
        torch.testing.assert_close(bias.double(), true_bias, atol=2e-5, rtol=1e-3)


@ENGINES
def test_steps_get_steeper_as_the_strength_falls(engine):
    given = job(rows=320)
    steps = MLP(engine=engine, hidden=(32, 32), epochs=60, batch_size=32).train(on_path(given))
    first, second, third = (np.mean(step.gradient(given.X) ** 2) for step in steps)
    assert 2 * first < second < third


@pytest.mark.parametrize(("epochs", "steps", "each"), [(200, 10, 20), (205, 10, 20), (3, 10, 1)])
def test_the_steps_of_a_path_share_the_epochs_of_one_training(epochs, steps, each):
    assert MLP(epochs=epochs).for_path(steps) == MLP(epochs=each)


@ENGINES
@pytest.mark.parametrize(("rows", "max_steps", "epochs"), [(75, 14, 4), (75, 2, 1), (64, 14, 7), (75, 100, 9)])
def test_training_ends_with_the_last_epoch_that_lies_within_its_steps(engine, rows, max_steps, epochs):
    given, options = job(rows=rows), {"engine": engine, "hidden": (8,), "batch_size": 32}  # 75 rows are 3 steps
    (trained,) = MLP(epochs=9, max_steps=max_steps, **options).train([given])
    assert same(trained, MLP(epochs=epochs, **options).train([given])[0])


def test_jobs_with_fewer_rows_train_for_more_epochs_beside_others():
    mlp = MLP(hidden=(8,), epochs=50, max_steps=12, batch_size=32, stopping="early", patience=1000)
    few, many = mlp.train([job(rows=64), job(rows=380)])
    assert same(few, mlp.train([job(rows=64)])[0])
    assert same(many, mlp.train([job(rows=380)])[0])


def test_the_steps_of_a_path_share_the_limit_of_one_training():
    assert MLP(epochs=200, max_steps=8000).for_path(10) == MLP(epochs=20, max_steps=800)
    assert MLP(epochs=200, max_steps=5).for_path(10) == MLP(epochs=20, max_steps=1)


def test_a_limit_of_steps_is_part_of_the_identity_only_where_there_is_one():
    assert "max_steps" not in MLP().identity()["options"]
    assert MLP(max_steps=10).identity() != MLP(max_steps=20).identity() != MLP().identity()


def validation_error(trained, given):
    X, y = given.validation
    return np.mean((trained.predict(X) - y) ** 2)


@ENGINES
def test_an_early_stop_keeps_the_epoch_with_the_lowest_validation_error(engine):
    given = replace(job(Unregularized()), y=np.random.default_rng(0).normal(size=75))  # all noise: soon too much
    options = {"engine": engine, "hidden": (30,), "batch_size": 32, "learning_rate": 0.02}
    (stopped,) = MLP(epochs=60, stopping="early", patience=5, **options).train([given])
    each = [MLP(epochs=epochs, **options).train([given])[0] for epochs in range(1, 30)]
    errors = [validation_error(trained, given) for trained in each]
    best = next(
        place
        for place in range(24)
        if errors[place] < min(errors[place + 1 : place + 6]) and errors[place] == min(errors[: place + 1])
    )
    assert same(stopped, each[best])
    assert f"mlp: stopped after {best + 6} of 60 epochs, the best was {best + 1}" in stopped.notes


@ENGINES
def test_a_step_that_stops_early_hands_its_best_weights_to_the_next(engine):
    given = job()
    mlp = MLP(engine=engine, hidden=(30,), epochs=30, batch_size=32, learning_rate=0.05, stopping="early", patience=2)
    steps = mlp.train(on_path(given, (1.0, 0.9)))
    first, second = (validation_error(step, given) for step in steps)
    assert not same(*steps)
    assert second < 2 * first  # it went on, and did not begin anew
    assert same(steps[0], mlp.train([replace(given, strength=1.0)])[0])


def test_an_early_stop_without_validation_rows_says_what_is_lacking():
    with pytest.raises(PluginError, match=r"stopping: early needs validation rows; set prepare\.validation"):
        MLP(stopping="early").train([replace(job(), validation=None)])


def test_patience_without_an_early_stop_is_refused():
    with pytest.raises(ValidationError, match="patience: 5 is for an early stop, and none is asked for"):
        MLP(patience=5)


def test_early_stopping_is_part_of_the_identity_only_where_it_is_asked_for():
    assert MLP().identity()["options"].keys().isdisjoint({"stopping", "patience"})
    assert MLP(stopping="early").identity() != MLP(stopping="early", patience=5).identity() != MLP().identity()
