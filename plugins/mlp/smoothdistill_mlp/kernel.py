"""The compiled training step: loss gradient and Adam for one small perceptron, everything in cache.

Matrix products go to BLAS, the rest is loops that the compiler vectorises. The parameters of a network
are one flat array: for each layer the weights (out, in) row by row, then the biases (out,). Gradients
are written out by hand; tests hold them equal to autograd.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.linalg.cython_blas  # noqa: F401 what numba multiplies with; loaded here, so that thread limits find it
from numba import njit

from smoothdistill_mlp.stack import POWER_STEPS

RELU, TANH, SILU = 0, 1, 2
NONE, L2, JACOBIAN, PRODUCT, SUM = 0, 1, 2, 3, 4
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
"""Adam's constants, torch's defaults."""

compiled: Any = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def train_epoch(flat, moments, steps, X, y, order, size, widths, activation, penalty, strength, rate, vectors, room):
    """Train one epoch in place: the rows of ``X`` (n, d) in ``order``, ``size`` at a time; return the steps so far.

    ``moments`` (2, parameters) are Adam's, ``vectors`` the singular vectors (u, v of each layer), ``room``
    working memory of shape (5, 2 * size * (sum of all widths but the last)).
    """
    gradient = np.empty_like(flat)
    target = np.empty(size, flat.dtype)
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        n = len(rows)
        x = room[0, : n * widths[0]].reshape((n, widths[0]))
        for i in range(n):
            x[i] = X[rows[i]]
            target[i] = y[rows[i]]
        loss_gradient(gradient, flat, target[:n], n, size, widths, activation, penalty, strength, vectors, room)
        steps += 1
        adam(flat, gradient, moments[0], moments[1], steps, rate)
    return steps


@compiled
def loss_gradient(gradient, flat, y, n, size, widths, activation, penalty, strength, vectors, room):
    """Write the gradient of mean squared error + strength * penalty for the ``n`` rows that stand in ``room``."""
    layers = len(widths) - 1
    forward(flat, n, size, widths, activation, room)
    error = output_error(flat, y, n, size, widths, room)
    if penalty == JACOBIAN and activation == RELU and layers > 1:
        relu_jacobian_gradient(gradient, flat, error, n, size, widths, strength, room)
        return
    output_gradient(gradient, flat, error, n, size, widths, room)
    if penalty == JACOBIAN:
        jacobian_gradient(gradient, flat, n, size, widths, strength, room)
    m = 2 * n if penalty == JACOBIAN else n
    for layer in range(layers - 1, 0, -1):
        delta = rows_of(room, 1, layer, m, size, widths)
        signal = rows_of(room, 0, layer - 1, m, size, widths)
        np.dot(delta.T, signal, matrix_of(gradient, widths, layer))
        own, own_bias = delta[:n], bias_of(gradient, widths, layer)
        own_bias[:] = 0
        for i in range(n):
            for j in range(widths[layer]):
                own_bias[j] += own[i, j]
        if layer > 1:
            below = rows_of(room, 1, layer - 1, m, size, widths)[:n]
            slope = rows_of(room, 2, layer - 1, n, size, widths)
            np.dot(own, matrix_of(flat, widths, layer), below)
            below *= slope
            if penalty == JACOBIAN:
                below += rows_of(room, 3, layer - 1, n, size, widths)
    if penalty == L2:
        for k in range(len(flat)):
            gradient[k] += strength * flat[k]
    elif penalty in (PRODUCT, SUM):
        spectral_gradient(gradient, flat, widths, penalty, strength, vectors)


@compiled
def forward(flat, n, size, widths, activation, room):
    """Fill in activations (room 0), their slopes (room 2) and their curvature (room 4)."""
    for layer in range(1, len(widths) - 1):
        z = rows_of(room, 0, layer, n, size, widths)
        np.dot(rows_of(room, 0, layer - 1, n, size, widths), matrix_of(flat, widths, layer).T, z)
        slope = rows_of(room, 2, layer, n, size, widths)
        curvature = rows_of(room, 4, layer, n, size, widths)
        activate(z, bias_of(flat, widths, layer), slope, curvature, activation)


@compiled
def activate(z, bias, slope, curvature, activation):
    """Turn products into activations in place, and write slope and curvature (which relu has none of)."""
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
def output_error(flat, y, n, size, widths, room):
    """Return the gradient (n,) of the mean squared error by each row's output."""
    place, bias = offsets(widths, len(widths) - 1)
    error = np.dot(rows_of(room, 0, len(widths) - 2, n, size, widths), flat[place:bias])
    scale = flat.dtype.type(2 / n)
    for i in range(n):
        error[i] = (error[i] + flat[bias] - y[i]) * scale
    return error


@compiled
def output_gradient(gradient, flat, error, n, size, widths, room):
    """Write the last layer's gradient, and what reaches the last hidden layer (room 1)."""
    layers = len(widths) - 1
    width = widths[layers - 1]
    place, bias = offsets(widths, layers)
    weight = flat[place:bias]
    top = rows_of(room, 0, layers - 1, n, size, widths)
    slope = rows_of(room, 2, layers - 1, n, size, widths)
    delta = rows_of(room, 1, layers - 1, n, size, widths)
    found = gradient[place:bias]
    found[:] = 0
    gradient[bias] = error.sum()
    for i in range(n):
        e = error[i]
        for j in range(width):
            found[j] += e * top[i, j]
    if layers > 1:
        for i in range(n):
            e = error[i]
            for j in range(width):
                delta[i, j] = e * weight[j] * slope[i, j]


@compiled
def relu_jacobian_gradient(gradient, flat, error, n, size, widths, strength, room):
    """Write the gradient of mean squared error + strength * mean squared Jacobian norm of a relu network.

    Around each row such a network is linear, which saves half of the products. Down goes g (room 1), the
    output's gradient by each layer's product, and becomes the Jacobian. Up goes one signal (second half of
    room 0) for both terms of the loss: the activations times the error, plus how they change along the
    penalty's gradient by the Jacobian. A weight matrix has the gradient g' signal. In the last hidden
    layer g is (output weight * slope) in every row: with C = slope' signal, the matrix has the gradient
    (output weight * C), and the output weight the row sums of (matrix * C), so no signal has to reach it.
    """
    top = len(widths) - 2
    weight = matrix_of(flat, widths, top + 1)[0]
    slope = rows_of(room, 2, top, n, size, widths)
    g = rows_of(room, 1, top, n, size, widths)
    for i in range(n):
        for j in range(widths[top]):
            g[i, j] = weight[j] * slope[i, j]
    for layer in range(top, 1, -1):
        below = rows_of(room, 1, layer - 1, n, size, widths)
        np.dot(rows_of(room, 1, layer, n, size, widths), matrix_of(flat, widths, layer), below)
        below *= rows_of(room, 2, layer - 1, n, size, widths)
    signal = rows_of(room, 0, 0, 2 * n, size, widths)[n:]
    np.dot(rows_of(room, 1, 1, n, size, widths), matrix_of(flat, widths, 1), signal)
    x, scale = rows_of(room, 0, 0, n, size, widths), flat.dtype.type(2 / n) * strength
    for i in range(n):
        e = error[i]
        for j in range(widths[0]):
            signal[i, j] = scale * signal[i, j] + e * x[i, j]
    for layer in range(1, top):
        signal = rows_of(room, 0, layer - 1, 2 * n, size, widths)[n:]
        g = rows_of(room, 1, layer, n, size, widths)
        np.dot(g.T, signal, matrix_of(gradient, widths, layer))
        above = rows_of(room, 0, layer, 2 * n, size, widths)[n:]
        np.dot(signal, matrix_of(flat, widths, layer).T, above)
        slope = rows_of(room, 2, layer, n, size, widths)
        bias, found = bias_of(flat, widths, layer), bias_of(gradient, widths, layer)
        found[:] = 0
        for i in range(n):
            e = error[i]
            for j in range(widths[layer]):
                above[i, j] = (above[i, j] + e * bias[j]) * slope[i, j]
                found[j] += e * g[i, j]
    last_hidden_layer(gradient, flat, error, n, size, widths, room)


@compiled
def last_hidden_layer(gradient, flat, error, n, size, widths, room):
    """Write the gradient of the last two layers of a relu network from the signal below them."""
    top = len(widths) - 2
    weight, found = matrix_of(flat, widths, top + 1)[0], matrix_of(gradient, widths, top + 1)[0]
    matrix, slope = matrix_of(flat, widths, top), rows_of(room, 2, top, n, size, widths)
    below, at_bias = matrix_of(gradient, widths, top), bias_of(gradient, widths, top)
    np.dot(slope.T, rows_of(room, 0, top - 1, 2 * n, size, widths)[n:], below)
    at_bias[:] = 0
    for i in range(n):
        e = error[i]
        for j in range(widths[top]):
            at_bias[j] += e * slope[i, j]
    np.dot(matrix * below, np.ones(widths[top - 1], flat.dtype), found)
    found += bias_of(flat, widths, top) * at_bias
    at_bias *= weight
    for j in range(widths[top]):
        w = weight[j]
        for k in range(widths[top - 1]):
            below[j, k] *= w
    bias_of(gradient, widths, top + 1)[0] = error.sum()


@compiled
def jacobian_gradient(gradient, flat, n, size, widths, strength, room):
    """Prepare the gradient of the mean squared Jacobian norm where activations are smooth, or none at all.

    Down: g = the output's gradient by each layer's product (second half of room 1), from it the
    Jacobian. Up: the penalty's gradient by what multiplied each weight matrix (second half of room 0),
    so that one product over both halves gives a layer's whole gradient; and by each slope, which comes
    back through the curvature (room 3).
    """
    top = len(widths) - 2
    weight, found = matrix_of(flat, widths, top + 1)[0], matrix_of(gradient, widths, top + 1)[0]
    scale = flat.dtype.type(2 / n) * strength
    if top == 0:
        found += flat.dtype.type(2) * strength * weight
        return
    factor = rows_of(room, 3, top, n, size, widths)  # what each slope is multiplied with on the way down
    for i in range(n):
        factor[i] = weight
    for layer in range(top, 0, -1):
        factor, slope = rows_of(room, 3, layer, n, size, widths), rows_of(room, 2, layer, n, size, widths)
        g = rows_of(room, 1, layer, 2 * n, size, widths)[n:]
        for i in range(n):
            for j in range(widths[layer]):
                g[i, j] = factor[i, j] * slope[i, j]
        if layer > 1:
            np.dot(g, matrix_of(flat, widths, layer), rows_of(room, 3, layer - 1, n, size, widths))
    jacobian = rows_of(room, 0, 0, 2 * n, size, widths)[n:]
    np.dot(rows_of(room, 1, 1, 2 * n, size, widths)[n:], matrix_of(flat, widths, 1), jacobian)
    jacobian *= scale
    for layer in range(1, top + 1):
        signal = rows_of(room, 0, layer, 2 * n, size, widths)[n:]
        below = rows_of(room, 0, layer - 1, 2 * n, size, widths)[n:]
        np.dot(below, matrix_of(flat, widths, layer).T, signal)
        factor, slope = rows_of(room, 3, layer, n, size, widths), rows_of(room, 2, layer, n, size, widths)
        curvature = rows_of(room, 4, layer, n, size, widths)
        for i in range(n):
            for j in range(widths[layer]):
                factor[i, j] = signal[i, j] * factor[i, j] * curvature[i, j]
                signal[i, j] *= slope[i, j]
    signal = rows_of(room, 0, top, 2 * n, size, widths)[n:]
    delta, bent = rows_of(room, 1, top, n, size, widths), rows_of(room, 3, top, n, size, widths)
    for i in range(n):
        for j in range(widths[top]):
            found[j] += signal[i, j]
            delta[i, j] += bent[i, j]


@compiled
def spectral_gradient(gradient, flat, widths, penalty, strength, vectors):
    """Follow the leading singular vectors and add the gradient of the product or sum of spectral norms."""
    layers = len(widths) - 1
    norms = np.empty(layers, flat.dtype)
    at = 0
    for layer in range(1, layers + 1):
        out, into = widths[layer], widths[layer - 1]
        matrix = matrix_of(flat, widths, layer)
        u, v = vectors[at : at + out], vectors[at + out : at + out + into]
        for _ in range(POWER_STEPS):
            v[:] = unit(np.dot(matrix.T, u))
            u[:] = unit(np.dot(matrix, v))
        norms[layer - 1] = np.dot(u, np.dot(matrix, v))
        at += out + into
    at = 0
    for layer in range(1, layers + 1):
        out, into = widths[layer], widths[layer - 1]
        factor = strength
        if penalty == PRODUCT:
            for other in range(layers):
                if other != layer - 1:
                    factor *= norms[other]
        found, v = matrix_of(gradient, widths, layer), vectors[at + out : at + out + into]
        for i in range(out):
            pull = factor * vectors[at + i]
            for j in range(into):
                found[i, j] += pull * v[j]
        at += out + into


@compiled
def unit(vector):
    """Return ``vector`` divided by its length, or as it is where that is 0."""
    length = math.sqrt(np.dot(vector, vector))
    return vector / vector.dtype.type(length) if length > 0 else vector


@compiled
def adam(flat, gradient, first, second, steps, rate):
    """Move the parameters by one step of Adam (Kingma and Ba 2015)."""
    number = flat.dtype.type
    keep_1, keep_2, epsilon = number(BETA_1), number(BETA_2), number(EPSILON)
    take_1, take_2 = number(1 - BETA_1), number(1 - BETA_2)
    size = number(rate / (1 - BETA_1**steps))
    correction = number(1 / math.sqrt(1 - BETA_2**steps))
    for k in range(len(flat)):
        slope = gradient[k]
        first[k] = keep_1 * first[k] + take_1 * slope
        second[k] = keep_2 * second[k] + take_2 * slope * slope
        flat[k] -= size * first[k] / (number(math.sqrt(second[k])) * correction + epsilon)


@compiled
def offsets(widths, layer):
    """Return where the weights and the biases of a layer (from 1) begin in the flat array."""
    place = 0
    for below in range(1, layer):
        place += widths[below] * (widths[below - 1] + 1)
    return place, place + widths[layer] * widths[layer - 1]


@compiled
def matrix_of(flat, widths, layer):
    """Return the weight matrix (out, in) of a layer (from 1) as a view of the flat array."""
    place, bias = offsets(widths, layer)
    return flat[place:bias].reshape((widths[layer], widths[layer - 1]))


@compiled
def bias_of(flat, widths, layer):
    """Return the biases (out,) of a layer (from 1) as a view of the flat array."""
    bias = offsets(widths, layer)[1]
    return flat[bias : bias + widths[layer]]


@compiled
def rows_of(room, kind, layer, n, size, widths):
    """Return the (n, width) part of the working memory that belongs to a layer (0 is the input)."""
    begin = 0
    for below in range(layer):
        begin += 2 * size * widths[below]
    return room[kind, begin : begin + n * widths[layer]].reshape((n, widths[layer]))
