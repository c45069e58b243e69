"""Penalties of norms in the compiled engine: of the layers' spectral norms, and of the first layer's columns."""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_mlp.compiled_memory import compiled, matrix_of
from smoothdistill_mlp.compiled_penalty_codes import NORM_PRODUCT
from smoothdistill_mlp.power_iteration import POWER_STEPS


@compiled
def spectral_gradient(gradient, network, penalty):
    """Follow the leading singular vectors u, v of each layer, and add the gradient of strength * P.

    A few steps of power iteration, v = W' u / |W' u| and u = W v / |W v|, lead to the spectral norm n = u' W v, whose
    gradient by W is u v'. So

        P = product of n_l:    dP / dW_l = (product of n_k, k not l) * u_l v_l'
        P = sum of n_l:        dP / dW_l = u_l v_l'
    """
    flat, widths, vectors = network.parameters, network.widths, penalty.vectors
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
        factor = penalty.strength
        if penalty.code == NORM_PRODUCT:
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
def column_gradient(gradient, network, strength):
    """Add the gradient of strength * P, P = sum over the inputs of |c|, where c is a column of the first layer's W.

    dP / dc = c / |c|, and 0 for a column of zeros.
    """
    matrix, found = matrix_of(network.parameters, network.widths, 1), matrix_of(gradient, network.widths, 1)
    for j in range(network.widths[0]):
        length = np.sqrt(np.dot(matrix[:, j].copy(), matrix[:, j].copy()))
        if length > 0:
            found[:, j] += strength / length * matrix[:, j]


@compiled
def unit(vector):
    """Return ``vector`` divided by its length, or as it is where that is 0."""
    length = math.sqrt(np.dot(vector, vector))
    return vector / vector.dtype.type(length) if length > 0 else vector
