"""The two engines: the same gradients, the same start and batches, results equal within noise."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from smoothdistill_core import PenaltyContext, PluginError, Regularizer, TrainingJob
from smoothdistill_mlp import compiled_engine
from smoothdistill_mlp.compiled_kernel import loss_gradient, train_epoch
from smoothdistill_mlp.compiled_kernel_inputs import ACTIVATIONS as CODES
from smoothdistill_mlp.compiled_kernel_inputs import Memory, Penalty, Perceptron
from smoothdistill_mlp.compiled_memory import SIGNAL, rows_of
from smoothdistill_mlp.compiled_penalty_codes import code_of
from smoothdistill_mlp.engine_choice import engine_for
from smoothdistill_mlp.teacher import MLP
from smoothdistill_mlp.torch_network import ACTIVATIONS, PerceptronNetwork
from smoothdistill_smoothness.curvature import Curvature
from smoothdistill_smoothness.few_inputs import GradientL1, InputGroup
from smoothdistill_smoothness.monotone import Monotone
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

REGULARIZERS = [
    Unregularized(),
    L2(),
    Jacobian(),
    Lipschitz(),
    Lipschitz(norm="sum"),
    GradientL1(),
    InputGroup(),
    Monotone(rising=["x0"], falling=["x1"]),
]
STRENGTH = 0.37


class Own(Regularizer):
    """A third party's penalty."""

    name = "own"

    def penalty(self, net, x):
        return net.jacobian(x).abs().mean()


class Impostor(Jacobian):
    """Another plugin's jacobian."""

    def penalty(self, net, x):
        return net.jacobian(x).abs().mean()


def layers_of(flat, widths):
    """Return the weights and biases that a flat array of parameters holds."""
    sizes = [size for into, out in pairwise(widths) for size in (out * into, out)]
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    weights = [part.reshape(out, into) for part, (into, out) in zip(parts[::2], pairwise(widths), strict=True)]
    return weights, parts[1::2]


def gradients(widths, activation, regularizer, dtype, rows=11, size=16):
    """Return the gradient of one batch by the kernel, and by autograd."""
    rng = np.random.default_rng(len(widths))
    count = sum(out * (into + 1) for into, out in pairwise(widths))
    flat = (0.3 * rng.normal(size=count)).astype(dtype)
    X, y = rng.normal(size=(rows, widths[0])).astype(dtype), rng.normal(size=rows).astype(dtype)
    weights, biases = layers_of(flat, widths)
    vectors = [(u[:, 0].copy(), vh[0].copy()) for u, _, vh in map(np.linalg.svd, weights)]

    network = Perceptron(flat, np.array(widths), CODES[activation])
    joined = np.concatenate([part for pair in vectors for part in pair])
    memory = Memory.of(network, size)
    rows_of(memory, SIGNAL, 0, rows)[:] = X
    found = np.empty_like(flat)
    names = [f"x{place}" for place in range(widths[0])]
    signs = np.array(regularizer.signs(names) if isinstance(regularizer, Monotone) else [], dtype)
    loss_gradient(found, network, Penalty(code_of(regularizer), dtype(STRENGTH), joined, signs), y, y[:0], memory)

    leaves = [torch.tensor(part, requires_grad=True) for part in (*weights, *biases)]
    half = len(weights)
    shapes = [weight.shape for weight in weights]
    known = [(torch.tensor(u), torch.tensor(v)) for u, v in vectors]
    net = PerceptronNetwork(leaves[:half], leaves[half:], ACTIVATIONS[activation], shapes, known)
    x = torch.tensor(X)
    loss = ((net(x) - torch.tensor(y)) ** 2).mean()
    if regularizer.strengths:
        loss = loss + STRENGTH * regularizer.evaluate(net, x, PenaltyContext(names, torch.tensor(y)))
    loss.backward()
    pairs = zip(leaves[:half], leaves[half:], strict=True)
    return found, np.concatenate([part.grad.numpy().ravel() for pair in pairs for part in pair])


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("regularizer", REGULARIZERS, ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("widths", [(3, 1), (3, 5, 1), (4, 7, 6, 1), (3, 6, 5, 4, 1), (2, 8, 7, 6, 5, 1)], ids=str)
def test_the_compiled_gradient_equals_autograd(widths, activation, regularizer, dtype, tolerance):
    found, expected = gradients(widths, activation, regularizer, dtype)
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * np.abs(expected).max())


def job(regularizer, strength, seed, rows=320):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 4))
    y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * rng.normal(size=rows)
    return TrainingJob(X, (y - y.mean()) / y.std(), regularizer, strength, seed)


@pytest.mark.parametrize("regularizer", REGULARIZERS, ids=str)
def test_both_engines_start_from_the_same_weights_and_see_the_same_batches(regularizer):
    options = {"hidden": (20, 10), "epochs": 1, "batch_size": 32}
    jobs = [job(regularizer, 0.1, seed) for seed in range(2)]
    for one, other in zip(
        MLP(engine="torch", **options).train(jobs), MLP(engine="compiled", **options).train(jobs), strict=True
    ):
        for a, b in zip(one.weights + one.biases, other.weights + other.biases, strict=True):
            torch.testing.assert_close(a, b, atol=2e-4, rtol=1e-3)


def test_a_smaller_last_batch_sets_the_singular_vectors_of_no_engine_ahead():
    options = {"hidden": (7, 5), "epochs": 6, "batch_size": 16, "activation": "relu", "learning_rate": 0.01}
    ragged = [job(Lipschitz(), 0.1, 0, rows=50)]
    (one,), (other,) = (MLP(engine=engine, **options).train(ragged) for engine in ("torch", "compiled"))
    for a, b in zip(one.weights, other.weights, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize("regularizer", REGULARIZERS, ids=str)
def test_both_engines_train_equally_well(regularizer):
    options = {"hidden": (40, 40), "epochs": 60, "batch_size": 32}
    jobs = [job(regularizer, 0.05, seed) for seed in range(5)]
    r2 = {
        engine: np.array(
            [
                1 - np.mean((trained.predict(one.X) - one.y) ** 2)
                for one, trained in zip(jobs, MLP(engine=engine, **options).train(jobs), strict=True)
            ]
        )
        for engine in ("torch", "compiled")
    }
    assert abs(r2["torch"].mean() - r2["compiled"].mean()) < 0.01


def test_auto_takes_the_compiled_engine_where_it_can_and_says_which():
    mlp = MLP(hidden=(8,), epochs=1)
    mixed = mlp.train([job(Own(), 0.1, 0), job(Jacobian(), 0.1, 0), job(Impostor(), 0.1, 0)])
    assert [trained.notes[0] for trained in mixed] == [
        "mlp: trained by the torch engine",
        "mlp: trained by the compiled engine",
        "mlp: trained by the torch engine",
    ]
    assert engine_for(MLP(device="cuda"), Jacobian()) == "torch"


def test_the_compiled_engine_accepts_built_in_penalties_only():
    assert MLP(engine="compiled").accepts(Lipschitz(norm="sum"))
    assert not MLP(engine="compiled").accepts(Own())
    assert MLP(engine="torch").accepts(Own())
    assert not MLP(engine="compiled").accepts(Curvature())
    with pytest.raises(PluginError, match="the compiled engine does not know 'own'; use engine: torch"):
        MLP(engine="compiled").train([job(Own(), 0.1, 0)])
    with pytest.raises(ValidationError, match="the compiled engine runs on the CPU, not on cuda"):
        MLP(engine="compiled", device="cuda")


def test_threads_change_no_result():
    jobs = [job(Jacobian(), strength, 0) for strength in (0.1, 0.3, 0.5)]
    mlp = MLP(engine="compiled", hidden=(20, 20), epochs=3)
    for one, other in zip(mlp.train(jobs), mlp.train([replace(one, threads=2) for one in jobs]), strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one.weights, other.weights, strict=True))


def test_no_number_of_the_optimiser_is_so_small_that_processors_are_slow_with_it(monkeypatch):
    X = np.random.default_rng(0).normal(size=(32, 2)) * [1.0, 0.0]
    optimisers = []

    def watched(network, penalty, adam, *rest):
        optimisers.append(adam)
        return train_epoch(network, penalty, adam, *rest)

    monkeypatch.setattr(compiled_engine, "train_epoch", watched)
    # nothing but decay acts on the weights of a column of zeros
    MLP(engine="compiled", hidden=(4,), epochs=300, batch_size=1).train([TrainingJob(X, X[:, 0], L2(), 1e-4, 0)])
    sizes = np.abs([optimisers[-1].first, optimisers[-1].second])
    assert ((sizes == 0) | (sizes >= np.finfo(np.float32).tiny)).all()


def test_a_network_of_flat_pieces_takes_no_penalty_of_curvature():
    assert MLP(activation="silu").accepts(Curvature())
    assert not MLP(activation="relu").accepts(Curvature())
