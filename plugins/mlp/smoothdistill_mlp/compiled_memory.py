"""Where the compiled kernel finds its numbers: layers of the flat parameters, and of the working memory, as views."""

from __future__ import annotations

import numpy as np

from smoothdistill_core.searching.compiled_sums import compiled

SIGNAL, DELTA, SLOPE, FACTOR, CURVATURE = (np.int64(kind) for kind in range(5))
"""The kinds of numbers in the working memory.

SIGNAL: what a layer gives, h, and in the second half what a penalty sends up, r. DELTA: the gradient of the loss by
what enters an activation, and in the second half the output's own, g. SLOPE and CURVATURE: the activation's first and
second derivative. FACTOR: what a slope is multiplied with in the Jacobian, and then what comes back from it.
"""

INPUTS, FIRST = np.int64(0), np.int64(1)
"""The numbers of two layers. These and the kinds are numpy's: code is compiled anew for each value of Python's own."""


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
def rows_of(memory, kind, layer, n):
    """Return the first ``n`` rows (n, width) of one kind of numbers of a layer (0 is the input), as a view."""
    begin = 0
    for below in range(layer):
        begin += 2 * memory.size * memory.widths[below]
    width = memory.widths[layer]
    return memory.numbers[kind, begin : begin + n * width].reshape((n, width))
