"""`are_identical`: whether two formulas are the same function, by their values in a box and on rays out of it.

Any approximation agrees in the box, if it is good enough. But two analytic functions that are the same in the box are
so wherever one gets without passing a branch point (the identity theorem), and an approximation is not, far outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.agreement import by_rounding
from smoothdistill_core.formula.operators.operator import Array
from smoothdistill_core.formula.probes import in_box
from smoothdistill_laws.branches import margins

Box = Sequence[tuple[float, float]]
Booleans = NDArray[np.bool_]

INSIDE, OUTSIDE = 1e-9, 1e-6
"""How far values may differ, relative: constants are known to so many digits, and matter more outside."""

POINTS = 512
"""Points in the box."""

CLOSE_SHARE = 0.9
"""So many points in the box have to be close without any excuse."""

STARTS, DIAGONALS = 4, 16
"""Rays along each input in each of its directions, from near where they leave the box, and along all at once."""

NEAREST, FARTHEST, RATIO = 0.05, 1000.0, 1.04
"""Where the points on a ray lie, in widths of the box, each farther from its start by the ratio."""

SIZES = 100.0
"""A ray goes at least so many times as far as the inputs are large."""

MARGIN = 0.05
"""A branch ends where a margin is this part of what it was at the start: no step is so long as to miss that."""

NEIGHBOURS = 17
"""Near its zeros, a value is judged by the largest of so many points along its ray."""

LEAST, MOST = 1e-100, 1e100
"""Outside of the box, values beyond say nothing: something may have overflowed on the way."""

BEYOND = 0.1
"""So far from the box, in widths, agreement along each input is wanted, unless a branch of the law ends before."""

EXCUSES = 512
"""For so many points it is looked whether rounding explains that they are not close."""

UNLUCKY, AGAIN = 32, 8
"""Where rounding explains all but so few points, it is tried so many times more for these."""


class Rays(NamedTuple):
    """Points (rays, steps, d) on rays, the first of each in the box, and the input along which, or -1 for all."""

    points: Array
    along: NDArray[np.int_]


def are_identical(formula: Formula, law: Formula, box: Box) -> bool:
    """Say whether both are the same function where each input is in its (low, high) and as far around as both go."""
    X = in_box(box, POINTS)
    values, wanted = formula.predict(X), law.predict(X)
    finite = np.isfinite(wanted)
    if not (finite == np.isfinite(values)).all() or not finite.any():
        return False
    X, values, wanted = X[finite], values[finite], wanted[finite]
    unit = float(np.abs(wanted).max()) or 1.0
    size = np.abs(wanted / unit)
    close = np.abs(values / unit - wanted / unit) <= INSIDE * (size + np.median(size))
    return bool(
        close.mean() >= CLOSE_SHARE
        and _are_excused(formula, law, X[~close], values[~close], wanted[~close])
        and _agree_outside(formula, law, box)
    )


def _are_excused(formula: Formula, law: Formula, X: Array, values: Array, wanted: Array) -> bool:
    """Say whether rounding alone explains that values are not close; that is tried at random, so in doubt once more."""
    some = np.unique(np.linspace(0, max(len(X) - 1, 0), EXCUSES).astype(int))[: len(X)]
    for _ in range(2):
        X, values, wanted = X[some], values[some], wanted[some]
        open_ = ~(by_rounding(formula, X, wanted) | by_rounding(law, X, values))
        if not open_.any():
            return True
        if open_.sum() > UNLUCKY:
            return False
        some = np.repeat(np.flatnonzero(open_), AGAIN)
    return not open_.reshape(-1, AGAIN).all(axis=1).any()


def _agree_outside(formula: Formula, law: Formula, box: Box) -> bool:
    used = sorted(formula.inputs | law.inputs)
    rays = _rays(box, used)
    shape, rows = rays.points.shape[:2], rays.points.reshape(-1, rays.points.shape[-1])
    values, wanted = formula.predict(rows).reshape(shape), law.predict(rows).reshape(shape)
    of_law = _on_branch(law, rows, shape)
    usable = of_law & _on_branch(formula, rows, shape) & _is_usable(values) & _is_usable(wanted)
    usable &= np.maximum(np.abs(values), np.abs(wanted)) >= LEAST
    size = _largest_near(np.where(usable, np.abs(wanted), 0.0))
    with np.errstate(all="ignore"):
        close = usable & (np.abs(values - wanted) <= OUTSIDE * size)
    open_ = (usable & ~close).ravel()
    if not _are_excused(formula, law, rows[open_], values.ravel()[open_], wanted.ravel()[open_]):
        return False
    low, high = np.array(box).T
    beyond = np.maximum(low - rays.points, rays.points - high) > BEYOND * (high - low)
    return all(
        (close & beyond[..., each])[rays.along == each].any() or not of_law[rays.along == each].all() for each in used
    )


def _rays(box: Box, used: Sequence[int]) -> Rays:
    low, high = np.array(box, dtype=np.float64).T
    random = np.random.default_rng(0)
    along = np.array([*np.repeat(used, 2 * STARTS), *[-1] * DIAGONALS])
    directions = np.zeros((len(along), len(low)))
    for ray, each in enumerate(along):
        if each >= 0:
            directions[ray, each] = (-1.0) ** ray
        else:
            directions[ray] = random.choice([-1.0, 1.0], len(low)) * random.uniform(0.1, 1.0, len(low))
    width = np.where(high > low, high - low, np.maximum(np.abs(low), 1.0))  # an input may be constant in the data
    farthest = np.maximum(FARTHEST, SIZES * np.maximum(np.abs(low), np.abs(high)) / width)
    steps = int(np.ceil(np.log(farthest.max() / NEAREST) / np.log(RATIO)))
    distances = np.concatenate([[0.0], NEAREST * RATIO ** np.arange(steps)])
    shares = random.uniform(0.05, 0.95, directions.shape)
    shares[along >= 0] = np.clip(shares[along >= 0] + directions[along >= 0], 0.05, 0.95)
    starts = low + width * shares
    moves = directions[:, None, :] * width * np.minimum(distances[:, None], farthest)
    return Rays(starts[:, None, :] + moves, along)


def _on_branch(formula: Formula, rows: Array, shape: tuple[int, ...]) -> Booleans:
    """Say for each point whether its ray has got there on the branch that it started on."""
    kept = np.ones(shape, dtype=np.bool_)
    for margin in margins(formula, rows):
        along = margin.reshape(shape)
        sizes, start = along * np.sign(along[:, :1]), np.abs(along[:, :1])
        kept &= sizes > MARGIN * start
        # a pole: what grows, and then is smaller again
        kept[:, :-1] &= (sizes[:, :-1] * MARGIN < start) | (sizes[:, :-1] <= sizes[:, 1:])
    return np.logical_and.accumulate(kept, axis=1)


def _is_usable(values: Array) -> Booleans:
    usable: Booleans = np.abs(values) <= MOST
    return usable


def _largest_near(sizes: Array) -> Array:
    from scipy.ndimage import maximum_filter1d

    found: Array = maximum_filter1d(sizes, NEIGHBOURS, axis=1)
    return found
