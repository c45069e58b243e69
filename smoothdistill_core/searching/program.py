"""`Program`: a formula whose constants are open, in postfix order, as compiled code runs it on columns of numbers.

It is a sum of terms, each with a coefficient, and an intercept: the outer constants, which are linear. The inner ones
are those of `SCALE` and `SHIFT`. An instruction is (operation, argument, use): `INPUT` pushes the column ``argument``;
`SCALE` and `SHIFT` multiply the top by and add to it the inner constant ``argument``; `TERM` takes the top as term
number ``argument``; every other operation works on the top, or the top two, of the stack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INPUT, MULTIPLY, ADD, SCALE, SHIFT, SQUARE, ROOT, INVERSE, EXP, LOG, SIN, TANH, TERM = range(13)

PLAIN, BESIDE, IN_EXP, IN_SIN, IN_TANH = range(5)
"""The uses of `SCALE`, which say how a search begins: a first term; one beside the sum below it on the stack; within
exp, sin or tanh."""

FREE, POSITIVE, PHASE, CENTRE, SMALL = range(5)
"""The uses of `SHIFT`: any; so that the sum is positive; within sin; within tanh; after a logarithm."""

PUSHES = {INPUT: 1, MULTIPLY: -1, ADD: -1, TERM: -1}
"""By how much an operation lengthens the stack; all others leave it as long as it is."""

UNEVEN = "a program ends with its stack empty, and takes nothing from an empty one"


@dataclass(frozen=True)
class Program:
    """Instructions (m, 3), and the counts of inner constants, of terms, and of the longest stack."""

    code: NDArray[np.int64]
    inner: int
    terms: int
    depth: int

    @classmethod
    def of(cls, instructions: Iterable[tuple[int, int, int]]) -> Program:
        """Return the program of instructions; raises `ValueError` where its stack does not come out even."""
        listed = list(instructions)
        length = deepest = 0
        for operation, _, _ in listed:
            length += PUSHES.get(operation, 0)
            deepest = max(deepest, length)
            if length < (operation != TERM):
                raise ValueError(UNEVEN)
        if not listed or length != 0:
            raise ValueError(UNEVEN)
        constants = {argument for operation, argument, _ in listed if operation in (SCALE, SHIFT)}
        terms = sum(operation == TERM for operation, _, _ in listed)
        return cls(np.array(listed, dtype=np.int64), len(constants), terms, deepest)
