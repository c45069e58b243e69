"""numpy's RandomState for many short lives: the same numbers for the same seed, at a fraction of the cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from operator import length_hint
from typing import Any

import numpy as np

BATCH = 64
"""Words fetched from the generator at a time; an offspring needs about 50."""


class Draws:
    """Gives what ``numpy.random.RandomState`` gives, by the calls that gplearn makes; to be seeded first.

    A call to numpy for a single number is nearly all overhead. Here the generator's 32-bit words come in
    batches, and become numbers by the rules of RandomState, which numpy has frozen (NEP 19).
    """

    def __init__(self) -> None:
        self._bits = np.random.MT19937(0)
        self._state = np.random.RandomState(self._bits)

    def seed(self, seed: int) -> None:
        """Start anew, as ``RandomState(seed)`` does."""
        self._seed = seed
        self._state.seed(seed)
        self._fetched = 0
        self._restart()

    def _restart(self) -> None:
        self._batch: Iterator[int] = iter(())
        self._words = self._fetch()
        self._word = self._words.__next__

    def _fetch(self) -> Iterator[int]:
        while True:
            self._batch = iter(self._bits.random_raw(BATCH).tolist())
            self._fetched += BATCH
            yield from self._batch

    def randint(self, low: int, high: int | None = None, size: int | None = None) -> Any:
        """Return a whole number from ``low`` up to, but not with, ``high``, or a list of ``size`` of them."""
        first, top = (0, low - 1) if high is None else (int(low), int(high) - int(low) - 1)
        if top == 0:  # nothing to choose: no word is used
            return first if size is None else [first] * size
        mask = (1 << top.bit_length()) - 1
        if size is None:
            word = self._word
            while (value := word() & mask) > top:
                pass
            return first + value
        values: list[int] = []
        while len(values) < size:
            words = islice(self._words, size - len(values))
            values += [first + value for word in words if (value := word & mask) <= top]
        return values

    def uniform(self, low: float = 0.0, high: float = 1.0, size: int | None = None) -> Any:
        """Return a number from ``low`` up to ``high``, or an array of ``size`` of them."""
        if size is not None:
            return np.array([self.uniform(low, high) for _ in range(size)])
        low, span = float(low), float(high) - float(low)
        if math.frexp(span)[0] != 0.5:
            # only a product with a power of two is exact; others depend on whether numpy was built to fuse it
            return self._numpys_uniform(low, float(high))
        return low + span * (((self._word() >> 5) * 67108864 + (self._word() >> 6)) / 9007199254740992)

    def _numpys_uniform(self, low: float, high: float) -> float:
        value: float = self.state_at(self.place()).uniform(low, high)
        self._fetched = self.place()[1] + 2
        self._restart()
        return value

    def place(self) -> tuple[int, int]:
        """Return the seed and how many words were used since: all that a state is."""
        return self._seed, self._fetched - length_hint(self._batch)

    def state_at(self, place: tuple[int, int]) -> Any:
        """Return a RandomState at ``place``; after that, seed before you draw."""
        seed, used = place
        self._state.seed(seed)
        self._bits.random_raw(used, output=False)
        return self._state
