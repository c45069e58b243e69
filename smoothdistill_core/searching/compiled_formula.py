"""The compiled interpreter of formulas: values and derivatives by constants, some rows at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_operators import ADD, MUL, slopes, value
from smoothdistill_core.searching.compiled_sums import Floats, compiled

INPUT, CONSTANT = -2, -1
"""The operations of leaves; those of inner nodes are the numbers of operators."""

ROWS_AT_ONCE = 256
"""The values of all nodes for so many rows stay near the processor."""

Code = NDArray[np.int64]
"""Nodes in prefix order (m, 4). Of an operator: its number, the places of its two arguments (the only one twice), and
whether an open constant is below, else -1. Of a leaf: its operation, which input or constant it is, 0, and which open
constant that is, else -1."""


class Room(NamedTuple):
    """The values of all nodes (m, n), and the derivatives of the whole by them (m, n)."""

    values: Floats
    slopes: Floats


@compiled
def room_for(code: Code) -> Room:
    """Return room for a formula on as many rows as are run at once."""
    shape = (len(code), ROWS_AT_ONCE)
    return Room(np.empty(shape), np.empty(shape))


@compiled
def apply(operation: int, a: Floats, b: Floats, result: Floats, count: int) -> None:
    """Apply an operator to the first so many rows; several at once of the commonest."""
    if operation == ADD:
        for r in range(count):
            result[r] = a[r] + b[r]
    elif operation == MUL:
        for r in range(count):
            result[r] = a[r] * b[r]
    else:
        for r in range(count):
            result[r] = value(operation, a[r], b[r])


@compiled
def run(code: Code, constants: Floats, X: Floats, first: int, room: Room) -> int:
    """Compute all nodes for the rows of X (n, d) from ``first`` on, as many as there is room for; return how many."""
    values = room.values
    count: int = min(ROWS_AT_ONCE, len(X) - first)
    for place in range(len(code) - 1, -1, -1):
        operation, one, two = code[place, 0], code[place, 1], code[place, 2]
        here = values[place]
        if operation == INPUT:
            for r in range(count):
                here[r] = X[first + r, one]
        elif operation == CONSTANT:
            for r in range(count):
                here[r] = constants[one]
        else:
            apply(operation, values[one], values[two], here, count)
    return count


@compiled
def derive(code: Code, count: int, room: Room) -> None:
    """Compute the derivatives of the whole, for the rows that were run, by nodes with an open constant below.

    An argument that does not reach the whole contributes 0, even where its derivative is infinite.
    """
    for r in range(count):
        room.slopes[0, r] = 1.0
    for place in range(len(code)):
        operation, one, two = code[place, 0], code[place, 1], code[place, 2]
        if operation < 0 or code[place, 3] < 0:
            continue
        here, of_it = room.values[place], room.slopes[place]
        a, b, by_a, by_b = room.values[one], room.values[two], room.slopes[one], room.slopes[two]
        for r in range(count):
            first, second = slopes(operation, here[r], a[r], b[r])
            if one != two:
                by_b[r] = 0.0 if of_it[r] == 0.0 else of_it[r] * second
            by_a[r] = 0.0 if of_it[r] == 0.0 else of_it[r] * first


@compiled
def evaluate(code: Code, constants: Floats, X: Floats) -> Floats:
    """Return the values (n,) at the rows of X (n, d)."""
    found, room = np.empty(len(X)), room_for(code)
    for first in range(0, len(X), ROWS_AT_ONCE):
        count = run(code, constants, X, first, room)
        found[first : first + count] = room.values[0, :count]
    return found
