"""A perceptron of the compiled engine: its forward pass, and the way of the error back through the output.

With h_0 = x, for the layers l = 1 ... L, of which the last is the output f, (n, 1):

    z_l = h_(l-1) W_l' + b_l    h_l = a(z_l)    s_l = a'(z_l)    c_l = a''(z_l)    f = z_L
"""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.searching.compiled_sums import compiled
from smoothdistill_mlp.compiled_kernel_inputs import LOGISTIC, RELU, TANH
from smoothdistill_mlp.compiled_memory import (
    CURVATURE,
    DELTA,
    SIGNAL,
    SLOPE,
    bias_of,
    matrix_of,
    offsets,
    rows_of,
)


@compiled
def forward(network, n, memory):
    """Fill in h (SIGNAL), s (SLOPE) and c (CURVATURE) of the hidden layers for ``n`` rows."""
    flat, widths = network.parameters, network.widths
    for layer in range(1, len(widths) - 1):
        z = rows_of(memory, SIGNAL, layer, n)
        np.dot(rows_of(memory, SIGNAL, layer - 1, n), matrix_of(flat, widths, layer).T, z)
        slope, curvature = rows_of(memory, SLOPE, layer, n), rows_of(memory, CURVATURE, layer, n)
        activate(z, bias_of(flat, widths, layer), slope, curvature, network.activation)


@compiled
def activate(z, bias, slope, curvature, activation):
    """Turn products into activations in place, and write slope and curvature (which relu has none of).

    relu: a = max(z, 0), a' = [z > 0]. tanh: a' = 1 - a^2, a'' = -2 a a'. silu, with the gate
    q = 1 / (1 + exp(-z)): a = z q, a' = q (1 + z (1 - q)), a'' = q (1 - q) (2 + z (1 - 2 q)).
    """
    one, two, zero = z.dtype.type(1), z.dtype.type(2), z.dtype.type(0)
    n, width = z.shape
    for i in range(n):
        if activation == RELU:
            for j in range(width):
                value = z[i, j] + bias[j]
                slope[i, j] = one if value > zero else zero
                z[i, j] = value if value > zero else zero
        elif activation == TANH:
            for j in range(width):
                growth = z.dtype.type(math.exp(two * (z[i, j] + bias[j])))  # exp is vectorised, tanh is not
                value = one - two / (growth + one)
                z[i, j] = value
                slope[i, j] = one - value * value
                curvature[i, j] = -two * value * slope[i, j]
        else:
            for j in range(width):
                value = z[i, j] + bias[j]
                gate = one / (one + z.dtype.type(math.exp(-value)))
                z[i, j] = value * gate
                slope[i, j] = gate * (one + value * (one - gate))
                curvature[i, j] = gate * (one - gate) * (two + value * (one - two * gate))


@compiled
def output_error(network, y, weights, memory):
    """Return the gradient (n,) of the weighted mean loss by each row's output; empty ``weights`` are all 1.

    It is e = 2 w (f - y) / n of the squared error, and e = w (1 / (1 + exp(-f)) - y) / n of the binary cross-entropy.
    """
    flat, widths = network.parameters, network.widths
    n, layers = len(y), len(widths) - 1
    place, bias = offsets(widths, layers)
    error = np.dot(rows_of(memory, SIGNAL, layers - 1, n), flat[place:bias])
    if network.loss == LOGISTIC:
        one, share = flat.dtype.type(1), flat.dtype.type(1 / n)
        for i in range(n):
            error[i] = (one / (one + flat.dtype.type(math.exp(-(error[i] + flat[bias])))) - y[i]) * share
    else:
        scale = flat.dtype.type(2 / n)
        for i in range(n):
            error[i] = (error[i] + flat[bias] - y[i]) * scale
    for i in range(len(weights)):
        error[i] *= weights[i]
    return error


@compiled
def output_gradient(gradient, network, error, memory):
    """Write the last layer's gradient, e' h_(L-1) and the sum of e, and d_(L-1) = (e W_L) * s_(L-1) (DELTA)."""
    widths = network.widths
    n, layers = len(error), len(widths) - 1
    width = widths[layers - 1]
    place, bias = offsets(widths, layers)
    weight = network.parameters[place:bias]
    top = rows_of(memory, SIGNAL, layers - 1, n)
    slope, delta = rows_of(memory, SLOPE, layers - 1, n), rows_of(memory, DELTA, layers - 1, n)
    found = gradient[place:bias]
    found[:] = 0
    gradient[bias] = 0
    for i in range(n):
        e = error[i]
        gradient[bias] += e
        for j in range(width):
            found[j] += e * top[i, j]
    if layers > 1:
        for i in range(n):
            e = error[i]
            for j in range(width):
                delta[i, j] = e * weight[j] * slope[i, j]
