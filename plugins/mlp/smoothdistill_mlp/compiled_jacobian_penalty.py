"""Penalties of the Jacobian in the compiled engine: P = mean over the rows of p(J), where J = df / dx is one row each.

From the output down, with the slopes s_l of the activations (`smoothdistill_mlp.compiled_network`) and the output's
weights W_L = w, row by row:

    g_(L-1) = w * s_(L-1)    g_(l-1) = (g_l W_l) * s_(l-1)    J = g_1 W_1
"""

from __future__ import annotations

import numpy as np

from smoothdistill_core.searching.compiled_sums import compiled
from smoothdistill_mlp.compiled_memory import (
    CURVATURE,
    DELTA,
    FACTOR,
    FIRST,
    INPUTS,
    SIGNAL,
    SLOPE,
    bias_of,
    matrix_of,
    rows_of,
)
from smoothdistill_mlp.compiled_penalty_codes import ABSOLUTE_SLOPES, SQUARED_SLOPES


@compiled
def pull(jacobian, penalty):
    """Write strength * dP / dJ in the place of the rows J of the Jacobian (n, d).

    With one of the signs s that slopes should have, and 0 where any will do:

        p = J^2 (squared slopes)    p = |J| (absolute slopes)    p = min(s J, 0)^2 (wrong slopes)
    """
    n, d = jacobian.shape
    number = jacobian.dtype.type
    scale = number(2 / n) * penalty.strength
    for i in range(n):
        for j in range(d):
            slope = jacobian[i, j]
            if penalty.code == SQUARED_SLOPES:
                jacobian[i, j] = scale * slope
            elif penalty.code == ABSOLUTE_SLOPES:
                jacobian[i, j] = scale * number(0.5) * np.sign(slope)
            else:
                sign = penalty.signs[j]
                jacobian[i, j] = scale * sign * min(sign * slope, number(0))


@compiled
def relu_jacobian_gradient(gradient, network, penalty, error, memory):
    """Write the gradient of mean squared error + strength * P of a relu network, whose output error is e.

    Around each row such a network is linear: its slopes have no gradient, which saves half of the products. One
    signal u (second half of SIGNAL) goes up for both terms of the loss: the activations times e, plus how they
    change along strength * dP / dJ. With g in DELTA,

        u_0 = e x + strength * dP / dJ      u_l = (u_(l-1) W_l' + e b_l) * s_l
        dL / dW_l = g_l' u_(l-1)            dL / db_l = g_l' e

    `last_hidden_layer` does the rest, so that no signal has to reach the output.
    """
    flat, widths = network.parameters, network.widths
    n, top = len(error), len(widths) - 2
    weight = matrix_of(flat, widths, top + 1)[0]
    slope, g = rows_of(memory, SLOPE, top, n), rows_of(memory, DELTA, top, n)
    for i in range(n):
        for j in range(widths[top]):
            g[i, j] = weight[j] * slope[i, j]
    for layer in range(top, 1, -1):
        below = rows_of(memory, DELTA, layer - 1, n)
        np.dot(rows_of(memory, DELTA, layer, n), matrix_of(flat, widths, layer), below)
        slope = rows_of(memory, SLOPE, layer - 1, n)
        for i in range(n):
            for j in range(widths[layer - 1]):
                below[i, j] *= slope[i, j]
    signal = rows_of(memory, SIGNAL, INPUTS, 2 * n)[n:]
    np.dot(rows_of(memory, DELTA, FIRST, n), matrix_of(flat, widths, FIRST), signal)
    pull(signal, penalty)
    x = rows_of(memory, SIGNAL, INPUTS, n)
    for i in range(n):
        e = error[i]
        for j in range(widths[0]):
            signal[i, j] += e * x[i, j]
    for layer in range(1, top):
        signal = rows_of(memory, SIGNAL, layer - 1, 2 * n)[n:]
        g = rows_of(memory, DELTA, layer, n)
        np.dot(g.T, signal, matrix_of(gradient, widths, layer))
        above = rows_of(memory, SIGNAL, layer, 2 * n)[n:]
        np.dot(signal, matrix_of(flat, widths, layer).T, above)
        slope = rows_of(memory, SLOPE, layer, n)
        bias, found = bias_of(flat, widths, layer), bias_of(gradient, widths, layer)
        found[:] = 0
        for i in range(n):
            e = error[i]
            for j in range(widths[layer]):
                above[i, j] = (above[i, j] + e * bias[j]) * slope[i, j]
                found[j] += e * g[i, j]
    last_hidden_layer(gradient, network, error, memory)


@compiled
def last_hidden_layer(gradient, network, error, memory):
    """Write the gradient of the last two layers of a relu network from the signal u below them.

    In the last hidden layer g is w * s in every row, so with C = s' u and k = s' e, where W and b are that layer's,

        dL / dW = w * C (row by row)    dL / db = w * k
        dL / dw = row sums of W * C, + b * k    dL / db_L = sum of e
    """
    flat, widths = network.parameters, network.widths
    n, top = len(error), len(widths) - 2
    weight, found = matrix_of(flat, widths, top + 1)[0], matrix_of(gradient, widths, top + 1)[0]
    matrix, slope = matrix_of(flat, widths, top), rows_of(memory, SLOPE, top, n)
    bias, below, at_bias = bias_of(flat, widths, top), matrix_of(gradient, widths, top), bias_of(gradient, widths, top)
    np.dot(slope.T, rows_of(memory, SIGNAL, top - 1, 2 * n)[n:], below)
    at_bias[:] = 0
    of_output = bias_of(gradient, widths, top + 1)
    of_output[0] = 0
    for i in range(n):
        e = error[i]
        of_output[0] += e
        for j in range(widths[top]):
            at_bias[j] += e * slope[i, j]
    products, ones = np.empty_like(below), np.ones(widths[top - 1], flat.dtype)
    for j in range(widths[top]):
        for k in range(widths[top - 1]):
            products[j, k] = matrix[j, k] * below[j, k]
            below[j, k] *= weight[j]
    np.dot(products, ones, found)
    for j in range(widths[top]):
        found[j] += bias[j] * at_bias[j]
        at_bias[j] *= weight[j]


@compiled
def jacobian_gradient(gradient, network, penalty, n, memory):
    """Prepare the gradient of strength * P where activations are smooth, or where there are none.

    Down goes q_l = g_(l+1) W_(l+1), what the slope s_l is multiplied with (FACTOR), and g_l = q_l * s_l (second half
    of DELTA). Up goes the gradient r by what multiplied each weight matrix (second half of SIGNAL):

        r_0 = strength * dP / dJ      r_l = (r_(l-1) W_l') * s_l
        dP / dW_l = g_l' r_(l-1)      dP / dw = column sums of r_(L-1)

    so that one product over both halves gives a layer's whole gradient. Each slope passes its own gradient on to what
    entered its activation, by the curvature c_l (FACTOR again); `smoothdistill_mlp.compiled_kernel.loss_gradient`
    adds it to d_l on its way down:

        dP / dz_l = (r_(l-1) W_l') * q_l * c_l

    Without hidden layers J = w in all rows.
    """
    flat, widths = network.parameters, network.widths
    top = len(widths) - 2
    weight, found = matrix_of(flat, widths, top + 1)[0], matrix_of(gradient, widths, top + 1)[0]
    if top == 0:
        row = weight.copy().reshape((1, len(weight)))
        pull(row, penalty)
        for j in range(len(weight)):
            found[j] += row[0, j]
        return
    factor = rows_of(memory, FACTOR, top, n)
    for i in range(n):
        for j in range(widths[top]):
            factor[i, j] = weight[j]
    for layer in range(top, 0, -1):
        factor, slope = rows_of(memory, FACTOR, layer, n), rows_of(memory, SLOPE, layer, n)
        g = rows_of(memory, DELTA, layer, 2 * n)[n:]
        for i in range(n):
            for j in range(widths[layer]):
                g[i, j] = factor[i, j] * slope[i, j]
        if layer > 1:
            np.dot(g, matrix_of(flat, widths, layer), rows_of(memory, FACTOR, layer - 1, n))
    jacobian = rows_of(memory, SIGNAL, INPUTS, 2 * n)[n:]
    np.dot(rows_of(memory, DELTA, FIRST, 2 * n)[n:], matrix_of(flat, widths, FIRST), jacobian)
    pull(jacobian, penalty)
    for layer in range(1, top + 1):
        signal = rows_of(memory, SIGNAL, layer, 2 * n)[n:]
        np.dot(rows_of(memory, SIGNAL, layer - 1, 2 * n)[n:], matrix_of(flat, widths, layer).T, signal)
        factor, slope = rows_of(memory, FACTOR, layer, n), rows_of(memory, SLOPE, layer, n)
        curvature = rows_of(memory, CURVATURE, layer, n)
        for i in range(n):
            for j in range(widths[layer]):
                factor[i, j] = signal[i, j] * factor[i, j] * curvature[i, j]
                signal[i, j] *= slope[i, j]
    signal = rows_of(memory, SIGNAL, top, 2 * n)[n:]
    delta, bent = rows_of(memory, DELTA, top, n), rows_of(memory, FACTOR, top, n)
    for i in range(n):
        for j in range(widths[top]):
            found[j] += signal[i, j]
            delta[i, j] += bent[i, j]
