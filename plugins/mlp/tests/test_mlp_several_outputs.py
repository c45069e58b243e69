"""Networks of several outputs: as the reference trains them, each output a teacher by itself."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from smoothdistill_core import TrainingJob
from smoothdistill_mlp import reference
from smoothdistill_mlp.teacher import MLP
from smoothdistill_mlp.torch_network import ACTIVATIONS as FUNCTIONS
from smoothdistill_mlp.torch_network import PerceptronNetwork
from smoothdistill_smoothness.curvature import Curvature
from smoothdistill_smoothness.few_inputs import GradientL1
from smoothdistill_smoothness.monotone import Monotone
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "silu": torch.nn.functional.silu}


def rows(count=320, seed=0):
    X = np.random.default_rng(seed).normal(size=(count, 4))
    Y = np.column_stack([np.sin(2 * X[:, 0]), X[:, 1] * X[:, 2], X[:, 0] - X[:, 3]])
    return X, (Y - Y.mean(axis=0)) / Y.std(axis=0)


def job(regularizer=Unregularized(), strength=0.0, seed=0, **more):  # noqa: B008 frozen, like a number
    return TrainingJob(*rows(), regularizer, strength, seed, **more)


@pytest.mark.parametrize("hidden", [(), (20,), (20, 10)], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("regularizer", [Unregularized(), L2(), Jacobian(), Lipschitz()], ids=str)
def test_a_network_of_several_outputs_is_trained_as_the_reference_does(regularizer, activation, hidden):
    rate = 1e-5 if isinstance(regularizer, Lipschitz) else 0.01
    options = {"hidden": hidden, "epochs": 3, "batch_size": 32, "learning_rate": rate}
    X, Y = (torch.tensor(each) for each in rows())
    function = ACTIVATIONS[activation]
    of_three = {**options, "epochs": 9}  # as many as three trainings have
    layers = reference.train(X, Y, regularizer.name, 0.1, seed=0, activation=function, **of_three)
    (trained,) = MLP(activation=activation, **options).train([job(regularizer, 0.1)])
    for (weight, bias), its_weight, its_bias in zip(layers, trained.weights, trained.biases, strict=True):
        torch.testing.assert_close(its_weight.double(), weight, atol=2e-6, rtol=0)
        torch.testing.assert_close(its_bias.double(), bias, atol=2e-6, rtol=0)


def test_each_output_is_a_teacher_of_one_target():
    X, Y = rows()
    mlp = MLP(hidden=(16, 16), epochs=30, learning_rate=0.01)
    (trained,) = mlp.train([job(Jacobian(), 0.01)])
    assert trained.predict(X).shape == (320, 3)
    assert trained.gradient(X).shape == (320, 3, 4)
    assert ((trained.predict(X) - Y) ** 2).mean() < 0.2
    for place, one in enumerate(trained.outputs()):
        again = mlp.load(one.save())
        np.testing.assert_allclose(again.predict(X), trained.predict(X)[:, place], atol=1e-12)
        np.testing.assert_allclose(again.gradient(X), trained.gradient(X)[:, place], atol=1e-12)
        assert np.linalg.norm(again.gradient(X), axis=1).max() <= again.lipschitz_bound()


@pytest.mark.parametrize("shape", [(320, 1), (320, 0), (320, 3, 1)])
def test_one_target_has_no_columns(shape):
    with pytest.raises(ValueError, match=r"y has the shape .*; it is \(n,\) of one target"):
        replace(job(), y=np.zeros(shape))


def test_a_network_of_several_outputs_is_the_same_beside_others():
    mlp = MLP(hidden=(8,), epochs=2)
    X, Y = rows()
    jobs = [job(Jacobian(), 0.1), job(Jacobian(), 0.3), TrainingJob(X, Y[:, 0], Jacobian(), 0.1, 0)]
    for one, other in zip(mlp.train(jobs), [mlp.train([each])[0] for each in jobs], strict=True):
        np.testing.assert_array_equal(one.predict(X), other.predict(X))


def test_the_compiled_engine_leaves_several_outputs_to_torch_and_says_so():
    (trained,) = MLP(engine="compiled", hidden=(8,), epochs=2).train([job()])
    (same,) = MLP(engine="torch", hidden=(8,), epochs=2).train([job()])
    assert any("the compiled one knows no networks of several outputs" in note for note in trained.notes)
    np.testing.assert_array_equal(trained.predict(rows()[0]), same.predict(rows()[0]))


def test_members_weights_paths_and_early_stops_go_with_several_outputs():
    X, _ = rows()
    mlp = MLP(hidden=(8,), epochs=4, members=2, stopping="early", batch_size=32)
    weights = np.linspace(0.5, 1.5, len(X))
    given = {"validation": rows(90, seed=1), "weights": weights, "validation_weights": np.ones(90)}
    (trained,) = mlp.train([job(Jacobian(), 0.01, path=(0.1,), **given)])
    for place, one in enumerate(trained.outputs()):
        np.testing.assert_allclose(mlp.load(one.save()).predict(X), trained.predict(X)[:, place], atol=1e-12)
        assert one.spread(X).shape == (len(X),)


def test_weights_of_rows_count_in_each_output():
    X, Y = rows()
    weights = np.where(np.arange(len(X)) < 160, 2.0, 0.0)
    given = {"weights": torch.tensor(weights), "activation": torch.nn.functional.silu, "hidden": (8,), "batch_size": 32}
    layers = reference.train(torch.tensor(X), torch.tensor(Y), "none", 0.0, 0, epochs=3, **given)
    (trained,) = MLP(hidden=(8,), batch_size=32, epochs=1).train([job(weights=weights)])
    torch.testing.assert_close(trained.weights[0].double(), layers[0][0], atol=2e-6, rtol=0)


def test_so_many_targets_have_the_epochs_of_three_trainings_at_most():
    X, Y = rows()
    seven = np.column_stack([Y, Y, Y[:, 0]])
    given = replace(job(validation=(X, np.full_like(seven, 1e6))), y=seven)
    for options in ({"epochs": 2}, {"epochs": 100, "max_steps": 2 * -(-len(X) // 128)}):
        (trained,) = MLP(hidden=(8,), stopping="early", patience=1, **options).train([given])
        assert any("of 6 epochs" in note for note in trained.notes)


@pytest.mark.parametrize("regularizer", [Jacobian(adapt="balance"), Curvature(), GradientL1(), Monotone(rising=["x0"])])
def test_every_penalty_of_the_plugin_knows_several_outputs(regularizer):
    (trained,) = MLP(hidden=(8,), epochs=2).train([job(regularizer, 0.1)])
    assert np.isfinite(trained.predict(rows()[0])).all()


def network(outputs, seed=0):
    drawn = torch.Generator().manual_seed(seed)
    shapes = [(12, 4), (10, 12), (outputs, 10)]
    weights = [torch.randn(shape, generator=drawn, dtype=torch.float64) for shape in shapes]
    biases = [torch.randn(out, generator=drawn, dtype=torch.float64) for out, _ in shapes]
    noise = lambda shape: torch.randn(shape, generator=drawn, dtype=torch.float64)  # noqa: E731
    return PerceptronNetwork(weights, biases, FUNCTIONS["tanh"], shapes, noise=noise)


def test_the_penalty_is_the_squared_frobenius_norm_of_the_jacobian():
    net, x = network(3), torch.randn(50, 4, dtype=torch.float64)
    exact = torch.func.vmap(torch.func.jacrev(lambda row: net(row.unsqueeze(0))[0]))(x)
    torch.testing.assert_close(net.jacobian(x), exact)
    torch.testing.assert_close(Jacobian().penalty(net, x), (exact**2).sum(dim=(1, 2)).mean())


def test_of_many_outputs_the_norm_is_estimated_without_bias():
    net, x = network(40), torch.randn(64, 4, dtype=torch.float64)
    exact = (net.jacobian(x) ** 2).sum(dim=(1, 2)).mean()
    drawn = torch.stack([Jacobian().penalty(net, x) for _ in range(400)])
    assert drawn.std() > 0
    assert drawn.mean().item() == pytest.approx(exact.item(), rel=0.02)
    finer = torch.stack([Jacobian(projections=10).penalty(net, x) for _ in range(100)])
    assert finer.mean().item() == pytest.approx(exact.item(), rel=0.02)
    assert finer.std() < drawn.std() / 2
    assert Jacobian(projections=40).penalty(net, x) == exact


def test_the_option_for_many_outputs_changes_nothing_that_was_found_before():
    assert "projections" not in Jacobian().identity()["options"]
    assert Jacobian(projections=2).identity() != Jacobian().identity()
