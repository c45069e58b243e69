"""`Sampler`: random skeletons as laws are made: few terms, products of powers, functions of short sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from smoothdistill_core import FormulaError
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import CONSTANT, MOST_TOKENS, Expression, inputs, joined, tokens
from smoothdistill_equate.kinship import in_least_order

Choice = TypeVar("Choice")

DEEPEST = 2
"""A function, or a sum within a product, stands at most so deep."""

INPUT_COUNTS = (0.12, 0.25, 0.28, 0.20, 0.15)
TERM_COUNTS = (0.64, 0.24, 0.08, 0.03, 0.01)
OUTER_FACTORS = (0.45, 0.35, 0.15, 0.05)
INNER_FACTORS = (0.72, 0.23, 0.05)
ARGUMENTS = (0.45, 0.40, 0.15)
"""The chances of 1, 2 ... of each; arguments are the terms of a sum within a function."""

FUNCTIONS = {"sq": 0.24, "sqrt": 0.12, "inv": 0.24, "exp": 0.13, "log": 0.06, "sin": 0.13, "tanh": 0.08}
POWERS = {(): 0.45, ("inv",): 0.27, ("sq",): 0.12, ("inv", "sq"): 0.09, ("sqrt",): 0.04, ("inv", "sqrt"): 0.03}
BENT = (0.36, 0.20, 0.05)
"""The chance that a factor is no plain input, by its depth."""
SUM_IN_PRODUCT, MONOMIAL, PLAIN_ARGUMENT, INTERCEPT = 0.18, 0.24, 0.55, 0.5


class Sampler:
    """Draws skeletons; a seed's draws are always the same."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed).random
        self._inputs = 1
        self._used = 0

    def draw(self) -> Expression:
        """Return a canonical skeleton of at most 24 tokens, its inputs x0, x1 ... without a gap."""
        while True:
            self._inputs, self._used = self._count(INPUT_COUNTS), 0
            terms = [self._term(0) for _ in range(self._count(TERM_COUNTS))]
            try:
                skeleton = canonical(joined("add", terms))
            except FormulaError:
                continue
            if len(tokens(skeleton)) <= MOST_TOKENS and len(inputs(skeleton)) == self._inputs:
                return in_least_order(skeleton)

    def _chosen(self, choices: Sequence[Choice], chances: Sequence[float]) -> Choice:
        left = self._random()
        for choice, chance in zip(choices, chances, strict=True):
            left -= chance
            if left < 0:
                return choice
        return choices[-1]

    def _count(self, chances: Sequence[float]) -> int:
        return self._chosen(range(1, len(chances) + 1), chances)

    def _input(self) -> Expression:
        """Return an input: mostly one that has not been used, while there is any."""
        if self._used < self._inputs and (self._used == 0 or self._random() < 0.85):
            self._used += 1
            return Expression(f"x{self._used - 1}")
        return Expression(f"x{int(self._random() * self._used)}")

    def _term(self, depth: int) -> Expression:
        if self._random() < MONOMIAL:
            return self._monomial()
        count = self._count(OUTER_FACTORS if depth == 0 else INNER_FACTORS)
        return joined("mul", [self._factor(depth, beside=count > 1) for _ in range(count)])

    def _monomial(self) -> Expression:
        count = self._inputs if self._random() < 0.6 else 1 + int(self._random() * self._inputs)
        return joined("mul", [self._power() for _ in range(count)])

    def _power(self) -> Expression:
        power = self._input()
        for name in reversed(self._chosen(tuple(POWERS), tuple(POWERS.values()))):
            power = Expression(name, (power,))
        return power

    def _factor(self, depth: int, beside: bool) -> Expression:
        if depth > DEEPEST or self._random() > BENT[depth]:
            return self._input()
        if beside and depth < DEEPEST and self._random() < SUM_IN_PRODUCT:
            return self._sum(depth + 1, 2, self._random() < INTERCEPT)
        name = self._chosen(tuple(FUNCTIONS), tuple(FUNCTIONS.values()))
        if self._random() < PLAIN_ARGUMENT:
            return Expression(name, (self._input(),))
        count = self._count(ARGUMENTS)
        return Expression(name, (self._sum(depth + 1, count, self._random() < INTERCEPT),))

    def _sum(self, depth: int, count: int, with_intercept: bool) -> Expression:
        terms = [self._term(depth) for _ in range(count)]
        return joined("add", [*terms, CONSTANT] if with_intercept else terms)
