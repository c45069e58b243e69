"""`Archive`: every skeleton that a search tried, with its best constants, and what it costs in bits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from smoothdistill_core import Deadline
from smoothdistill_core.searching import FittedProgram, fitted
from smoothdistill_equate.expression import Expression, inputs, tokens
from smoothdistill_equate.program_of import program_of
from smoothdistill_equate.table import Table

BITS_OF_TOKEN = 4.0
SEARCHED_ROWS = 100
"""Skeletons are fitted to so many rows while the search goes on; in the end the best are fitted to all."""
ROUNDING = 1e-11
"""A smaller error, as a share of the variance, is rounding and saves no more bits."""
EXACT = 1e-12
"""The error that ends a search."""
AT_ONCE = 8
"""So many skeletons are fitted between two looks at the clock."""


@dataclass(frozen=True)
class Found:
    """A skeleton with its best constants, and the length in bits of the data told by it."""

    skeleton: Expression
    fit: FittedProgram
    bits: float

    @property
    def length(self) -> int:
        """The number of tokens."""
        return len(tokens(self.skeleton))


class Archive:
    """Fits what it is given, unless it has it or it is longer than ``longest`` tokens, until the deadline."""

    def __init__(self, table: Table, deadline: Deadline, longest: int, seed: int) -> None:
        self.table = table
        self.deadline = deadline
        self.longest = longest
        self._seed = seed
        self._few = table.thinned(SEARCHED_ROWS)
        self._found: dict[Expression, Found] = {}

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, skeleton: Expression) -> bool:
        return skeleton in self._found

    @property
    def is_over(self) -> bool:
        """Whether to end the search: an exact formula was found, or the time is over."""
        return bool(self._found) and (self.best(1)[0].fit.error < EXACT or self.deadline.is_over())

    def add(self, skeletons: Iterable[Expression], starts: int = 6, steps: int = 12) -> None:
        """Fit canonical skeletons to some rows."""
        for number, skeleton in enumerate(skeletons):
            if self._found and number % AT_ONCE == 0 and self.deadline.is_over():
                return
            if skeleton not in self._found and self._fits(skeleton):
                self._found[skeleton] = self._fit(self._few, skeleton, starts, steps)

    def polish(self, found: Iterable[Found], starts: int = 30, steps: int = 40) -> None:
        """Fit again what was found, with more effort and to all rows; what the time is too short for stays out.

        The first is fitted in any case.
        """
        polished = {}
        for number, one in enumerate(found):
            if number and self.deadline.is_over():
                break
            polished[one.skeleton] = self._fit(self.table, one.skeleton, starts, steps, one.fit)
        self._found = polished

    def best(self, count: int) -> list[Found]:
        """Return those of the fewest bits, the best first."""
        return sorted(self._found.values(), key=lambda found: found.bits)[:count]

    def of_each_length(self, count: int) -> list[Found]:
        """Return for each number of tokens so many of the least error, the shortest first."""
        kept: dict[int, list[Found]] = {}
        for found in sorted(self._found.values(), key=lambda found: found.fit.error):
            if math.isfinite(found.bits) and len(same := kept.setdefault(found.length, [])) < count:
                same.append(found)
        return [found for length in sorted(kept) for found in kept[length]]

    def _fits(self, skeleton: Expression) -> bool:
        return len(tokens(skeleton)) <= self.longest and all(
            int(name[1:]) < self.table.count for name in inputs(skeleton)
        )

    def _fit(
        self, table: Table, skeleton: Expression, starts: int, steps: int, known: FittedProgram | None = None
    ) -> Found:
        program = program_of(skeleton)
        begin = None if known is None or not np.isfinite(known.error) else known.inner[None]
        fit = fitted(program, table.X, table.y, table.weights, starts=starts, steps=steps, seed=self._seed, known=begin)
        if not (math.isfinite(fit.error) and np.isfinite([*fit.inner, *fit.coefficients, fit.intercept]).all()):
            return Found(skeleton, fit, math.inf)
        return Found(
            skeleton, fit, bits(fit.error, self.table.rows, len(tokens(skeleton)), program.inner + program.terms)
        )


def bits(error: float, rows: float, length: int, constants: int) -> float:
    """Return how many bits data take that are told by a formula, after Rissanen (1978).

    ``error`` is what is left of them as a share of their variance; a formula of ``length`` tokens costs 4 bits for
    each, and its constants as many as their precision is worth.
    """
    told = 0.5 * rows * math.log2(error + ROUNDING)
    return told + BITS_OF_TOKEN * length + (2.0 + 0.5 * math.log2(rows)) * constants
