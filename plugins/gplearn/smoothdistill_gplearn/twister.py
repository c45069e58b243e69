"""The Mersenne Twister as numpy's `RandomState` draws from it, compiled: same seed, same calls, same numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

WORDS = 624
"""Words of a generator's state, 32 bits each (M. Matsumoto and T. Nishimura, ACM TOMACS 8, 1998)."""

AHEAD = 397


@njit(cache=True)
def seed(key: Integers, place: Integers, number: int) -> None:
    """Set the state ``key`` (624,) as ``RandomState(number)`` does, and ``place`` (where it is, words used) to 0."""
    state = number
    key[0] = state
    for i in range(1, WORDS):
        state = (1812433253 * (state ^ (state >> 30)) + i) & 0xFFFFFFFF
        key[i] = state
    place[0] = 0
    place[1] = 0


@njit(cache=True)
def word(key: Integers, place: Integers) -> int:
    """Return the next 32 bits. A word of the state is renewed when it is needed: most offspring need few."""
    i: int = place[0]
    following = i + 1 if i < WORDS - 1 else 0
    ahead = i + AHEAD if i < WORDS - AHEAD else i + AHEAD - WORDS
    mixed = (key[i] & 0x80000000) | (key[following] & 0x7FFFFFFF)
    bits: int = key[ahead] ^ (mixed >> 1) ^ (0x9908B0DF * (mixed & 1))
    key[i] = bits
    place[0] = following
    place[1] += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C5680
    bits ^= (bits << 15) & 0xEFC60000
    return bits ^ (bits >> 18)


@njit(cache=True)
def mask_of(top: int) -> int:
    """Return the smallest 2^k - 1 that is not below ``top``."""
    mask = 0
    while mask < top:
        mask = 2 * mask + 1
    return mask


@njit(cache=True)
def below(key: Integers, place: Integers, count: int) -> int:
    """Return what ``randint(count)`` gives: words, masked, until one is small enough; none if nothing is to choose."""
    top = count - 1
    if top == 0:
        return 0
    mask = mask_of(top)
    value = word(key, place) & mask
    while value > top:
        value = word(key, place) & mask
    return value


@njit(cache=True)
def fraction(key: Integers, place: Integers) -> float:
    """Return what ``uniform()`` gives: 53 bits of two words."""
    high = word(key, place) >> 5
    return (high * 67108864.0 + (word(key, place) >> 6)) / 9007199254740992.0


@lru_cache(maxsize=1)
def uniform_rounds_twice() -> bool:
    """Return whether this numpy's ``uniform(low, high)`` rounds its product before it adds, as compiled code here does.

    Where numpy was built to fuse the two, a product with a power of two alone is the same either way.
    """
    low, high = -3.0, 7.3
    drawn, ours = np.random.RandomState(0), np.random.RandomState(0)
    return all(drawn.uniform(low, high) == low + (high - low) * ours.uniform() for _ in range(200))
