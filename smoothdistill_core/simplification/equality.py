"""`equal`: whether two formulas compute the same, numerically, with their poles at the same places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Constant, Formula

Array = NDArray[np.float64]

RELATIVE = 1e-9
"""The greatest difference, relative to the value."""

ABSOLUTE = 1e-12
"""The greatest difference, relative to what is usual at rows of that scale: near zeros a formula is all rounding."""

SCALES = (0.01, 1.0, 10.0, 1000.0)
ROWS = 16
"""Rows drawn at each scale, with and without equal inputs, and of special values."""

SPECIAL = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0)
MOST_CONSTANTS = 20
"""So many constants of the formulas are special values as well: poles tend to lie at them."""


def equal(formula: Formula, other: Formula, X: Array | None = None) -> bool:
    """Say whether two formulas agree at random rows of several scales, at special ones and at ``X`` of shape (n, d).

    They agree where both are finite and differ by no more than rounding, and where neither is finite. A pole
    that rounding lets no row hit (of (x - c)/(x - c), where c is no constant of the formula) is not seen.
    """
    return all(_agree(formula.predict(rows), other.predict(rows)) for rows in _batches(formula, other, X))


def _agree(a: Array, b: Array) -> bool:
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return False
    a, b = a[finite], b[finite]
    if not len(a):
        return True
    with np.errstate(over="ignore"):
        tolerance = RELATIVE * np.abs(a) + ABSOLUTE * float(np.median(np.abs(a)))
        return bool((np.abs(a - b) <= tolerance).all())


def _batches(formula: Formula, other: Formula, X: Array | None) -> Iterator[Array]:
    """Yield rows of like scale; only columns that a formula reads are drawn."""
    used = sorted(formula.inputs | other.inputs)
    width = max(used, default=-1) + 1
    if X is not None:
        yield np.asarray(X, dtype=np.float64)
    random = np.random.default_rng(0)

    def rows(values: Array) -> Array:
        placed = np.zeros((len(values), width))
        placed[:, used] = values
        return placed

    shape = (ROWS, len(used))
    for scale in SCALES:
        yield rows(scale * random.normal(size=shape))
    yield rows(np.abs(random.normal(size=shape)) + 0.1)
    # equal and opposite inputs, where differences and sums vanish
    yield rows(random.normal(size=(ROWS, 1)) * random.choice([1.0, -1.0], size=shape))
    yield rows(random.choice(_special(formula, other), size=(4 * ROWS, len(used))))


def _special(*formulas: Formula) -> Sequence[float]:
    constants = {node.value for formula in formulas for node in formula.nodes if isinstance(node, Constant)}
    some = sorted(constants)[:MOST_CONSTANTS]
    return [*SPECIAL, *SPECIAL, *some, *(-value for value in some)]
