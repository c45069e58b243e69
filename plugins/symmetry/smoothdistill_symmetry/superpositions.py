"""`superpositions`: sums of up to three waves, decays or peaks of one variable, or a bend, on up to a parabola.

A target is c0 + c1 u + c2 u^2 + the sum of some c h(u), all h of one family. One after the other is found: its numbers
are tried on a grid, where its height is linear; then all numbers are fitted together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.searching import refitted
from smoothdistill_symmetry.curves import FIT_ROWS
from smoothdistill_symmetry.disguise import reaches
from smoothdistill_symmetry.elements import FAMILIES, SEEN, Elements
from smoothdistill_symmetry.least_squares import least_squares
from smoothdistill_symmetry.shapes import INNER, ONE, composed
from smoothdistill_symmetry.term import Term, times

Array = NDArray[np.float64]

WORTH = 0.3
"""One more is added as long as it takes this share of the squares that are left,"""

CHANCE = 1e-3
"""and so much that among as many as are tried noise has one like it no more often than this."""

POWERS = (ONE, INNER, times(INNER, INNER))
"""What elements may stand on, the first of these; the square is none of a peak, which has to reach far."""

TINY = 1e-9
"""What is added to squares of columns, whose values are near 1, so that there is a solution for one that is 0."""


def superpositions(u: Term, factor: Term, y: Array, roots: Array | None = None) -> Iterator[Formula]:
    """Yield what comes close to ``factor`` times ``y`` (n,), over the inputs of the data.

    ``roots`` (n,) are those of the rows' weights.
    """
    values, t, roots = u.values[:FIT_ROWS], y[:FIT_ROWS], (np.ones(len(y)) if roots is None else roots)[:FIT_ROWS]
    if not np.isfinite(1.0 / np.ptp(values)):
        return
    elements = [family(values) for family in FAMILIES]
    for terms, of_family in itertools.product(range(len(POWERS) + 1), elements):
        for formula in _sums(values, t, values[:, None] ** np.arange(terms), of_family, roots):
            yield factor.before(composed(formula, u.formula))


def _sums(u: Array, t: Array, line: Array, elements: Elements, roots: Array) -> Iterator[Formula]:
    """Yield sums of one element, of two and so on, on the columns of ``line``, each fitted to the rows."""
    heights = least_squares(line * roots[:, None], t * roots)
    numbers = [Formula.constant(float(height)) for height in heights]
    parts = [times(number, power) for number, power in zip(numbers, POWERS, strict=False)]
    left = t - line @ heights
    for _ in range(elements.most):
        element = _nearest(left * roots, line * roots[:, None], elements.columns * roots, elements.written)
        if element is None:
            return
        start = reduce(partial(Formula.apply, "add"), [*parts, element])
        found = refitted(start, u[:, None], t, roots**2, rescale=False)
        if not reaches(found, u[:, None], SEEN):
            return
        yield found
        parts, left = [found], t - found.predict(u[:, None])


def _nearest(left: Array, line: Array, columns: Array, written: Callable[[int, Array], Formula]) -> Formula | None:
    """Return the element that takes most of what is ``left`` (n,) beside ``line``, if that is much."""
    across = np.linalg.qr(line)[0]
    columns = columns - columns @ across @ across.T
    tried, each, rows = columns.shape
    along = columns @ left
    squares = columns @ columns.swapaxes(1, 2) + TINY * np.eye(each)
    heights = np.linalg.solve(squares, along[..., None])[..., 0]
    taken = np.einsum("kp,kp->k", heights, along)
    if not tried or not taken.max() > float(left @ left) * max(WORTH, _by_chance(tried, rows)):
        return None
    at = int(np.argmax(taken))
    return written(at, heights[at])


def _by_chance(tried: int, rows: int) -> float:
    """Return the share of squares that the best of so many takes of noise, but for one time in ``1 / CHANCE``.

    Of those with two heights each takes more than a share s with a probability of (1 - s)^((n - 4) / 2).
    """
    return -math.expm1(2.0 * math.log(CHANCE / tried) / max(rows - 4, 1))
