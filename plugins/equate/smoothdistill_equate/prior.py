"""`Prior`: random skeletons, of the kind that laws are, drawn by a seed."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

import numpy as np

from smoothdistill_core import FormulaError
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import (
    CONSTANT,
    MOST_INPUTS,
    MOST_TOKENS,
    Expression,
    inputs,
    joined,
    renamed,
    tokens,
)

FUNCTION_ODDS = {"sq": 0.24, "sqrt": 0.12, "inv": 0.24, "exp": 0.13, "log": 0.06, "sin": 0.13, "tanh": 0.08}
POWERS = (("", 0.45), ("inv", 0.27), ("sq", 0.12), ("inv sq", 0.09), ("sqrt", 0.04), ("inv sqrt", 0.03))
NESTED = (0.36, 0.20, 0.05, 0.0)
"""How often a factor is more than an input, by its depth."""


class Prior:
    """Draws canonical skeletons of at most 24 tokens over x0 to x4."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.wanted = 1
        self.used = 0

    def draw(self) -> Expression:
        """Return the next skeleton."""
        while True:
            self.wanted, self.used = 1 + self._pick(0.12, 0.25, 0.28, 0.20, 0.15), 0
            terms = [self._term(0) for _ in range(1 + self._pick(0.64, 0.24, 0.08, 0.03, 0.01))]
            try:
                skeleton = canonical(joined("add", terms))
            except FormulaError:
                continue
            missing = len(inputs(skeleton)) < self.wanted
            if len(tokens(skeleton)) <= MOST_TOKENS and not (missing and self._chance(0.7)):
                names = {name: f"x{place}" for place, name in enumerate(sorted(inputs(skeleton)))}
                return canonical(renamed(skeleton, names))

    def part(self, count: int) -> Expression:
        """Return a part of a skeleton, not canonical, over x0 to x{count - 1}: an input, more often than not."""
        self.wanted = self.used = count
        return self._input() if self._chance(0.55) else self._term(1)

    def _chance(self, odds: float) -> bool:
        return self.rng.random() < odds

    def _pick(self, *odds: float) -> int:
        return min(bisect_left(list(accumulate(odds)), self.rng.random()), len(odds) - 1)

    def _input(self) -> Expression:
        if self.used < min(self.wanted, MOST_INPUTS) and (self.used == 0 or self._chance(0.85)):
            self.used += 1
            return Expression(f"x{self.used - 1}")
        return Expression(f"x{int(self.rng.integers(self.used))}")

    def _term(self, depth: int) -> Expression:
        if depth < 2 and self._chance(0.23):
            return self._monomial()
        odds = (0.45, 0.35, 0.15, 0.05) if depth == 0 else (0.72, 0.23, 0.05)
        count = 1 + self._pick(*odds)
        return joined("mul", [self._factor(depth, count > 1) for _ in range(count)])

    def _monomial(self) -> Expression:
        count = self.wanted if self._chance(0.6) else 1 + int(self.rng.integers(self.wanted))
        factors = []
        for _ in range(count):
            factor = self._input()
            for name in reversed(POWERS[self._pick(*(odds for _, odds in POWERS))][0].split()):
                factor = Expression(name, (factor,))
            factors.append(factor)
        return joined("mul", factors)

    def _factor(self, depth: int, in_product: bool) -> Expression:
        if not self._chance(NESTED[min(depth, 3)]):
            return self._input()
        if in_product and depth < 2 and self._chance(0.18):
            return self._sum(depth + 1, 1 + self._pick(0.3, 0.7), self._chance(0.4))
        name = list(FUNCTION_ODDS)[self._pick(*FUNCTION_ODDS.values())]
        if self._chance(0.55):
            return Expression(name, (self._input(),))
        shifted = name in ("sq", "sqrt", "inv", "log") and self._chance(0.4)
        return Expression(name, (self._sum(depth + 1, 1 + self._pick(0.45, 0.40, 0.15), shifted),))

    def _sum(self, depth: int, count: int, shifted: bool) -> Expression:
        terms = [self._term(depth) for _ in range(count)]
        return joined("add", [*terms, CONSTANT] if shifted or (count == 1 and self._chance(0.3)) else terms)
