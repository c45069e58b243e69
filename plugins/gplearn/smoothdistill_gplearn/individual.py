"""A program of gplearn's that breeds as gplearn's own does, without the overheads."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import Any

import numpy as np
from gplearn._program import _Program
from gplearn.functions import _Function
from sklearn.utils.random import sample_without_replacement

from smoothdistill_gplearn.draws import Draws


class Individual(_Program):  # type: ignore[misc]
    """gplearn's program: the same operators, the same random numbers, the same offspring."""

    def validate_program(self) -> bool:
        """Return True: what is bred from complete programs is complete."""
        return True

    def get_subtree(self, random_state: Any, program: list[Any] | None = None) -> tuple[int, int]:
        """Return the start and the end of a random subtree."""
        nodes = self.program if program is None else program
        chances, ends = _subtrees(bytes([node.arity if isinstance(node, _Function) else 0 for node in nodes]))
        start = bisect_left(chances, random_state.uniform())
        return start, ends[start]

    def remember_sample(self, rows: int, max_samples: int, draws: Draws) -> None:
        """Keep what `sample` needs; gplearn keeps a copy of the whole random state."""
        self._n_samples, self._max_samples, self._indices_state = rows, max_samples, draws.place()

    def sample(self, draws: Draws) -> tuple[Any, Any]:
        """Return the rows in the sample and those left out; ``draws`` is to be seeded afterwards."""
        rows, left_out = self._n_samples, self._n_samples - self._max_samples
        if left_out == 0:
            return np.arange(rows), np.empty(0, dtype=np.int64)
        not_indices = sample_without_replacement(rows, left_out, random_state=draws.state_at(self._indices_state))
        inside = np.ones(rows, dtype=bool)
        inside[not_indices] = False
        return np.flatnonzero(inside), not_indices

    def get_all_indices(
        self, n_samples: int | None = None, max_samples: int | None = None, random_state: Any = None
    ) -> tuple[Any, Any]:
        """Return the rows in the sample and those left out; gplearn overwrites the global random state for this."""
        return self.sample(Draws())


@lru_cache(maxsize=1024)
def _subtrees(arities: bytes) -> tuple[list[float], list[int]]:
    """Return the cumulated chances of a program's nodes, functions 0.9 to terminals 0.1, and where each subtree ends.

    The chances are gplearn's arithmetic in gplearn's order, so that both round alike.
    """
    chances = np.array([0.9 if arity else 0.1 for arity in arities])
    ends = [0] * len(arities)
    for start in reversed(range(len(arities))):
        end = start + 1
        for _ in range(arities[start]):
            end = ends[end]
        ends[start] = end
    return np.cumsum(chances / chances.sum()).tolist(), ends
