"""Rows to try formulas at: near given ones, far from standardised ones, in a box, at values where poles tend to lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant
from smoothdistill_core.formula.operators.operator import Array

PROBES = 256
"""How many rows are near, and how many far."""

SCALES = (0.01, 1.0, 10.0, 1000.0)
ROWS = 16
"""Rows drawn at each scale, with and without equal inputs, and of special values."""

SPECIAL = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0)
MOST_CONSTANTS = 20
"""So many constants of the formulas are special values as well: poles tend to lie at them."""


def near(X: Array) -> Array:
    """Return rows about a standard deviation from those of standardised ``X`` (n, d)."""
    random = np.random.default_rng(0)
    moved: Array = X[random.integers(len(X), size=PROBES)] + random.normal(size=(PROBES, X.shape[1]))
    return moved


def far(inputs: int, in_guards: int = 0) -> Array:
    """Return rows far outside of standardised ones; the first ``in_guards`` are so near 0 that guards act."""
    rows = np.random.default_rng(0).normal(scale=3.0, size=(PROBES, inputs))
    rows[:in_guards] *= 1e-4
    return rows


def in_box(box: Sequence[tuple[float, float]], count: int, corners: slice = slice(0)) -> Array:
    """Return ``count`` rows that have each input in its (low, high), those of the slice ``corners`` at corners."""
    low, high = np.array(box).reshape(-1, 2).T
    shares = np.random.default_rng(0).random((count, len(low)))
    shares[corners] = np.round(shares[corners])
    with np.errstate(all="ignore"):
        rows: Array = np.clip(low + (high - low) * shares, low, high)
    return rows


def of_like_scale(*formulas: Formula) -> Iterator[Array]:
    """Yield rows of like scale, several times; only columns that a formula reads are drawn, the others are 0."""
    used = sorted(set[int]().union(*(formula.inputs for formula in formulas)))
    random = np.random.default_rng(0)

    def rows(values: Array) -> Array:
        placed = np.zeros((len(values), max(used, default=-1) + 1))
        placed[:, used] = values
        return placed

    shape = (ROWS, len(used))
    for scale in SCALES:
        yield rows(scale * random.normal(size=shape))
    yield rows(np.abs(random.normal(size=shape)) + 0.1)
    # equal and opposite inputs, where differences and sums vanish
    yield rows(random.normal(size=(ROWS, 1)) * random.choice([1.0, -1.0], size=shape))
    constants = sorted({node.value for formula in formulas for node in formula.nodes if isinstance(node, Constant)})
    some = constants[:MOST_CONSTANTS]
    special = [*SPECIAL, *SPECIAL, *some, *(-value for value in some)]
    yield rows(random.choice(special, size=(4 * ROWS, len(used))))
