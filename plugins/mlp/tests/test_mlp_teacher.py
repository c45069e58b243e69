"""The perceptron teacher: exact gradients and norms, results that neighbours cannot change."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from smoothdistill_core import PluginError, Regularizer, TrainingJob
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.testing import ConformanceError, teachers
from smoothdistill_mlp.teacher import MLP
from smoothdistill_mlp.torch_network import ACTIVATIONS, PerceptronNetwork
from smoothdistill_mlp.torch_stack import Stack
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

ARCHITECTURES = [(), (5,), (7, 6), (6, 5, 4), (8, 7, 6, 5)]


def data(rows=96, inputs=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, inputs))
    y = np.sin(2 * X[:, 0]) + X[:, -1] ** 2
    return X, (y - y.mean()) / y.std()


def job(regularizer=None, strength=0.3, seed=0, **shape):
    return TrainingJob(*data(**shape), regularizer or Unregularized(), strength, seed)


def random_network(hidden, activation, inputs=3, dtype=torch.float64):
    generator = torch.Generator().manual_seed(1)
    widths = [inputs, *hidden, 1]
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    weights = [torch.randn(shape, generator=generator, dtype=dtype).requires_grad_() for shape in shapes]
    biases = [torch.randn(shape[0], generator=generator, dtype=dtype).requires_grad_() for shape in shapes]
    return PerceptronNetwork(weights, biases, ACTIVATIONS[activation], shapes), weights, biases


def same_weights(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.weights + one.biases, other.weights + other.biases, strict=True))


def test_training_explains_a_smooth_function():
    X, y = data(rows=400)
    (trained,) = MLP(hidden=(64, 64), epochs=80, batch_size=32).train([TrainingJob(X, y, Unregularized(), 0.0, 0)])
    assert np.mean((trained.predict(X) - y) ** 2) < 0.02


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ARCHITECTURES)
def test_the_jacobian_equals_autograd(hidden, activation):
    net, *_ = random_network(hidden, activation)
    x = torch.randn(20, 3, dtype=torch.float64, requires_grad=True)
    (expected,) = torch.autograd.grad(net(x).sum(), x)
    torch.testing.assert_close(net.jacobian(x), expected)


@pytest.mark.parametrize("activation", ["tanh", "silu", "relu"])
@pytest.mark.parametrize("hidden", ARCHITECTURES)
def test_the_gradient_of_the_jacobian_penalty_equals_double_backpropagation(hidden, activation):
    net, weights, _ = random_network(hidden, activation)
    x = torch.randn(20, 3, dtype=torch.float64, requires_grad=True)
    (jacobian,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
    plain = (jacobian**2).sum(dim=1).mean()
    expected = torch.autograd.grad(plain, weights, retain_graph=True, allow_unused=True)
    found = torch.autograd.grad(Jacobian().penalty(net, x), weights)
    torch.testing.assert_close(found, expected)


def spectral_errors(stack):
    """Return the relative errors of all layers' spectral norms, as penalties see them, against the exact ones."""
    weights, biases = stack.parameters()
    stacked = stack.singular_vectors()
    norms, errors = [], []
    for k in range(len(stack)):
        own = ([w[k] for w in weights], [b[k] for b in biases])
        net = PerceptronNetwork(*own, ACTIVATIONS["relu"], stack.shapes, [(u[k], v[k]) for u, v in stacked])
        norms.append(Lipschitz().penalty(net, torch.empty(0)))
        exact = [torch.linalg.matrix_norm(weight.detach(), ord=2).item() for weight in net.linear_weights]
        errors += [found.item() / true - 1 for found, true in zip(net.spectral_norms(), exact, strict=True)]
    return np.abs(errors), torch.stack(norms).sum()


@pytest.mark.parametrize("hidden", ARCHITECTURES)
def test_spectral_norms_are_exact_at_the_start(hidden):
    errors, _ = spectral_errors(Stack([job(seed=1), job(seed=2)], hidden, 0.001, "cpu"))
    assert errors.max() < 1e-6


@pytest.mark.parametrize("hidden", ARCHITECTURES)
def test_spectral_norms_reach_the_exact_ones_when_the_weights_rest(hidden):
    stack = Stack([job(seed=1), job(seed=2)], hidden, 0.1, "cpu")
    stack.step(spectral_errors(stack)[1])
    for _ in range(300):
        stack.singular_vectors()
    assert spectral_errors(stack)[0].max() < 1e-4


@pytest.mark.parametrize("hidden", [(5,), (100, 100)])
def test_spectral_norms_follow_weights_that_are_driven_down(hidden):
    stack = Stack([job(seed=1), job(seed=2)], hidden, MLP().learning_rate, "cpu")
    errors = []
    for _ in range(300):
        found, norms = spectral_errors(stack)
        errors.append(found)
        stack.step(norms)
    # while two singular values change places, the iteration follows the one that led: a few per cent for a moment
    assert np.mean(errors) < 0.02


def test_predictions_gradients_and_bounds_agree_with_the_weights():
    X, _ = data()
    (trained,) = MLP(hidden=(9, 8), epochs=2, activation="tanh").train([job(Jacobian())])
    step = 1e-6
    for column in range(X.shape[1]):
        shift = np.zeros(X.shape[1])
        shift[column] = step
        slope = (trained.predict(X + shift) - trained.predict(X - shift)) / (2 * step)
        np.testing.assert_allclose(trained.gradient(X)[:, column], slope, atol=1e-6)
    norms = [np.linalg.norm(weight.numpy(), ord=2) for weight in trained.weights]
    assert trained.lipschitz_bound() == pytest.approx(np.prod(norms), rel=1e-5)
    assert np.linalg.norm(trained.gradient(X), axis=1).max() <= trained.lipschitz_bound()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_are_those_that_lead_to_the_prediction(activation):
    X, _ = data()
    (trained,) = MLP(hidden=(9, 8), epochs=2, activation=activation).train([job(Jacobian())])
    first, last = trained.activations(X)
    assert first.shape == (len(X), 9)
    weight, bias = trained.weights[-1].double().numpy(), trained.biases[-1].double().numpy()
    np.testing.assert_allclose(last @ weight[0] + bias[0], trained.predict(X), rtol=1e-12)


@pytest.mark.parametrize("engine", ["torch", "compiled"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "regularizer", [Unregularized(), L2(), Jacobian(), Lipschitz(), Lipschitz(norm="sum")], ids=str
)
@pytest.mark.parametrize(
    ("rows", "inputs", "hidden", "batch"), [(96, 3, (11, 7), 32), (75, 5, (13,), 64), (40, 1, (), 128)]
)
def test_a_result_does_not_depend_on_its_neighbours(engine, activation, regularizer, rows, inputs, hidden, batch):
    mlp = MLP(engine=engine, hidden=hidden, activation=activation, epochs=3, batch_size=batch)
    jobs = [job(regularizer, strength, seed, rows=rows, inputs=inputs) for strength in (0.1, 0.7) for seed in range(8)]
    together = mlp.train(jobs)
    for place in (0, 5, 15):
        (alone,) = mlp.train([jobs[place]])
        assert same_weights(alone, together[place])
    for place, trained in zip((15, 3, 8), mlp.train([jobs[15], jobs[3], jobs[8]]), strict=True):
        assert same_weights(trained, together[place])


def test_a_mixed_sweep_comes_back_in_the_order_of_its_jobs():
    mlp = MLP(hidden=(8,), epochs=2)
    jobs = [job(Jacobian(), 0.5), job(), job(Lipschitz(), 0.1), job(Jacobian(), 0.1), job(rows=50)]
    for one, trained in zip(jobs, mlp.train(jobs), strict=True):
        assert same_weights(mlp.train([one])[0], trained)


def test_the_seed_decides_the_result():
    mlp = MLP(hidden=(8,), epochs=2)
    first, again, other = (mlp.train([job(seed=seed)])[0] for seed in (0, 0, 1))
    assert same_weights(first, again)
    assert not same_weights(first, other)


@pytest.mark.parametrize("engine", ["torch", "compiled"])
@pytest.mark.parametrize("rows", [1, 2, 31, 127, 129])
def test_any_number_of_rows_trains(engine, rows):
    X, y = np.linspace(-1, 1, rows)[:, None], np.linspace(0, 1, rows)
    for regularizer in (Unregularized(), Jacobian(), Lipschitz()):
        (trained,) = MLP(engine=engine, hidden=(4,), epochs=2).train([TrainingJob(X, y, regularizer, 0.1, 0)])
        assert np.isfinite(trained.predict(X)).all()


def test_stronger_penalties_give_smoother_teachers():
    X, _ = data(rows=320)
    for regularizer in (Jacobian(), Lipschitz()):
        jobs = [job(regularizer, strength, rows=320) for strength in (0.0, 0.3, 1.0)]
        smoothness = [
            np.mean(trained.gradient(X) ** 2) for trained in MLP(hidden=(32, 32), epochs=60, batch_size=32).train(jobs)
        ]
        assert smoothness[0] > 2 * smoothness[1] > 2 * smoothness[2]


def test_l2_equals_weight_decay_in_the_gradient():
    net, weights, biases = random_network((4,), "relu")
    found = torch.autograd.grad(L2().penalty(net, torch.empty(0)), (*weights, *biases))
    torch.testing.assert_close(found, (*weights, *biases))


def test_a_saved_teacher_comes_back_the_same():
    X, _ = data()
    mlp = MLP(hidden=(9,), epochs=2, activation="silu")
    (trained,) = mlp.train([job(Jacobian())])
    loaded = mlp.load(trained.save())
    np.testing.assert_array_equal(loaded.predict(X), trained.predict(X))
    np.testing.assert_array_equal(loaded.gradient(X), trained.gradient(X))


class Noisy(Regularizer):
    """Sensitivity to noise on the inputs: randomness through the network's own stream."""

    name = "noisy"

    def penalty(self, net, x):
        return ((net(x + 0.1 * net.noise(tuple(x.shape))) - net(x)) ** 2).mean()


class Branching(Regularizer):
    """Looks at a value in Python, which cannot be vectorised."""

    name = "branching"

    def penalty(self, net, x):
        slope = net.jacobian(x).abs().mean()
        return slope * 2 if slope.item() > 0.5 else slope


class Vector(Regularizer):
    """Forgets to reduce."""

    name = "vector"

    def penalty(self, net, x):
        return net.jacobian(x).sum(dim=1)


@pytest.mark.parametrize("rows", [64, 75])
def test_a_penalty_may_draw_noise_and_stays_independent_of_its_neighbours(rows):
    mlp = MLP(hidden=(8, 8), epochs=3, batch_size=32)
    jobs = [job(Noisy(), 1.0, seed, rows=rows) for seed in range(3)]
    together = mlp.train(jobs)
    assert same_weights(mlp.train([jobs[1]])[0], together[1])
    assert together[1].notes == ("mlp: trained by the torch engine",)


def test_a_penalty_that_cannot_be_vectorised_is_looped_and_says_so():
    mlp = MLP(hidden=(8, 8), epochs=3, batch_size=32)
    together = mlp.train([job(Branching(), 0.5, seed) for seed in range(3)])
    assert "'branching' cannot be vectorised" in together[0].notes[1]
    assert same_weights(mlp.train([job(Branching(), 0.5, 1)])[0], together[1])


class Secretive(Regularizer):
    """Draws noise that no seed of ours repeats."""

    name = "secretive"

    def penalty(self, net, x):
        return (net(x + torch.randn_like(x)) ** 2).mean()


def test_a_penalty_with_randomness_of_its_own_is_refused():
    with pytest.raises(PluginError, match=r"'secretive' draws random numbers of its own.*net.noise\(shape\)"):
        MLP(hidden=(4,), epochs=1).train([job(Secretive(), 1.0)])


def test_a_penalty_that_is_no_scalar_is_refused():
    with pytest.raises(PluginError, match=r"'vector': a penalty is a scalar tensor, not a tensor of shape \(32,\)"):
        MLP(hidden=(4,), epochs=1, batch_size=32).train([job(Vector(), 1.0)])


@pytest.mark.parametrize(
    "options",
    [
        *({"hidden": (0,)}, {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}),
        *({"activation": "gelu"}, {"device": "tpu"}, {"epochs": True}, {"widths": (3,)}),
    ],
    ids=str,
)
def test_bad_options_are_refused(options):
    with pytest.raises(ValidationError):
        MLP(**options)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
def test_a_device_that_is_not_there_is_a_clear_error():
    with pytest.raises(PluginError, match="device 'cuda' is not available here; use device: cpu"):
        MLP(device="cuda").train([job()])


class TowardsTarget(Regularizer):
    """Is steep where a named input stands in the data's own units and the target is large."""

    name = "towards_target"
    needs = frozenset({"jacobian"})

    def penalty(self, net, x, context):
        place = context.names.index("b")
        feature = context.scaling.features[place]
        there = feature.scale * x[:, place] + feature.mean + context.y
        return (there**2 * (net.jacobian(x) ** 2).sum(dim=1)).mean()


class LoopedTowardsTarget(TowardsTarget):
    """The same, in a way that cannot be vectorised."""

    def penalty(self, net, x, context):
        value = super().penalty(net, x, context)
        return value if value.item() < 1e9 else 0 * value


def scaling(mean):
    return Scaling(tuple(Feature(c, None, mean, 2.0, -5.0, 5.0) for c in "abc"), "y", "none", 0.0, 1.0)


@pytest.mark.parametrize(
    "regularizer", [TowardsTarget(), LoopedTowardsTarget()], ids=lambda one: one.__class__.__name__
)
@pytest.mark.parametrize("rows", [64, 75])
def test_each_network_of_a_stack_has_its_own_context(regularizer, rows):
    mlp = MLP(hidden=(8, 8), epochs=3, batch_size=32)
    means = (0.0, 0.0, 3.0)  # two of one stack, and one whose units are others
    jobs = [replace(job(regularizer, 1.0, seed, rows=rows), scaling=scaling(mean)) for seed, mean in enumerate(means)]
    jobs[1] = replace(jobs[1], y=-jobs[1].y)
    together = mlp.train(jobs)
    for one, alone in zip(together, (mlp.train([given])[0] for given in jobs), strict=True):
        assert same_weights(one, alone)
    other = mlp.train([replace(jobs[2], scaling=scaling(0.0))])[0]
    assert not same_weights(other, together[2])


def test_a_vectorised_penalty_gets_the_context_that_a_looped_one_gets():
    mlp = MLP(hidden=(8, 8), epochs=3, batch_size=32)
    found = [
        mlp.train([replace(job(one, 1.0, 0, rows=64), scaling=scaling(1.0))])[0]
        for one in (TowardsTarget(), LoopedTowardsTarget())
    ]
    assert [len(trained.notes) for trained in found] == [1, 2]
    X, _ = data()
    np.testing.assert_allclose(found[0].predict(X), found[1].predict(X), atol=1e-5)


class Curvature(Regularizer):
    """The squared Hessian along random directions, by forward differentiation of the Jacobian."""

    name = "curvature"
    needs = frozenset({"jacobian", "noise"})

    def penalty(self, net, x):
        return (torch.func.jvp(net.jacobian, (x,), (net.noise(tuple(x.shape)),))[1] ** 2).sum(dim=1).mean()


class BackwardCurvature(Curvature):
    """The same by double backpropagation."""

    def penalty(self, net, x):
        x = x.detach().requires_grad_()
        along = (net.jacobian(x) * net.noise(tuple(x.shape))).sum()
        return (torch.autograd.grad(along, x, create_graph=True)[0] ** 2).sum(dim=1).mean()


@pytest.mark.parametrize("activation", ["tanh", "silu"])
def test_the_jacobian_may_be_differentiated_in_the_batch(activation):
    net, *_ = random_network((7, 6), activation)
    x, along = torch.randn(20, 3, dtype=torch.float64), torch.randn(20, 3, dtype=torch.float64)
    hessians = torch.stack([torch.func.hessian(lambda row: net(row.unsqueeze(0))[0])(row) for row in x])
    expected = (hessians @ along.unsqueeze(2)).squeeze(2)
    torch.testing.assert_close(torch.func.jvp(net.jacobian, (x,), (along,))[1], expected)


def test_a_penalty_on_curvature_trains_and_makes_networks_straighter():
    mlp = MLP(hidden=(16, 16), activation="tanh", epochs=30, batch_size=32, learning_rate=0.01)
    given = [job(Curvature(), 0.3, rows=64), job(BackwardCurvature(), 0.3, rows=64)]
    forward, backward = mlp.train(given)
    assert forward.notes == backward.notes == ("mlp: trained by the torch engine",)  # both are vectorised
    (plain,) = mlp.train([job(strength=0.0, rows=64)])
    X, _ = data()
    np.testing.assert_allclose(forward.predict(X), backward.predict(X), atol=1e-3)

    def bends(trained):
        return np.abs(trained.predict(X + 0.3) - 2 * trained.predict(X) + trained.predict(X - 0.3)).mean()

    assert bends(forward) < 0.5 * bends(plain)


def test_a_jacobian_that_is_cut_off_from_the_batch_is_found_out(monkeypatch):
    exact = PerceptronNetwork.jacobian
    monkeypatch.setattr(PerceptronNetwork, "jacobian", lambda net, x: exact(net, x.detach()))
    with pytest.raises(ConformanceError, match=r"changes nothing, and the curvature is(.|\n)*without x\.detach\(\)"):
        teachers.check_penalties_may_measure_curvature(MLP(hidden=(8,), activation="tanh", epochs=3, batch_size=32))
