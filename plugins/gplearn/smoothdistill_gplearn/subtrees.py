"""Numbers the different subtrees of programs, so that what is alike is known once, however often it occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

CONSTANT = -1
"""Code of a node that is a number. From 0 on a code is a column of the table, below -1 (`FUNCTIONS` - k) function k."""

FUNCTIONS = -2

MORE = np.iinfo(np.int64).min
"""Code that adds one more argument to a function that has two already."""

FORGET = 2**21
"""Subtrees known at most before all are forgotten, as a search of very many generations needs: 100 MB."""


class Nodes(NamedTuple):
    """A forest without repetitions: a node has a code, up to two arguments, all before it, and a number if constant."""

    codes: Integers
    left: Integers
    right: Integers
    values: Floats
    slots: Integers
    """Hash table, twice as long or more: nodes by their content, -1 where free."""


def room_for(count: int) -> Nodes:
    """Return a forest without nodes that has room for ``count``."""
    size = 1 << (2 * count).bit_length()
    codes, left, right = (np.empty(count, np.int64) for _ in range(3))
    return Nodes(codes, left, right, np.empty(count), np.full(size, -1))


class Subtrees:
    """The subtrees of the generations of a search."""

    def __init__(self, arities: Integers) -> None:
        self._arities = arities
        self.count = 0
        self.nodes = room_for(2**14)

    def roots(self, codes: Integers, values: Floats, ends: Integers) -> Integers:
        """Return the number of each program, (k,), of a generation's ``codes`` and ``values``, each to its ``ends``."""
        needed = self.count + len(codes)
        if needed > len(self.nodes.codes):
            grown = room_for(2 * needed)
            for new, old in zip(grown[:4], self.nodes[:4], strict=True):
                new[: self.count] = old[: self.count]
            _enter(grown, self.count)
            self.nodes = grown
        roots = np.empty(len(ends), np.int64)
        self.count = _number(codes, values, ends, self._arities, self.nodes, self.count, roots)
        return roots


@njit(cache=True)
def _place(nodes: Nodes, code: int, left: int, right: int, bits: int) -> int:
    """Return the slot of a node: that which holds it, or the free one where it belongs."""
    mixed = np.uint64(code) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(left)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(right)
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0x94D049BB133111EB) + np.uint64(bits)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
    last = nodes.slots.shape[0] - 1
    place: int = np.int64(mixed >> np.uint64(20)) & last
    numbers = nodes.values.view(np.int64)
    while True:
        node = nodes.slots[place]
        if node < 0 or (
            nodes.codes[node] == code
            and nodes.left[node] == left
            and nodes.right[node] == right
            and numbers[node] == bits
        ):
            return place
        place = (place + 1) & last


@njit(cache=True)
def _enter(nodes: Nodes, count: int) -> None:
    numbers = nodes.values.view(np.int64)
    for node in range(count):
        nodes.slots[_place(nodes, nodes.codes[node], nodes.left[node], nodes.right[node], numbers[node])] = node


@njit(cache=True)
def _number(
    codes: Integers, values: Floats, ends: Integers, arities: Integers, nodes: Nodes, count: int, roots: Integers
) -> int:
    longest, start = 0, 0
    for end in ends:
        longest, start = max(longest, end - start), end
    stack = np.empty(longest + 1, np.int64)
    bits = values.view(np.int64)
    numbers = nodes.values.view(np.int64)
    start = 0
    for program in range(ends.shape[0]):
        height = 0
        # from the last node to the first, every function finds its arguments on the stack, the first on top
        for i in range(ends[program] - 1, start - 1, -1):
            code = codes[i]
            number = bits[i] if code == CONSTANT else 0
            left = right = -1
            more = 0
            if code <= FUNCTIONS:
                arity = arities[FUNCTIONS - code]
                height -= 1
                left = stack[height]
                if arity > 1:
                    height -= 1
                    right = stack[height]
                    more = arity - 2
            while True:
                place = _place(nodes, code, left, right, number)
                node = nodes.slots[place]
                if node < 0:
                    node = count
                    nodes.codes[node], nodes.left[node], nodes.right[node] = code, left, right
                    numbers[node] = number
                    nodes.slots[place] = node
                    count += 1
                if more == 0:
                    break
                more -= 1
                height -= 1
                code, left, right = MORE, node, stack[height]
            stack[height] = node
            height += 1
        roots[program] = stack[0]
        start = ends[program]
    return count
