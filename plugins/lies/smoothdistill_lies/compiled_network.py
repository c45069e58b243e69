"""One small network, compiled: its outputs forward, and the gradient of its loss backward, a batch at a time, in cache.

Rows stand innermost, so that sums over features run over whole batches. Gradients are written out by hand; tests hold
them to autograd.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_sums import compiled, product
from smoothdistill_lies.architecture import Layout
from smoothdistill_lies.compiled_sums import add_products, add_scaled, total
from smoothdistill_lies.unit_functions import apply_unit, unit_slope

Floats = NDArray[np.float64]


class Room(NamedTuple):
    """Working memory: features and the slopes of the loss by them, layer inputs, arguments of units, their values.

    Features have the shape (features, rows), the last three ((layers + 1) * units, rows).
    """

    z: Floats
    slope: Floats
    h: Floats
    p: Floats
    v: Floats


@compiled
def room_for(layout: Layout, size: int) -> Room:
    """Return working memory for ``size`` rows, whose inputs are still to be filled in."""
    features = 1 + layout.inputs + layout.layers * layout.units
    hidden = (layout.layers + 1) * layout.units
    return Room(
        np.empty((features, size)),
        np.empty((features, size)),
        np.empty((hidden, size)),
        np.empty((hidden, size)),
        np.empty((hidden, size)),
    )


@compiled
def forward(
    theta: Floats,
    layout: Layout,
    room: Room,
) -> Floats:
    """Fill in features, layer inputs, arguments and values from the inputs in ``room``; return the output (rows,).

    With z_0 = (1, x), the layers k = 0 ... K - 1 of units f, skips A_kj, maps W_k and bridges b_k, and the output:

        h_0 = z_0    h_k = z_k + sum of A_kj z_j over the stages j < k    p_k = W_k h_k
        v_k = f(p_k)    z_(k+1) = b_k * v_k    output = W_K h_K + b_K
    """
    inputs, layers, units, starts = layout.inputs, layout.layers, layout.units, layout.starts
    z, h, p, v = room.z, room.h, room.p, room.v
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
def backward(
    gradient: Floats,
    theta: Floats,
    error: Floats,
    weights: Floats,
    layout: Layout,
    room: Room,
) -> float:
    """Write the gradient of sum(error * output) + the domain penalty, whose weighted mean is returned.

    ``room`` is as `forward` left it. From the output down, with e the error, s_k the slope of the loss by z_k, f' that
    of the units and P the domain penalty:

        dL / dW_K = e' h_K      dL / db_k = sum of s_(k+1) * v_k      d_k = s_(k+1) * b_k * f'(p_k) + dP / dp_k
        dL / dW_k = d_k' h_k    dL / dh_k = d_k W_k
    """
    inputs, layers, units, starts = layout.inputs, layout.layers, layout.units, layout.starts
    z, slope, h, p, v = room.z, room.slope, room.h, room.p, room.v
    size, penalty = len(error), 0.0
    slope[:] = 0.0
    gradient[starts[layers, 2]] = total(error)
    down = np.empty((units, size))
    for u in range(units):
        gradient[starts[layers, 1] + u] = product(error, h[layers * units + u])
        down[u] = theta[starts[layers, 1] + u] * error
    back_through_skips(gradient, theta, down, layers, layout, room)
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
            back_through_skips(gradient, theta, down, layer, layout, room)
    return penalty


@compiled
def back_through_skips(
    gradient: Floats,
    theta: Floats,
    down: Floats,
    layer: int,
    layout: Layout,
    room: Room,
) -> None:
    """Take the slopes by a layer's input back to the stage before it and, through the skips, to all others.

    With q = dL / dh_k (``down``): s_k = q, dL / dA_kj = q' z_j, and s_j gains q A_kj.
    """
    inputs, units, z, slope = layout.inputs, layout.units, room.z, room.slope
    last = 1 + inputs + (layer - 1) * units
    for u in range(units):
        slope[last + u] += down[u]
    place, first, width = layout.starts[layer, 0], 0, 1 + inputs
    while first < last:
        for u in range(units):
            for k in range(width):
                weight = place + u * width + k
                gradient[weight] = product(down[u], z[first + k])
                if first + k > inputs:
                    add_scaled(slope[first + k], theta[weight], down[u])
        place, first, width = place + units * width, first + width, units
