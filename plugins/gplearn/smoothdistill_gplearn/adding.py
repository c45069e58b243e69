"""Adds the numbers of an array in the order in which numpy does, so that both round alike: pairwise, by halves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

LEAF = 128
"""numpy halves an array until at most this many numbers are left, and adds those in eight columns."""


@njit(cache=True, error_model="numpy")
def leaf_sum(numbers: Floats) -> float:
    """Return the sum of at most `LEAF` numbers."""
    n = numbers.shape[0]
    if n < 8:
        total: float = 0.0
        for i in range(n):
            total += numbers[i]
        return total
    s0, s1, s2, s3 = numbers[0], numbers[1], numbers[2], numbers[3]
    s4, s5, s6, s7 = numbers[4], numbers[5], numbers[6], numbers[7]
    whole = n - n % 8
    for i in range(8, whole, 8):
        s0 += numbers[i]
        s1 += numbers[i + 1]
        s2 += numbers[i + 2]
        s3 += numbers[i + 3]
        s4 += numbers[i + 4]
        s5 += numbers[i + 5]
        s6 += numbers[i + 6]
        s7 += numbers[i + 7]
    total = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
    for i in range(whole, n):
        total += numbers[i]
    return total


def leaves(n: int) -> tuple[Integers, Integers]:
    """Return where each leaf of ``n`` numbers ends, and how many sums of two follow once it is added up."""
    ends: list[int] = []
    merges: list[int] = []

    def halve(start: int, end: int) -> None:
        size = end - start
        if size <= LEAF:
            ends.append(end)
            merges.append(0)
            return
        middle = start + size // 2 - size // 2 % 8
        halve(start, middle)
        halve(middle, end)
        merges[-1] += 1

    halve(0, n)
    return np.array(ends, np.int64), np.array(merges, np.int64)


@njit(cache=True, error_model="numpy")
def pairwise_sum(numbers: Floats) -> float:
    """Return the sum of ``numbers`` (n,)."""
    n = numbers.shape[0]
    if n <= LEAF:
        total: float = leaf_sum(numbers)
    else:
        middle = n // 2 - n // 2 % 8
        total = pairwise_sum(numbers[:middle]) + pairwise_sum(numbers[middle:])
    return total


@lru_cache(maxsize=1)
def numpy_adds_so() -> bool:
    """Return whether the numpy at hand adds in this order; how it does so is nowhere promised."""
    numbers = np.random.RandomState(0).uniform(0.1, 1.0, 3000)
    lengths = (*range(1, 40), 127, 128, 129, 255, 256, 257, 300, 1000, 2999, 3000)
    return all(numbers[:n].sum() == pairwise_sum(numbers[:n]) for n in lengths)
