"""Runs programs of arithmetic over the columns of a table, compiled, in blocks of rows that stay in the cache."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

BLOCK = 1024
"""Rows worked on at a time: the few buffers in use, 8 kB each, stay in the innermost cache."""

CONSTANT = -1
ADD, SUB, MUL, DIV, MAX, MIN, ABS, NEG, INV, SQRT = range(-2, -12, -1)
"""Codes of nodes; the functions of two arguments come first. A code from 0 on is the column of that number."""

GUARD = 0.001
"""gplearn divides by a number only where it is further than this from 0."""


@njit(nogil=True, cache=True, error_model="numpy")
def run(
    codes: Integers, values: Floats, ends: Integers, columns: Floats, more_columns: Floats, predictions: Floats
) -> None:
    """Fill ``predictions`` (k, n) with what k programs compute, to the last bit as numpy does.

    ``codes`` and ``values`` hold the programs one after the other in prefix order, each up to its entry
    in ``ends`` (k,); ``values`` gives the constants. Columns are the rows of ``columns`` (d, n), then
    those of ``more_columns`` (any, n).

    Only operations that IEEE 754 rounds correctly are here, so there is one right answer. The sign of a zero
    from max and min is numpy's own whim, and nothing downstream of the guards can see it.
    """
    longest, start = 0, 0
    for end in ends:
        longest, start = max(longest, end - start), end
    # Each place on the stack has two buffers: a result never overwrites an operand, so that loops vectorise.
    buffers = np.empty((longest + 3, BLOCK))
    stack = np.empty(longest + 1, np.int64)
    d, rows = columns.shape
    first_buffer = d + more_columns.shape[0]

    for low in range(0, rows, BLOCK):
        high = min(low + BLOCK, rows)
        start = 0
        for program in range(ends.shape[0]):
            depth = 0
            # From the last node to the first, every function finds its arguments on the stack, the first on top.
            for node in range(ends[program] - 1, start - 1, -1):
                code = codes[node]
                if code >= 0 and node > start:
                    stack[depth] = code
                    depth += 1
                    continue
                a = b = code if code >= 0 else first_buffer
                if code < CONSTANT:
                    depth -= 1
                    a = b = stack[depth]
                    if code >= MIN:
                        depth -= 1
                        b = stack[depth]
                result = first_buffer + 2 * depth
                if result in (a, b):
                    result += 1
                stack[depth] = result
                depth += 1

                x = _operand(a, columns, more_columns, buffers, low, high)
                z = _operand(b, columns, more_columns, buffers, low, high)
                buffer = buffers[result - first_buffer, : high - low]
                out = predictions[program, low:high] if node == start else buffer
                _apply(code, values[node], x, z, out)
            start = ends[program]


@njit(inline="always")
def _operand(index: int, columns: Floats, more_columns: Floats, buffers: Floats, low: int, high: int) -> Floats:
    if index < columns.shape[0]:
        return columns[index, low:high]
    index -= columns.shape[0]
    if index < more_columns.shape[0]:
        return more_columns[index, low:high]
    return buffers[index - more_columns.shape[0], : high - low]


@njit(error_model="numpy")
def _apply(code: int, value: float, x: Floats, z: Floats, out: Floats) -> None:
    n = out.shape[0]
    if code == ADD:
        for i in range(n):
            out[i] = x[i] + z[i]
    elif code == SUB:
        for i in range(n):
            out[i] = x[i] - z[i]
    elif code == MUL:
        for i in range(n):
            out[i] = x[i] * z[i]
    elif code == DIV:
        for i in range(n):
            quotient = x[i] / z[i]
            out[i] = quotient if abs(z[i]) > GUARD else 1.0
    elif code == MAX:
        for i in range(n):
            out[i] = x[i] if x[i] >= z[i] or x[i] != x[i] else z[i]
    elif code == MIN:
        for i in range(n):
            out[i] = x[i] if x[i] <= z[i] or x[i] != x[i] else z[i]
    elif code == ABS:
        for i in range(n):
            out[i] = abs(x[i])
    elif code == NEG:
        for i in range(n):
            out[i] = -x[i]
    elif code == INV:
        for i in range(n):
            inverse = 1.0 / x[i]
            out[i] = inverse if abs(x[i]) > GUARD else 0.0
    elif code == SQRT:
        for i in range(n):
            out[i] = math.sqrt(abs(x[i]))
    elif code == CONSTANT:
        for i in range(n):
            out[i] = value
    else:
        for i in range(n):
            out[i] = x[i]
