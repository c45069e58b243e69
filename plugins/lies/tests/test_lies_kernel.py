"""The compiled training step has the gradient of the loss as autograd sees it, and trains the same everywhere."""

import math

import numpy as np
import pytest
import torch

from smoothdistill_lies.architecture import Architecture, initial
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.compiled_network import forward, room_for
from smoothdistill_lies.compiled_training import (
    STEEPEST,
    Data,
    Phase,
    State,
    add_pull,
    importance,
    loss_gradient,
    train_epoch,
)
from smoothdistill_lies.training import outputs
from smoothdistill_lies.unit_functions import LEAST_LOG, MOST_EXP

ARCHITECTURES = [Architecture(1, 2, 4), Architecture(3, 4, 4), Architecture(2, 3, 3), Architecture(6, 7, 4)]


def network(architecture, rows=37, spread=0.3):
    rng = np.random.default_rng(architecture.size)
    theta = initial(architecture, 0.3, rng) + spread * rng.normal(size=architecture.size)
    X, y = rng.normal(size=(rows, architecture.inputs)), rng.normal(size=rows)
    return theta, X, y, rng.uniform(0.5, 2.0, rows)


def room_of(architecture, X):
    room = room_for(architecture.layout, len(X))
    room.z[0], room.z[1 : 1 + architecture.inputs] = 1.0, X.T
    return room


def by_torch(architecture, theta, X, y, weights):
    """The loss as the paper states it, written for reading: every skip adds to the input of its own layer only."""
    place = 0

    def take(rows, columns):
        nonlocal place
        place += rows * columns
        return theta[place - rows * columns : place].reshape(rows, columns)

    stages, penalty = [torch.cat([torch.ones(len(X), 1, dtype=X.dtype), X], 1)], 0.0
    for layer in range(architecture.layers + 1):
        signal = stages[-1]
        for stage in stages[:-1] if layer else []:
            signal = signal + stage @ take(architecture.units, stage.shape[1]).T
        if layer == architecture.layers:
            output = (signal @ take(1, signal.shape[1]).T + take(1, 1))[:, 0]
            break
        a = signal @ take(architecture.units, signal.shape[1]).T
        bridges = take(1, architecture.units)
        units = [a[:, 0], torch.exp(a[:, 1].clamp(max=4.0)), torch.log(a[:, 2].clamp(min=0.005))]
        units += [torch.sin(a[:, 3])] if architecture.units == 4 else []
        penalty = penalty + (a[:, 1] - 4.0).clamp(min=0.0) + (0.005 - a[:, 2]).clamp(min=0.0)
        stages.append(torch.stack(units, 1) * bridges)
    assert place == len(theta)
    off = (output - y).abs()
    growth = torch.exp(off.clamp(max=STEEPEST)) + (off - STEEPEST).clamp(min=0.0) * math.e**STEEPEST
    return output, (weights * (growth + penalty)).mean()


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_the_gradient_is_that_of_autograd(architecture):
    theta, X, y, weights = network(architecture)
    room = room_of(architecture, X)
    gradient = np.empty_like(theta)
    loss = loss_gradient(gradient, theta, y, weights, architecture.layout, room)
    leaf = torch.tensor(theta, requires_grad=True)
    _, wanted = by_torch(architecture, leaf, *map(torch.tensor, (X, y, weights)))
    wanted.backward()
    assert loss == pytest.approx(wanted.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-8, atol=1e-10 * np.abs(gradient).max())


def test_both_guards_are_among_what_the_gradient_was_compared_on():
    below = above = False
    for architecture in ARCHITECTURES:
        theta, X, *_ = network(architecture)
        room = room_of(architecture, X)
        forward(theta, architecture.layout, room)
        arguments = room.p[: architecture.layers * architecture.units].reshape(architecture.layers, -1, len(X))
        above |= bool((arguments[:, 1] > MOST_EXP).any())
        below |= bool((arguments[:, 2] < LEAST_LOG).any())
    assert above
    assert below


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_the_pull_of_admm_is_that_of_autograd(architecture):
    rng = np.random.default_rng(1)
    theta, split = rng.normal(size=architecture.size), rng.normal(size=(2, architecture.size))
    gradient = np.zeros_like(theta)
    add_pull(gradient, theta, split, architecture.linear, 0.9)
    leaf = torch.tensor(theta, requires_grad=True)
    moved = leaf - torch.tensor(split[0]) + torch.tensor(split[1])
    (0.45 * sum(torch.linalg.norm(moved[m.places]) for m in architecture.modules if m.linear)).backward()
    np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_importance_is_the_mean_of_what_each_weight_does_to_the_output(architecture):
    theta, X, y, weights = network(architecture, rows=5)
    wanted = np.zeros_like(theta)
    for row in range(5):
        leaf = torch.tensor(theta, requires_grad=True)
        by_torch(architecture, leaf, *(torch.tensor(a[row : row + 1]) for a in (X, y, weights)))[0].sum().backward()
        wanted += np.abs(theta * leaf.grad.numpy()) / 5
    np.testing.assert_allclose(importance(theta, X, architecture.layout), wanted, atol=1e-10)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_a_circuit_computes_what_its_network_does(architecture):
    theta, X, *_ = network(architecture)
    scales = np.random.default_rng(2).uniform(0.5, 2.0, architecture.inputs)
    circuit = Circuit.of(architecture, theta, scales)
    features = np.vstack([np.ones(len(X)), (X * scales).T])
    np.testing.assert_allclose(circuit.values(features)[-1], outputs(architecture, theta, X), rtol=1e-9, atol=1e-9)


def trained(offset):
    """Train one epoch with all arrays ``offset`` numbers away from where memory is aligned."""
    architecture = Architecture(2, 3, 4)
    theta, X, y, weights = (moved(array, offset) for array in network(architecture, rows=300, spread=0.0))
    order = np.random.default_rng(0).integers(0, 300, 30 * 50)
    phase = Phase(1, sparsity=0.05, rho=0.9, threshold=1e-3, decay=1.0)
    train_epoch(State.of(theta), Data(X, y, weights), order, 50, architecture.layout, phase, 0.015)
    return theta


def moved(array, offset):
    room = np.empty(array.size + offset)
    room[offset:] = array.ravel()
    return room[offset:].reshape(array.shape)


def test_training_gives_the_same_digits_wherever_memory_lies():
    assert all((trained(offset) == trained(0)).all() for offset in range(1, 8))


def test_a_network_that_diverges_is_seen():
    architecture = Architecture(1, 2, 4)
    theta, X, y, weights = network(architecture)
    order = np.arange(37)
    phase = Phase(1, sparsity=0.0, rho=0.0, threshold=0.0, decay=1.0)
    data = Data(X, y * np.nan, weights)
    assert not train_epoch(State.of(theta), data, order, 37, architecture.layout, phase, 0.015)
