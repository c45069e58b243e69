"""The compiled training of one small network: loss, RMSprop, and ADMM's pull to sparse maps."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_sums import compiled
from smoothdistill_lies.architecture import Layout
from smoothdistill_lies.compiled_network import Room, backward, forward, room_for

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DECAY, EPSILON = 0.99, 1e-8
"""RMSprop's constants, torch's defaults."""

STEEPEST = 20.0
"""exp|error| grows no steeper than at this error, so that it cannot overflow."""


class Data(NamedTuple):
    """What a network sees: inputs ``X`` (n, d), target ``y`` (n,), ``weights`` (n,) with the mean 1."""

    X: Floats
    y: Floats
    weights: Floats


class Phase(NamedTuple):
    """One phase: epochs, the strength of L1 and of ADMM (rho and its soft threshold), and the decay of the rate."""

    epochs: int
    sparsity: float
    rho: float
    threshold: float
    decay: float


class State(NamedTuple):
    """What training changes: the weights, RMSprop's mean of squared gradients, and Z and U of ADMM (2, weights)."""

    theta: Floats
    squares: Floats
    split: Floats

    @classmethod
    def of(cls, theta: Floats) -> State:
        """Return the state in which a phase begins with the weights ``theta``, which it will change."""
        return cls(theta, np.zeros_like(theta), np.stack([theta, np.zeros_like(theta)]))


@compiled
def train_epoch(state: State, data: Data, order: Ints, size: int, layout: Layout, phase: Phase, rate: float) -> bool:
    """Train ``state`` in place on the rows ``order``, ``size`` at a time; say whether it is still finite.

    A step of RMSprop on the loss's gradient g (`loss_gradient`, and `add_pull` where rho is above 0), with the weights
    w and its constant c:

        g = g + sparsity * sign(w)    s = c s + (1 - c) g^2    w = w - rate * g / (sqrt(s) + epsilon)

    At the end ADMM updates Z and U, where rho is above 0, with the soft threshold t:

        Z = sign(w + U) * max(|w + U| - t, 0)    U = U + w - Z
    """
    theta, squares, split, linear = state.theta, state.squares, state.split, layout.linear
    gradient = np.empty_like(theta)
    room = room_for(layout, size)
    target, share = np.empty(size), np.empty(size)
    for start in range(0, len(order) - size + 1, size):
        for r in range(size):
            row = order[start + r]
            target[r], share[r] = data.y[row], data.weights[row]
            room.z[0, r] = 1.0
            for j in range(layout.inputs):
                room.z[1 + j, r] = data.X[row, j]
        loss_gradient(gradient, theta, target, share, layout, room)
        if phase.rho > 0.0:
            add_pull(gradient, theta, split, linear, phase.rho)
        for k in range(len(theta)):
            g = gradient[k] + phase.sparsity * np.sign(theta[k])
            squares[k] = DECAY * squares[k] + (1.0 - DECAY) * g * g
            theta[k] -= rate * g / (math.sqrt(squares[k]) + EPSILON)
    if phase.rho > 0.0:
        for m in range(len(linear)):
            for k in range(linear[m, 0], linear[m, 1]):
                moved = theta[k] + split[1, k]
                split[0, k] = math.copysign(max(abs(moved) - phase.threshold, 0.0), moved)
                split[1, k] += theta[k] - split[0, k]
    return bool(np.isfinite(theta).all())


@compiled
def add_pull(gradient: Floats, theta: Floats, split: Floats, linear: Ints, rho: float) -> None:
    """Add the gradient of rho / 2 times the sum over linear maps of |D|: D / |D| (Frobenius), D = W - Z + U."""
    for m in range(len(linear)):
        square = 0.0
        for k in range(linear[m, 0], linear[m, 1]):
            square += (theta[k] - split[0, k] + split[1, k]) ** 2
        if square > 0.0:
            scale = rho / 2.0 / math.sqrt(square)
            for k in range(linear[m, 0], linear[m, 1]):
                gradient[k] += scale * (theta[k] - split[0, k] + split[1, k])


@compiled
def loss_gradient(
    gradient: Floats,
    theta: Floats,
    y: Floats,
    weights: Floats,
    layout: Layout,
    room: Room,
) -> float:
    """Write the gradient, and return the value, of mean(weights * (exp|e| + domain penalty)).

    e = output - y, and the loss has the slope weights / n * exp|e| * sign(e) by the output; beyond an error of
    `STEEPEST` exp|e| goes on in a straight line.
    """
    size = len(y)
    error = forward(theta, layout, room)
    loss = 0.0
    for r in range(size):
        off = error[r] - y[r]
        growth = math.exp(min(abs(off), STEEPEST))
        loss += weights[r] * (growth + max(abs(off) - STEEPEST, 0.0) * growth) / size
        error[r] = weights[r] * math.copysign(growth, off) / size if off != 0.0 else 0.0
    return loss + backward(gradient, theta, error, weights, layout, room)


@compiled
def importance(theta: Floats, X: Floats, layout: Layout) -> Floats:
    """Return the mean over the rows of ``X`` (n, d) of |w * d output / d w| for each weight."""
    room = room_for(layout, 1)
    found, gradient = np.zeros_like(theta), np.empty_like(theta)
    one, none = np.ones(1), np.zeros(1)
    room.z[0, 0] = 1.0
    for r in range(len(X)):
        room.z[1 : 1 + layout.inputs, 0] = X[r]
        forward(theta, layout, room)
        backward(gradient, theta, one, none, layout, room)
        found += np.abs(theta * gradient) / len(X)
    return found
