"""Networks that are trained on labels of 0 and 1: both engines, by the cross-entropy of log-odds and the penalties."""

import numpy as np
import pytest
import torch

from smoothdistill_core import TrainingJob
from smoothdistill_core.formula.likelihood import log_losses, probability
from smoothdistill_mlp import reference
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

ENGINES = ["torch", "compiled"]
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "silu": torch.nn.functional.silu}


def labels(rows=320, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3))
    log_odds = 2.0 * X[:, 0] * X[:, 1] + X[:, 2]
    return X, (rng.random(rows) < probability(log_odds)).astype(float), log_odds


def job(regularizer=Unregularized(), strength=0.0, seed=0, validation=None):  # noqa: B008 frozen, like a number
    X, y, _ = labels()
    return TrainingJob(X, y, regularizer, strength, seed, loss="logistic", validation=validation)


@pytest.mark.parametrize("hidden", [(), (20,), (20, 10)], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("regularizer", [Unregularized(), L2(), Jacobian(), Lipschitz()], ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_trains_on_labels_as_the_reference_does(engine, regularizer, activation, hidden):
    rate = 1e-5 if isinstance(regularizer, Lipschitz) else 0.01
    options = {"hidden": hidden, "epochs": 3, "batch_size": 32, "learning_rate": rate}
    X, y, _ = labels()
    data = torch.tensor(X), torch.tensor(y)
    function = ACTIVATIONS[activation]
    layers = reference.train(*data, regularizer.name, 0.1, seed=0, activation=function, loss="logistic", **options)
    (trained,) = MLP(engine=engine, activation=activation, **options).train([job(regularizer, 0.1)])
    for (weight, bias), its_weight, its_bias in zip(layers, trained.weights, trained.biases, strict=True):
        torch.testing.assert_close(its_weight.double(), weight, atol=2e-6, rtol=0)
        torch.testing.assert_close(its_bias.double(), bias, atol=2e-6, rtol=0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_teacher_of_labels_predicts_log_odds(engine):
    options = {"hidden": (30,), "epochs": 60, "batch_size": 32, "learning_rate": 0.01}
    (trained,) = MLP(engine=engine, **options).train([job(Jacobian(), 0.01)])
    X, y, log_odds = labels(2000, seed=1)
    found = trained.predict(X)
    assert np.corrcoef(found, log_odds)[0, 1] > 0.9
    assert log_losses(found, y).mean() < 0.55  # the best constant has 0.69


@pytest.mark.parametrize("engine", ENGINES)
def test_a_teacher_of_labels_is_the_same_beside_one_of_numbers(engine):
    mlp = MLP(engine=engine, hidden=(8,), epochs=2)
    X, y, _ = labels()
    of_numbers = TrainingJob(X, y, Jacobian(), 0.1, 0)
    together = mlp.train([of_numbers, job(Jacobian(), 0.1)])
    alone = [*mlp.train([of_numbers]), *mlp.train([job(Jacobian(), 0.1)])]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert not np.array_equal(together[0].predict(X), together[1].predict(X))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_early_stop_is_judged_by_the_log_loss(engine):
    X, y, _ = labels(200, seed=3)
    mlp = MLP(engine=engine, hidden=(60,), epochs=150, batch_size=32, learning_rate=0.02, stopping="early", patience=10)
    (stopped,) = mlp.train([job(validation=(X, y))])
    (to_the_end,) = mlp.model_copy(update={"stopping": None, "patience": None}).train([job()])
    assert any("stopped after" in note for note in stopped.notes)
    assert log_losses(stopped.predict(X), y).mean() < log_losses(to_the_end.predict(X), y).mean()


def test_a_strength_that_is_set_anew_follows_the_log_loss():
    X, y, _ = labels(200, seed=3)
    mlp = MLP(engine="torch", hidden=(8,), epochs=3)
    (trained,) = mlp.train([job(Jacobian(adapt="balance"), 0.1, validation=(X, y))])
    assert np.isfinite(trained.predict(X)).all()


def test_log_odds_of_sure_rows_do_not_overflow():
    X, _, _ = labels()
    far = TrainingJob(1e4 * X, (X[:, 0] > 0).astype(float), Unregularized(), 0.0, 0, loss="logistic")
    for engine in ENGINES:
        (trained,) = MLP(engine=engine, hidden=(), epochs=2).train([far])
        assert np.isfinite(trained.predict(X)).all()
