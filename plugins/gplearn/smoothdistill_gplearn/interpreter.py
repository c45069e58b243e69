"""Computes subtrees over the columns of a table, compiled: each once, in blocks of rows that stay in the cache."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from smoothdistill_gplearn.adding import leaf_sum
from smoothdistill_gplearn.subtrees import CONSTANT, FUNCTIONS, Nodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

BLOCK = 512
"""Rows worked on at a time, at least as many as a leaf of `adding` has."""

STEPS = 96
"""Subtrees worked on at a time, unless one program has more: with `BLOCK`, 400 kB, less than a core's own cache."""

ADD, SUB, MUL, DIV, MAX, MIN, ABS, NEG, INV, SQRT, NUMPYS = range(11)
"""Operations; `NUMPYS` are not done here."""

GUARD = 0.001
"""gplearn divides by a number only where it is further than this from 0."""

PREDICT, ABSOLUTE, SQUARED = range(3)
"""What is wanted of programs: what they predict, or the sum of weighted absolute or squared errors."""


class Table(NamedTuple):
    """What programs are computed on."""

    columns: Floats
    """The features, (d, n)."""
    target: Floats
    weights: Floats
    leaf_ends: Integers
    leaf_merges: Integers
    """How numpy adds the n rows: `adding.leaves`."""


@njit(nogil=True, cache=True, error_model="numpy")
def run(
    roots: Integers,
    nodes: Nodes,
    operations: Integers,
    more_columns: Floats,
    column_of: Integers,
    table: Table,
    wanted: int,
    out: Floats,
) -> None:
    """Compute the programs ``roots`` (k,) to the last bit as numpy does: ``out`` is (k, n) to `PREDICT`, else (k, 1).

    ``operations`` tells what each function does. A subtree that has a place from 0 on in ``column_of`` is not computed
    but stands there in ``more_columns`` (any, n), as those of `NUMPYS` must.

    Only operations that IEEE 754 rounds correctly are here, so there is one right answer. The sign of a zero
    from max and min is numpy's own whim, and nothing downstream of the guards can see it.
    """
    rows = table.columns.shape[1]
    place = np.full(nodes.codes.shape[0], -1)  # the buffer of each subtree at work
    steps = np.empty_like(place)
    stack = np.empty(2 * len(place) + 2, np.int64)
    buffers = np.empty((STEPS, BLOCK))
    errors = np.empty(BLOCK)
    sums = np.empty((STEPS, 64))
    first = 0
    while first < roots.shape[0]:
        count, last = 0, first
        while last < roots.shape[0] and last - first < STEPS and count < STEPS // 2:
            count = _plan(roots[last], nodes, column_of, place, steps, count, stack)
            last += 1
        if count > buffers.shape[0]:
            buffers = np.empty((2 * count, BLOCK))
        for step in range(count):
            if nodes.codes[steps[step]] == CONSTANT:
                _fill(nodes.values[steps[step]], buffers[step])

        low, leaf, height = 0, 0, 0
        while low < rows:
            next_leaf = leaf
            while next_leaf < table.leaf_ends.shape[0] and table.leaf_ends[next_leaf] <= low + BLOCK:
                next_leaf += 1
            high = table.leaf_ends[next_leaf - 1]
            for step in range(count):
                node = steps[step]
                if nodes.codes[node] == CONSTANT:
                    continue
                left, right = nodes.left[node], nodes.right[node]
                x = _values(left, nodes, column_of, place, table.columns, more_columns, buffers, low, high)
                z = x
                if right >= 0:
                    z = _values(right, nodes, column_of, place, table.columns, more_columns, buffers, low, high)
                _apply(operations[FUNCTIONS - nodes.codes[node]], x, z, buffers[step, : high - low])
            after = height
            for i in range(first, last):
                p = _values(roots[i], nodes, column_of, place, table.columns, more_columns, buffers, low, high)
                if wanted == PREDICT:
                    _copy(p, out[i, low:high])
                    continue
                _weigh_errors(wanted, p, table.target[low:high], table.weights[low:high], errors)
                after, begin = height, low
                for each in range(leaf, next_leaf):
                    total = leaf_sum(errors[begin - low : table.leaf_ends[each] - low])
                    begin = table.leaf_ends[each]
                    for _ in range(table.leaf_merges[each]):
                        after -= 1
                        total = sums[i - first, after] + total
                    sums[i - first, after] = total
                    after += 1
            low, leaf, height = high, next_leaf, after

        if wanted != PREDICT:
            for i in range(first, last):
                out[i, 0] = sums[i - first, 0]
        for step in range(count):
            place[steps[step]] = -1
        first = last


@njit(cache=True)
def _fill(value: float, out: Floats) -> None:
    for i in range(out.shape[0]):
        out[i] = value


@njit(cache=True)
def _copy(values: Floats, out: Floats) -> None:
    for i in range(values.shape[0]):
        out[i] = values[i]


@njit(cache=True)
def _is_given(node: int, nodes: Nodes, column_of: Integers) -> bool:
    given: bool = nodes.codes[node] >= 0 or column_of[node] >= 0
    return given


@njit(cache=True)
def _plan(
    root: int, nodes: Nodes, column_of: Integers, place: Integers, steps: Integers, count: int, stack: Integers
) -> int:
    """Append to ``steps`` the subtrees that ``root`` needs and no other did, arguments first; return the count."""
    stack[0], height = root, 1
    while height:
        node = stack[height - 1]
        left, right = nodes.left[node], nodes.right[node]
        if place[node] >= 0 or _is_given(node, nodes, column_of):
            height -= 1
        elif right >= 0 and place[right] < 0 and not _is_given(right, nodes, column_of):
            stack[height] = right
            height += 1
        elif left >= 0 and place[left] < 0 and not _is_given(left, nodes, column_of):
            stack[height] = left
            height += 1
        else:
            steps[count], place[node] = node, count
            count += 1
            height -= 1
    return count


@njit(cache=True)
def waiting(roots: Integers, nodes: Nodes, operations: Integers, column_of: Integers) -> Integers:
    """Return the subtrees of `NUMPYS` that the ``roots`` need, not yet given, whose own arguments need no other."""
    place = np.full(nodes.codes.shape[0], -1)
    steps = np.empty_like(place)
    stack = np.empty(2 * len(place) + 2, np.int64)
    count = 0
    for root in roots:
        count = _plan(root, nodes, column_of, place, steps, count, stack)
    waits = np.zeros(len(place), np.bool_)
    found = 0
    for node in steps[:count].copy():
        for argument in (nodes.left[node], nodes.right[node]):
            if argument >= 0 and waits[argument]:
                waits[node] = True
        if nodes.codes[node] <= FUNCTIONS and operations[FUNCTIONS - nodes.codes[node]] == NUMPYS:
            if not waits[node]:
                steps[found] = node
                found += 1
            waits[node] = True
    return steps[:found].copy()


@njit(cache=True)
def _values(node, nodes, column_of, place, columns, more_columns, buffers, low, high):  # type: ignore[no-untyped-def]
    if nodes.codes[node] >= 0:
        return columns[nodes.codes[node], low:high]
    if column_of[node] >= 0:
        return more_columns[column_of[node], low:high]
    return buffers[place[node], : high - low]


@njit(cache=True, error_model="numpy")
def _weigh_errors(wanted: int, predicted: Floats, target: Floats, weights: Floats, out: Floats) -> None:
    if wanted == SQUARED:
        for i in range(predicted.shape[0]):
            error = predicted[i] - target[i]
            out[i] = error * error * weights[i]
    else:
        for i in range(predicted.shape[0]):
            out[i] = abs(predicted[i] - target[i]) * weights[i]


@njit(cache=True, error_model="numpy")
def _apply(operation: int, x: Floats, z: Floats, out: Floats) -> None:
    n = out.shape[0]
    if operation == ADD:
        for i in range(n):
            out[i] = x[i] + z[i]
    elif operation == SUB:
        for i in range(n):
            out[i] = x[i] - z[i]
    elif operation == MUL:
        for i in range(n):
            out[i] = x[i] * z[i]
    elif operation == DIV:
        for i in range(n):
            quotient = x[i] / z[i]
            out[i] = quotient if abs(z[i]) > GUARD else 1.0
    elif operation == MAX:
        for i in range(n):
            out[i] = x[i] if x[i] >= z[i] or x[i] != x[i] else z[i]
    elif operation == MIN:
        for i in range(n):
            out[i] = x[i] if x[i] <= z[i] or x[i] != x[i] else z[i]
    elif operation == ABS:
        for i in range(n):
            out[i] = abs(x[i])
    elif operation == NEG:
        for i in range(n):
            out[i] = -x[i]
    elif operation == INV:
        for i in range(n):
            inverse = 1.0 / x[i]
            out[i] = inverse if abs(x[i]) > GUARD else 0.0
    else:
        for i in range(n):
            out[i] = math.sqrt(abs(x[i]))
