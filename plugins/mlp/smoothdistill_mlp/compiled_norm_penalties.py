"""Penalties of norms in the compiled engine: of the layers' spectral norms, and of the first layer's columns."""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.searching.compiled_sums import compiled
from smoothdistill_mlp.compiled_memory import FIRST, matrix_of
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
            np.dot(matrix.T, u, v)
            normalise(v)
            np.dot(matrix, v, u)
            normalise(u)
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
    matrix, found = matrix_of(network.parameters, network.widths, FIRST), matrix_of(gradient, network.widths, FIRST)
    for j in range(network.widths[0]):
        column = matrix[:, j].copy()
        length = np.sqrt(np.dot(column, column))
        if length > 0:
            for i in range(len(column)):
                found[i, j] += strength / length * column[i]


@compiled
def normalise(vector):
    """Divide ``vector`` by its length, unless that is 0."""
    length = vector.dtype.type(math.sqrt(np.dot(vector, vector)))
    if length > 0:
        for k in range(len(vector)):
            vector[k] /= length
