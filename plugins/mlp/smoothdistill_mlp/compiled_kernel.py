"""The compiled training step: loss gradient and Adam for one small perceptron, everything in cache.

Matrix products go to BLAS, the rest is loops that the compiler vectorises. Gradients are written out by hand; tests
hold them equal to autograd.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.linalg.cython_blas  # noqa: F401 what numba multiplies with; loaded here, so that thread limits find it

from smoothdistill_core.searching.compiled_sums import compiled, inlined
from smoothdistill_mlp.compiled_jacobian_penalty import jacobian_gradient, relu_jacobian_gradient
from smoothdistill_mlp.compiled_kernel_inputs import RELU, Adam, Data, Ints, Memory, Penalty, Perceptron
from smoothdistill_mlp.compiled_memory import (
    DELTA,
    FACTOR,
    INPUTS,
    SIGNAL,
    SLOPE,
    bias_of,
    matrix_of,
    rows_of,
)
from smoothdistill_mlp.compiled_network import forward, output_error, output_gradient
from smoothdistill_mlp.compiled_norm_penalties import column_gradient, spectral_gradient
from smoothdistill_mlp.compiled_penalty_codes import (
    COLUMN_NORMS,
    HALF_SQUARES,
    NORM_PRODUCT,
    NORM_SUM,
    SQUARED_SLOPES,
)

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
"""Adam's constants, torch's defaults."""


@compiled
def train_epoch(
    network: Perceptron, penalty: Penalty, adam: Adam, steps: int, data: Data, order: Ints, memory: Memory
) -> int:
    """Train one epoch in place on the rows of ``data`` in ``order``, as many at a time as ``memory`` is for.

    The arguments are those of `smoothdistill_mlp.compiled_kernel_inputs`; ``steps`` are the optimiser's steps so far,
    whose new number is returned.
    """
    gradient = np.empty_like(network.parameters)
    target = np.empty(memory.size, network.parameters.dtype)
    weights = np.empty(memory.size if len(data.weights) else 0, network.parameters.dtype)
    for start in range(0, len(order), memory.size):
        rows = order[start : start + memory.size]
        n = len(rows)
        x = rows_of(memory, SIGNAL, INPUTS, n)
        for i in range(n):
            for j in range(x.shape[1]):
                x[i, j] = data.X[rows[i], j]
            target[i] = data.y[rows[i]]
        for i in range(min(n, len(weights))):
            weights[i] = data.weights[rows[i]]
        loss_gradient(gradient, network, penalty, target[:n], weights[:n], memory)
        steps += 1
        adam_step(network.parameters, gradient, adam, steps)
    return steps


@inlined
def loss_gradient(gradient, network, penalty, y, weights, memory):
    """Write the gradient of L = mean(w (f(x) - y)^2) + strength * P for the rows x that stand in ``memory``.

    Empty ``weights`` w (n,) are all 1.

    In place of the squared error there may be the cross-entropy (`output_error`).

    Layer by layer from the top, with h what a layer gives, s the slope of its activation and d = dL / dz:

        dL / dW_l = d_l' h_(l-1)    dL / db_l = column sums of d_l    d_(l-1) = (d_l W_l) * s_(l-1)

    A penalty of the Jacobian adds to both (`jacobian_gradient`). The others depend on the parameters alone: weight
    decay is P = |w|^2 / 2 over weights and biases, with dP / dw = w; for norms of the weight matrices see
    `smoothdistill_mlp.compiled_norm_penalties`.
    """
    flat, widths = network.parameters, network.widths
    n, layers = len(y), len(widths) - 1
    forward(network, n, memory)
    error = output_error(network, y, weights, memory)
    of_slopes = penalty.code >= SQUARED_SLOPES
    if of_slopes and network.activation == RELU and layers > 1:
        relu_jacobian_gradient(gradient, network, penalty, error, memory)
        return
    output_gradient(gradient, network, error, memory)
    if of_slopes:
        jacobian_gradient(gradient, network, penalty, n, memory)
    m = 2 * n if of_slopes else n
    for layer in range(layers - 1, 0, -1):
        delta = rows_of(memory, DELTA, layer, m)
        np.dot(delta.T, rows_of(memory, SIGNAL, layer - 1, m), matrix_of(gradient, widths, layer))
        own, own_bias = delta[:n], bias_of(gradient, widths, layer)
        own_bias[:] = 0
        for i in range(n):
            for j in range(widths[layer]):
                own_bias[j] += own[i, j]
        if layer > 1:
            below, slope = rows_of(memory, DELTA, layer - 1, m)[:n], rows_of(memory, SLOPE, layer - 1, n)
            bent = rows_of(memory, FACTOR, layer - 1, n)
            np.dot(own, matrix_of(flat, widths, layer), below)
            for i in range(n):
                for j in range(widths[layer - 1]):
                    below[i, j] *= slope[i, j]
                    if of_slopes:
                        below[i, j] += bent[i, j]
    if penalty.code == HALF_SQUARES:
        for k in range(len(flat)):
            gradient[k] += penalty.strength * flat[k]
    elif penalty.code in (NORM_PRODUCT, NORM_SUM):
        spectral_gradient(gradient, network, penalty)
    elif penalty.code == COLUMN_NORMS:
        column_gradient(gradient, network, penalty.strength)


@compiled
def adam_step(parameters, gradient, adam, steps):
    """Move the parameters by one step of Adam (Kingma and Ba 2015).

    At step t, with the gradient g of the parameters w and the constants c1 and c2:

        m = c1 m + (1 - c1) g    v = c2 v + (1 - c2) g^2
        w = w - rate * m / (1 - c1^t) / (sqrt(v / (1 - c2^t)) + epsilon)
    """
    number = parameters.dtype.type
    keep_1, keep_2, epsilon = number(BETA_1), number(BETA_2), number(EPSILON)
    take_1, take_2 = number(1 - BETA_1), number(1 - BETA_2)
    size = number(adam.rate / (1 - BETA_1**steps))
    correction = number(1 / math.sqrt(1 - BETA_2**steps))
    first, second = adam.first, adam.second
    for k in range(len(parameters)):
        slope = gradient[k]
        first[k] = keep_1 * first[k] + take_1 * slope
        second[k] = keep_2 * second[k] + take_2 * slope * slope
        parameters[k] -= size * first[k] / (number(math.sqrt(second[k])) * correction + epsilon)
