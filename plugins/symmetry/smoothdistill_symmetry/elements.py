"""`FAMILIES`: what `superpositions` are made of: waves, waves that fade or grow, decays, peaks, and bends of a line."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import OPERATORS, Formula
from smoothdistill_symmetry.shapes import INNER, exponential_fall, hyperbolic_fall
from smoothdistill_symmetry.term import times

Array = NDArray[np.float64]

CYCLES = (1.0, 30.0)
"""A wave has at least so many cycles within the data, and at most so many,"""

ROWS_A_CYCLE = 6
"""and at least so many rows a cycle."""

STEP = 1.0 / 6.0
"""The steps of the grid, in cycles."""

FADING = np.array([-4.0, -2.0, -1.0, 1.0, 2.0, 4.0, 8.0])
"""What waves fade by within the data, as the logarithm; below 0 they grow."""

DECAY = np.r_[-np.geomspace(0.5, 8.0, 8), np.geomspace(0.5, 60.0, 30)]
"""The same of what has no waves."""

PLACES = np.linspace(0.0, 1.0, 33)
"""Where peaks are, from the least value to the largest,"""

SHARPNESS = np.geomspace(2.0, 60.0, 12)
"""and how narrow, in units of one over the range."""

FAR = 30.0
"""What faded by more from 0 to the data, as the logarithm, is written as what faded since their beginning."""

SEEN = {"sin": 0.75 * 2.0 * math.pi, "cos": 0.75 * 2.0 * math.pi, "exp": 0.5, "square": 2.0}
"""How far the argument of a function has to reach: a smaller part of a wave or a peak is a form of something else."""


@dataclass(frozen=True)
class Elements:
    """The ``columns`` (k, p, n) of k elements, each a sum of p columns with any heights.

    ``written`` makes the formula of an element, by its place and the heights (p,). So many, ``most``, may be added.
    """

    columns: Array
    written: Callable[[int, Array], Formula]
    most: int = 3


Family = Callable[[Array], Elements]
"""What makes elements over the values (n,) of a variable."""


def _waves(u: Array, phase: Sequence[str], fades: bool) -> Elements:
    low, span = float(u.min()), float(np.ptp(u))
    turns = 2.0 * math.pi / span * np.arange(CYCLES[0], min(CYCLES[1], len(u) / ROWS_A_CYCLE), STEP)
    turn, rate = (grid.ravel() for grid in np.meshgrid(turns, FADING / span if fades else 0.0))
    envelope, angle = np.exp(-rate[:, None] * (u - low)), turn[:, None] * u

    def written(at: int, heights: Array) -> Formula:
        inner, height = times(Formula.constant(float(turn[at])), INNER), float(heights[0])
        if len(phase) > 1:
            inner = Formula.apply("add", inner, Formula.constant(math.atan2(heights[1], heights[0])))
            height = math.hypot(*heights)
        wave = Formula.apply(phase[0], inner)
        return _fading(height, float(rate[at]), low, wave) if fades else times(Formula.constant(height), wave)

    return Elements(np.stack([envelope * OPERATORS[name].value(angle) for name in phase], axis=1), written)


def _decays(u: Array, together: int) -> Elements:
    low, rates = float(u.min()), DECAY / float(np.ptp(u))
    chosen = np.array(list(itertools.combinations(rates, together)))

    def written(at: int, heights: Array) -> Formula:
        decays = (_fading(float(height), float(rate), low) for height, rate in zip(heights, chosen[at], strict=True))
        return reduce(partial(Formula.apply, "add"), decays)

    return Elements(np.exp(-chosen[:, :, None] * (u - low)), written)


def _fading(height: float, rate: float, low: float, wave: Formula | None = None) -> Formula:
    """Return what has a height at ``low`` and fades from there: a wave, or by itself."""
    if abs(rate * low) < FAR:
        height, since = height * math.exp(rate * low), INNER
    else:
        since = Formula.apply("sub", INNER, Formula.constant(low))
    decay = Formula.apply("exp", times(Formula.constant(-rate), since))
    return times(Formula.constant(height), decay if wave is None else times(decay, wave))


def _peaks(u: Array, shape: Callable[[Formula], Formula]) -> Elements:
    low, span = float(u.min()), float(np.ptp(u))
    place, sharpness = (grid.ravel() for grid in np.meshgrid(low + PLACES * span, SHARPNESS / span))
    inner = sharpness[:, None] * (u - place[:, None])

    def written(at: int, heights: Array) -> Formula:
        away = Formula.apply("sub", INNER, Formula.constant(float(place[at])))
        square = Formula.apply("square", times(Formula.constant(float(sharpness[at])), away))
        return times(Formula.constant(float(heights[0])), shape(square))

    columns = shape(Formula.apply("square", INNER)).predict(inner.reshape(-1, 1)).reshape(inner.shape)
    return Elements(columns[:, None], written)


def _bends(u: Array) -> Elements:
    places = float(u.min()) + PLACES[1:-1] * float(np.ptp(u))
    beyond = u - np.concatenate([places, places])[:, None]
    beyond[len(places) :] *= -1.0

    def written(at: int, heights: Array) -> Formula:
        place = Formula.constant(float(places[at % len(places)]))
        sides = (INNER, place) if at < len(places) else (place, INNER)
        bend = Formula.apply("max", Formula.apply("sub", *sides), Formula.constant(0.0))
        return times(Formula.constant(float(heights[0])), bend)

    return Elements(np.maximum(beyond, 0.0)[:, None], written, most=1)


FAMILIES: tuple[Family, ...] = (
    *(
        partial(_waves, phase=phase, fades=fades)
        for fades in (False, True)
        for phase in (("sin",), ("cos",), ("sin", "cos"))
    ),
    partial(_decays, together=1),
    partial(_decays, together=2),
    partial(_peaks, shape=exponential_fall),
    partial(_peaks, shape=hyperbolic_fall),
    _bends,
)
"""Waves with the phase of a sine, of a cosine and any, first those that neither fade nor grow; decays; peaks; a bend.

Two decays are hardly told from one and a line, so they are also tried two at a time. Many bends come close to any
curve: there may be one.
"""
