"""The compiled training step: loss, gradient and RMSprop of one small network, a batch at a time, all in cache.

Rows stand innermost, so that sums over features run over whole batches. Every sum has one fixed order: digits
depend neither on where memory lies nor on threads. Gradients are written out by hand; tests hold them to autograd.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., object])

LEAST_LOG, MOST_EXP = 0.005, 4.0
"""A log unit sees no less than the one, an exp unit no more than the other."""

FREE_EXP = 4
"""The number of an exp unit without guard."""

DECAY, EPSILON = 0.99, 1e-8
"""RMSprop's constants, torch's defaults."""

STEEPEST = 20.0
"""exp|error| grows no steeper than at this error, so that it cannot overflow."""

LANES = 8


def compiled(function: Function) -> Function:
    """Return the function compiled when it is first called; what was compiled is kept on disk."""
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))


@compiled
def train_epoch(
    theta: Floats,
    squares: Floats,
    split: Floats,
    X: Floats,
    y: Floats,
    weights: Floats,
    order: Ints,
    size: int,
    shape: tuple[int, int, int],
    starts: Ints,
    linear: Ints,
    rate: float,
    sparsity: float,
    rho: float,
    threshold: float,
) -> bool:
    """Train ``theta`` in place on the rows ``order``, ``size`` at a time; say whether it is still finite.

    ``squares`` are RMSprop's; ``split`` (2, parameters) are Z and U of ADMM, updated at the end, where ``rho``
    is above 0. ``X`` (n, d) are the inputs, ``shape`` inputs, layers and units.
    """
    gradient = np.empty_like(theta)
    room = rooms(shape, size)
    target, share = np.empty(size), np.empty(size)
    inputs = shape[0]
    for start in range(0, len(order) - size + 1, size):
        for r in range(size):
            row = order[start + r]
            target[r], share[r] = y[row], weights[row]
            room[0][0, r] = 1.0
            for j in range(inputs):
                room[0][1 + j, r] = X[row, j]
        loss_gradient(gradient, theta, target, share, shape, starts, room)
        if rho > 0.0:
            add_pull(gradient, theta, split, linear, rho)
        for k in range(len(theta)):
            g = gradient[k] + sparsity * np.sign(theta[k])
            squares[k] = DECAY * squares[k] + (1.0 - DECAY) * g * g
            theta[k] -= rate * g / (math.sqrt(squares[k]) + EPSILON)
    if rho > 0.0:
        for m in range(len(linear)):
            for k in range(linear[m, 0], linear[m, 1]):
                moved = theta[k] + split[1, k]
                split[0, k] = math.copysign(max(abs(moved) - threshold, 0.0), moved)
                split[1, k] += theta[k] - split[0, k]
    return bool(np.isfinite(theta).all())


@compiled
def add_pull(gradient: Floats, theta: Floats, split: Floats, linear: Ints, rho: float) -> None:
    """Add the gradient of rho / 2 times the sum over linear maps of the Frobenius norm of W - Z + U."""
    for m in range(len(linear)):
        square = 0.0
        for k in range(linear[m, 0], linear[m, 1]):
            square += (theta[k] - split[0, k] + split[1, k]) ** 2
        if square > 0.0:
            scale = rho / 2.0 / math.sqrt(square)
            for k in range(linear[m, 0], linear[m, 1]):
                gradient[k] += scale * (theta[k] - split[0, k] + split[1, k])


@compiled
def rooms(shape: tuple[int, int, int], size: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return working memory: features, their slopes, layer inputs, arguments of units, values of units."""
    inputs, layers, units = shape
    features = 1 + inputs + layers * units
    hidden = (layers + 1) * units
    return (
        np.empty((features, size)),
        np.empty((features, size)),
        np.empty((hidden, size)),
        np.empty((hidden, size)),
        np.empty((hidden, size)),
    )


@compiled
def forward(
    theta: Floats,
    shape: tuple[int, int, int],
    starts: Ints,
    room: tuple[Floats, Floats, Floats, Floats, Floats],
) -> Floats:
    """Fill in features, layer inputs, arguments and values from the inputs in ``room``; return the output (rows,)."""
    inputs, layers, units = shape
    z, _, h, p, v = room
    for layer in range(layers + 1):
        skip, matrix, bridge = starts[layer]
        last = 1 + inputs + (layer - 1) * units
        if layer > 0:
            for u in range(units):
                mixed = h[layer * units + u]
                mixed[:] = z[last + u]
                place, first, width = skip, 0, 1 + inputs
                while first < last:
                    add_products(mixed, theta, place + u * width, z, first, width)
                    place, first, width = place + units * width, first + width, units
        if layer == layers:
            break
        for u in range(units):
            argument = p[layer * units + u]
            argument[:] = 0.0
            if layer == 0:
                add_products(argument, theta, matrix + u * (1 + inputs), z, 0, 1 + inputs)
            else:
                add_products(argument, theta, matrix + u * units, h, layer * units, units)
            value = v[layer * units + u]
            apply_unit(value, argument, u)
            z[last + units + u if layer > 0 else 1 + inputs + u] = theta[bridge + u] * value
    out = np.full(z.shape[1], theta[starts[layers, 2]])
    add_products(out, theta, starts[layers, 1], h, layers * units, units)
    return out


@compiled
def apply_unit(value: Floats, argument: Floats, function: int) -> None:
    """Write a unit's values: identity, exp, log, sin, exp without guard."""
    for r in range(len(value)):
        a = argument[r]
        if function == 0:
            value[r] = a
        elif function == 1:
            value[r] = math.exp(min(a, MOST_EXP))
        elif function == 2:
            value[r] = math.log(max(a, LEAST_LOG))
        elif function == FREE_EXP:
            value[r] = math.exp(a)
        else:
            value[r] = math.sin(a)


@compiled
def loss_gradient(
    gradient: Floats,
    theta: Floats,
    y: Floats,
    weights: Floats,
    shape: tuple[int, int, int],
    starts: Ints,
    room: tuple[Floats, Floats, Floats, Floats, Floats],
) -> float:
    """Write the gradient, and return the value, of mean(weights * (exp|output - y| + domain penalty))."""
    size = len(y)
    error = forward(theta, shape, starts, room)
    loss = 0.0
    for r in range(size):
        off = error[r] - y[r]
        growth = math.exp(min(abs(off), STEEPEST))
        loss += weights[r] * (growth + max(abs(off) - STEEPEST, 0.0) * growth) / size
        error[r] = weights[r] * math.copysign(growth, off) / size if off != 0.0 else 0.0
    return loss + backward(gradient, theta, error, weights, shape, starts, room)


@compiled
def importance(theta: Floats, X: Floats, shape: tuple[int, int, int], starts: Ints) -> Floats:
    """Return the mean over the rows of ``X`` (n, d) of |w * d output / d w| for each weight."""
    room = rooms(shape, 1)
    found, gradient = np.zeros_like(theta), np.empty_like(theta)
    one, none = np.ones(1), np.zeros(1)
    room[0][0, 0] = 1.0
    for r in range(len(X)):
        room[0][1 : 1 + shape[0], 0] = X[r]
        forward(theta, shape, starts, room)
        backward(gradient, theta, one, none, shape, starts, room)
        found += np.abs(theta * gradient) / len(X)
    return found


@compiled
def backward(
    gradient: Floats,
    theta: Floats,
    error: Floats,
    weights: Floats,
    shape: tuple[int, int, int],
    starts: Ints,
    room: tuple[Floats, Floats, Floats, Floats, Floats],
) -> float:
    """Write the gradient of sum(error * output) + the domain penalty, whose weighted mean is returned.

    ``room`` is as `forward` left it.
    """
    inputs, layers, units = shape
    z, slope, h, p, v = room
    size, penalty = len(error), 0.0
    slope[:] = 0.0
    gradient[starts[layers, 2]] = total(error)
    down = np.empty((units, size))
    for u in range(units):
        gradient[starts[layers, 1] + u] = product(error, h[layers * units + u])
        down[u] = theta[starts[layers, 1] + u] * error
    back_through_skips(gradient, theta, down, layers, shape, starts, z, slope)
    delta = np.empty((units, size))
    for layer in range(layers - 1, -1, -1):
        matrix, bridge = starts[layer, 1], starts[layer, 2]
        own = 1 + inputs + layer * units
        for u in range(units):
            gradient[bridge + u] = product(slope[own + u], v[layer * units + u])
            penalty += unit_slope(
                delta[u], slope[own + u], theta[bridge + u], p[layer * units + u], v[layer * units + u], weights, u
            )
        width = units if layer > 0 else 1 + inputs
        for u in range(units):
            for k in range(width):
                source = h[layer * units + k] if layer > 0 else z[k]
                gradient[matrix + u * width + k] = product(delta[u], source)
        if layer > 0:
            down[:] = 0.0
            for u in range(units):
                for k in range(units):
                    add_scaled(down[k], theta[matrix + u * units + k], delta[u])
            back_through_skips(gradient, theta, down, layer, shape, starts, z, slope)
    return penalty


@compiled
def unit_slope(
    delta: Floats, slope: Floats, bridge: float, argument: Floats, value: Floats, weights: Floats, function: int
) -> float:
    """Write the slope of the loss by a unit's argument, and return what the unit adds to the domain penalty."""
    size, penalty = len(delta), 0.0
    for r in range(size):
        a, g = argument[r], slope[r] * bridge
        if function == 0:
            delta[r] = g
        elif function == 1:
            outside = a - MOST_EXP
            delta[r] = g * value[r] if outside <= 0.0 else weights[r] / size
            penalty += weights[r] * max(outside, 0.0) / size
        elif function == 2:
            outside = LEAST_LOG - a
            delta[r] = g / a if outside < 0.0 else -weights[r] / size
            penalty += weights[r] * max(outside, 0.0) / size
        else:
            delta[r] = g * math.cos(a)
    return penalty


@compiled
def back_through_skips(
    gradient: Floats,
    theta: Floats,
    down: Floats,
    layer: int,
    shape: tuple[int, int, int],
    starts: Ints,
    z: Floats,
    slope: Floats,
) -> None:
    """Take the slopes by a layer's input back to the stage before it and, through the skips, to all others."""
    inputs, _, units = shape
    last = 1 + inputs + (layer - 1) * units
    for u in range(units):
        slope[last + u] += down[u]
    place, first, width = starts[layer, 0], 0, 1 + inputs
    while first < last:
        for u in range(units):
            for k in range(width):
                weight = place + u * width + k
                gradient[weight] = product(down[u], z[first + k])
                if first + k > inputs:
                    add_scaled(slope[first + k], theta[weight], down[u])
        place, first, width = place + units * width, first + width, units


@compiled
def add_products(into: Floats, theta: Floats, start: int, rows: Floats, first: int, count: int) -> None:
    """Add to ``into`` the sum of weights times rows."""
    for k in range(count):
        add_scaled(into, theta[start + k], rows[first + k])


@compiled
def add_scaled(into: Floats, factor: float, row: Floats) -> None:
    """Add a multiple of a row."""
    if factor != 0.0:
        for r in range(len(into)):
            into[r] += factor * row[r]


@compiled
def product(a: Floats, b: Floats) -> float:
    """Return the scalar product, summed in a fixed order that the processor can overlap."""
    count = len(a) // LANES * LANES
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    for r in range(0, count, LANES):
        s0 += a[r] * b[r]
        s1 += a[r + 1] * b[r + 1]
        s2 += a[r + 2] * b[r + 2]
        s3 += a[r + 3] * b[r + 3]
        s4 += a[r + 4] * b[r + 4]
        s5 += a[r + 5] * b[r + 5]
        s6 += a[r + 6] * b[r + 6]
        s7 += a[r + 7] * b[r + 7]
    rest = 0.0
    for r in range(count, len(a)):
        rest += a[r] * b[r]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest


@compiled
def total(a: Floats) -> float:
    """Return the sum."""
    found = 0.0
    for r in range(len(a)):
        found += a[r]
    return found
