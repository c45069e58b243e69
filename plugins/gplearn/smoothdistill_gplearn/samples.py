"""The rows that a program is judged on where ``max_samples`` leaves some out, as gplearn draws them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.random import sample_without_replacement


class Samples:
    """Draws samples of ``max_samples`` of ``rows`` rows; gplearn overwrites numpy's global random state for this."""

    def __init__(self, rows: int, max_samples: int) -> None:
        self.rows, self.left_out = rows, rows - max_samples
        self._bits = np.random.MT19937(0)
        self._state = np.random.RandomState(self._bits)

    def __call__(self, seed: int, words: int) -> tuple[Any, Any]:
        """Return the rows in the sample and those left out, of a program whose ``seed`` gave so many ``words``."""
        if self.left_out == 0:
            return np.arange(self.rows), np.empty(0, dtype=np.int64)
        self._state.seed(seed)
        self._bits.random_raw(words, output=False)
        not_indices = sample_without_replacement(self.rows, self.left_out, random_state=self._state)
        inside = np.ones(self.rows, dtype=bool)
        inside[not_indices] = False
        return np.flatnonzero(inside), not_indices
