"""The batches that pretraining sees: data sets, their skeletons, and candidates with what these are worth."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching import fitted
from smoothdistill_equate.expression import Expression, inputs, tokens
from smoothdistill_equate.features import features_of
from smoothdistill_equate.generating import Drawn, Generator
from smoothdistill_equate.mutating import mutated
from smoothdistill_equate.program_of import program_of

ROWS = 64
PARTS = 2
"""A batch is made of so many parts, each of which a process of its own may make."""
CANDIDATES_EVERY = 3
"""Every third batch has candidates; they are of three kinds: the skeleton itself, one that was mutated, another's."""

DECADES = 5.0
"""A candidate that leaves 10 to the power of -5 of the variance is worth 1, one that leaves all of it 0."""


class Batch(NamedTuple):
    """``features`` (b, 64, 23) and ``texts``; ``candidates`` for the first c data sets, and their ``grades`` (c,)."""

    features: NDArray[np.float32]
    texts: list[tuple[str, ...]]
    candidates: list[tuple[str, ...]]
    grades: NDArray[np.float32]


def batch(generator: Generator, seed: int, number: int, part: int, size: int, graded: bool = True) -> Batch:
    """Return one part of batch ``number``, of ``size`` data sets; it depends on the arguments alone."""
    rng = np.random.default_rng((seed, number, part))
    sets = [generator.draw(rng) for _ in range(size)]
    chosen = sets[: size * 3 // 4] if graded and number % CANDIDATES_EVERY == 0 else []
    candidates = [_candidate(place, sets, rng) for place in range(len(chosen))]
    grades = [grade(candidate, one) for candidate, one in zip(candidates, chosen, strict=True)]
    return Batch(
        np.stack([features_of(one.X, one.y) for one in sets]),
        [tokens(one.skeleton) for one in sets],
        [tokens(candidate) for candidate in candidates],
        np.array(grades, np.float32),
    )


def grade(candidate: Expression, drawn: Drawn) -> float:
    """Return what a candidate is worth on data, 0 to 1: what its best constants leave, on a logarithmic scale."""
    error = fitted(program_of(candidate), drawn.X, drawn.y).error
    return min(max(-math.log10(error + 10**-DECADES) / DECADES, 0.0), 1.0)


def _candidate(place: int, sets: list[Drawn], rng: np.random.Generator) -> Expression:
    own = sets[place].skeleton
    count = sets[place].X.shape[1]
    if place % 3 == 0:
        return own
    if place % 3 == 1:
        return mutated(own, own, count, rng) or own
    others = (one.skeleton for one in (*sets[place + 1 :], *sets[:place]))
    return next((other for other in others if all(int(name[1:]) < count for name in inputs(other))), own)
