"""`oscillations`: sums of waves of one variable, which may fade or grow, alone or on a constant or a line.

A target is c0 + c1 u + the sum of A exp(-k u) sin(w u + s). One wave after the other is found: w and k are tried on a
grid, where what stands before sine and cosine is linear; then all numbers are fitted together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import OPERATORS, Formula, Operator
from smoothdistill_core.searching import refitted
from smoothdistill_symmetry.curves import FIT_ROWS
from smoothdistill_symmetry.shapes import INNER, composed
from smoothdistill_symmetry.term import Term, times

Array = NDArray[np.float64]

CYCLES = (1.0, 30.0)
"""A wave has at least so many cycles within the data, and at most so many,"""

ROWS_A_CYCLE = 6
"""and at least so many rows a cycle;"""

LEAST = 0.75
"""once it is fitted, this share of a cycle: a smaller part of one is a form of something else."""

STEP = 1.0 / 6.0
"""The steps of the grid, in cycles."""

FADING = np.array([-4.0, -2.0, -1.0, 1.0, 2.0, 4.0, 8.0])
"""What waves fade by within the data, as the logarithm; below 0 they grow."""

WAVES = 3
"""So many waves are added at most,"""

WORTH = 0.3
"""as long as each of them takes this share of the squares that are left,"""

CHANCE = 1e-3
"""and so much that among as many waves as are tried noise has one like it no more often than this."""

FAR = 30.0
"""A wave that faded by more from 0 to the data, as the logarithm, is one since their beginning."""

TINY = 1e-9
"""What is added to the squares of waves, whose heights are near 1, so that there is a solution for one that is 0."""

PHASES = (("sin",), ("cos",), ("sin", "cos"))
"""A wave has the phase of a sine, that of a cosine or any."""


def oscillations(u: Term, factor: Term, y: Array) -> Iterator[Formula]:
    """Yield what comes close to ``factor`` times ``y`` (n,), over the inputs of the data."""
    values, t = u.values[:FIT_ROWS], y[:FIT_ROWS]
    for terms, fades, phase in itertools.product((0, 1, 2), (False, True), PHASES):
        for formula in _sums(values, t, values[:, None] ** np.arange(terms), fades, phase):
            yield factor.before(composed(formula, u.formula))


def _sums(u: Array, t: Array, line: Array, fades: bool, phase: Sequence[str]) -> Iterator[Formula]:
    """Yield sums of one wave, of two and so on, on the columns of ``line``, each fitted to the rows."""
    heights = np.linalg.lstsq(line, t, rcond=None)[0]
    numbers = [Formula.constant(float(height)) for height in heights]
    parts = [*numbers[:1], *(times(slope, INNER) for slope in numbers[1:])]
    left = t - line @ heights
    for _ in range(WAVES):
        wave = _wave(u, left, line, fades, phase)
        if wave is None:
            return
        found = refitted(reduce(_plus, [*parts, wave]), u[:, None], t, rescale=False)
        if not _is_wavy(found, u):
            return
        yield found
        parts, left = [found], t - found.predict(u[:, None])


def _wave(u: Array, left: Array, line: Array, fades: bool, phase: Sequence[str]) -> Formula | None:
    """Return the wave that takes most of what is ``left`` (n,) beside ``line``, if that is much."""
    low, span = float(u.min()), float(np.ptp(u))
    turns = 2.0 * math.pi / span * np.arange(CYCLES[0], min(CYCLES[1], len(u) / ROWS_A_CYCLE), STEP)
    turn, fading = (grid.ravel() for grid in np.meshgrid(turns, FADING / span if fades else 0.0))
    envelope, angle = np.exp(-fading[:, None] * (u - low)), turn[:, None] * u
    across = np.linalg.qr(line)[0]
    waves = np.stack([envelope * OPERATORS[function].value(angle) for function in phase], axis=1)
    waves -= waves @ across @ across.T
    along = waves @ left
    squares = waves @ waves.swapaxes(1, 2) + TINY * np.eye(len(phase))
    heights = np.linalg.solve(squares, along[..., None])[..., 0]
    taken = np.einsum("kp,kp->k", heights, along)
    if not len(taken) or not taken.max() > float(left @ left) * max(WORTH, _by_chance(len(taken), len(u))):
        return None
    at = int(np.argmax(taken))
    k, inner = float(fading[at]), times(Formula.constant(float(turn[at])), INNER)
    height = math.hypot(*heights[at]) if len(phase) > 1 else float(heights[at, 0])
    if len(phase) > 1:
        inner = Formula.apply("add", inner, Formula.constant(math.atan2(heights[at, 1], heights[at, 0])))
    wave = Formula.apply(phase[0], inner)
    if fades and abs(k * low) < FAR:
        height *= math.exp(k * low)
        wave = times(Formula.apply("exp", times(Formula.constant(-k), INNER)), wave)
    elif fades:
        since = Formula.apply("sub", INNER, Formula.constant(low))
        wave = times(Formula.apply("exp", times(Formula.constant(-k), since)), wave)
    return times(Formula.constant(height), wave)


def _by_chance(tried: int, rows: int) -> float:
    """Return the share of squares that the best of so many waves takes of noise, but for one time in `CHANCE`.

    Of waves with two free numbers each takes more than a share s with a probability of (1 - s)^((n - 4) / 2).
    """
    return -math.expm1(2.0 * math.log(CHANCE / tried) / max(rows - 4, 1))


def _plus(a: Formula, b: Formula) -> Formula:
    return Formula.apply("add", a, b)


def _is_wavy(formula: Formula, u: Array) -> bool:
    """Say whether each of its waves has most of a cycle within the data."""
    turns: list[float] = []

    def apply(operator: Operator, *parts: Formula) -> Formula:
        if operator.name in ("sin", "cos"):
            turns.append(float(np.ptp(parts[0].predict(u[:, None]))))
        return Formula.apply(operator.name, *parts)

    formula.fold(lambda leaf: Formula((leaf,)), apply)
    return min(turns) > 2.0 * math.pi * LEAST
