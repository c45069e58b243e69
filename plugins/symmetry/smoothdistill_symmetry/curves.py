"""`curves`: laws of one variable with what `shapes` have not: a number added, the variable shifted, any power of it.

A function T of the target is c0 + c u^a h(k u + s), c0 + c / (1 + (k u)^p), or c0 + c exp(-(k u)^p). The numbers k and
s are tried on a grid, where c and c0 are linear; what comes close is fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.searching import refitted
from smoothdistill_symmetry.disguise import reaches
from smoothdistill_symmetry.relations import IDENTITY, LOG, SQUARE
from smoothdistill_symmetry.shapes import INNER, ONE, SHAPES, composed, exponential_fall, hyperbolic_fall
from smoothdistill_symmetry.term import Term, times

Array = NDArray[np.float64]

Number = float | np.float64

Response = Callable[[Formula], Formula]

TURNS = np.r_[np.geomspace(0.05, 1.0, 14), np.linspace(1.2, 12.0, 80)]
"""The factors k that are tried, in units of one over the variable's standard deviation."""

PLACES = np.linspace(-1.0, 2.0, 25)
"""Where k u + s is 0 at first: at 0 is the least value of the variable and at 1 the largest."""

POWERS = (0.5, -0.5, 1.5, -1.5, 1.0 / 3.0, -1.0, -2.0, -3.0)
"""The powers of a shifted variable that are tried first."""

SHIFTED = (
    Formula.apply("tanh", INNER),
    exponential_fall(Formula.apply("square", INNER)),
    Formula.apply("sin", INNER),
    Formula.apply("atan", INNER),
)
"""The functions h of a variable that may be shifted."""

STEEP = (-1.0, -1.5, -2.0, -3.0, -4.5)
"""The powers p of 1 / (1 + (k u)^p) that are tried first: the response to a dose u, by Hill's equation."""

STRETCHED = (0.5, 0.7, 1.5, 2.0, 3.0, -0.5, -1.0, -2.0)
"""Those of exp(-(k u)^p): what has not failed at the age u, by Weibull's law, or a rate at the temperature u."""

RESPONSES: tuple[tuple[Response, Sequence[float]], ...] = ((hyperbolic_fall, STEEP), (exponential_fall, STRETCHED))
"""What responds to a power of a variable, and the powers that are tried first."""

HALVES = np.linspace(0.05, 0.95, 19)
"""The shares of rows below that u at which k u is 1, at first."""

FEW = 200
"""The rows that all are tried on."""

CLOSE = 0.02
"""The share of squares that may be left by what is worth fitting."""

FITTED = 5
"""So many are fitted, and of both responses that have a power the best,"""

FIT_ROWS = 200
"""on so many rows."""


@dataclass(frozen=True)
class _Target:
    """``values`` (n,) that columns are compared with, with the ``weights`` (n,) of the rows, where they have any."""

    values: Array
    weights: Array | None

    def left_by(self, heights: Array) -> Array:
        """Return the share of squares that each of some columns (k, n) leaves beside a number that is added."""
        heights, values = self._centred(heights), self._centred(self.values)
        left: Array = 1.0 - (heights @ values) ** 2 / np.einsum("kn,kn->k", heights, heights) / (values @ values)
        return left

    def _centred(self, heights: Array) -> Array:
        if self.weights is None:
            return np.asarray(heights - heights.mean(axis=-1, keepdims=True))
        mean = np.average(heights, axis=-1, weights=self.weights, keepdims=True)
        return np.asarray((heights - mean) * np.sqrt(self.weights))


@dataclass(frozen=True)
class _Start:
    """A formula of one variable before its numbers are fitted, and the share of squares that it leaves."""

    left: float
    formula: Formula


def curves(u: Term, factor: Term, y: Array, roots: Array | None = None) -> Iterator[Formula]:
    """Yield what comes close to ``factor`` times ``y`` (n,), over the inputs of the data.

    ``roots`` (n,) are those of the rows' weights.
    """
    values, weights = u.values, None if roots is None else roots**2
    for transform in (IDENTITY, SQUARE, LOG):
        if transform is not IDENTITY and not (y > 0).all():
            continue
        t = transform.of(y)
        target = _Target(t[:FEW], None if weights is None else weights[:FEW])
        starts = _closest(_starts(values[:FEW], target), FITTED)
        if (values > 0).all():
            for response, powers in RESPONSES:
                starts += _closest(_responses(response, powers, values[:FEW], target), 1)
        for start in starts:
            few = None if weights is None else weights[:FIT_ROWS]
            fitted = refitted(start.formula, values[:FIT_ROWS, None], t[:FIT_ROWS], few)
            if not reaches(fitted, values[:FIT_ROWS, None]):
                continue
            inner = composed(fitted, u.formula)
            yield factor.before(Formula.apply(transform.undo, inner) if transform.undo else inner)


def _closest(starts: Iterator[_Start], most: int) -> list[_Start]:
    return sorted(starts, key=lambda start: start.left)[:most]


def _starts(u: Array, t: _Target) -> Iterator[_Start]:
    """Yield the best start of each kind, if it comes close."""
    low, high, positive = float(u.min()), float(u.max()), bool((u > 0).all())
    k = TURNS / max(u.std(), 1e-300)
    places = low + PLACES * (high - low)
    outer = (0.0, 1.0, -1.0, 2.0, 0.5) if positive else (0.0, 1.0)
    signed = np.r_[k, -k]
    for shape in SHAPES:
        for power in outer:
            yield from _best(shape, u**power, signed[:, None] * u, t, lambda at: _scaled(signed[at]), power)
    many = np.repeat(k, len(places))
    zeros = np.tile(places, len(k))
    for shape in SHIFTED:
        inner = many[:, None] * (u - zeros[:, None])
        yield from _best(shape, np.ones(len(u)), inner, t, lambda at: _line(many[at], -many[at] * zeros[at]), 0.0)
    outside = places[(places < low) & (places != 0.0)]
    if len(outside):
        shifted = u - outside[:, None]
        if positive:
            shifted = np.vstack([u, shifted])
            outside = np.r_[0.0, outside]
        for power in POWERS:
            bare = Formula.apply("pow", INNER, Formula.constant(power + 1e-3))
            yield from _best(bare, np.ones(len(u)), shifted, t, lambda at: _line(1.0, -outside[at]), 0.0)
        log = Formula.apply("log", INNER)
        yield from _best(log, np.ones(len(u)), shifted, t, lambda at: _line(1.0, -outside[at]), 0.0)


def _responses(response: Response, powers: Sequence[float], u: Array, t: _Target) -> Iterator[_Start]:
    """Yield a response to powers of u."""
    k = 1.0 / np.quantile(u, HALVES)
    for power in powers:
        shape = response(Formula.apply("pow", INNER, Formula.constant(power + 1e-3)))
        yield from _best(shape, np.ones(len(u)), k[:, None] * u, t, lambda at: _scaled(k[at]), 0.0)


def _best(
    shape: Formula, before: Array, inner: Array, t: _Target, written: Callable[[int], Formula], power: float
) -> Iterator[_Start]:
    with np.errstate(all="ignore"):
        heights = shape.predict(inner.reshape(-1, 1)).reshape(inner.shape) * before
        left = t.left_by(heights)
    left = np.where(np.isfinite(left), left, 9.0)
    at = int(np.argmin(left))
    if left[at] < CLOSE:
        formula = composed(shape, written(at))
        if power:
            formula = times(_raised(power), formula)
        yield _Start(float(left[at]), formula)


def _raised(power: float) -> Formula:
    if power == 1.0:
        return INNER
    if power == 0.5:
        return Formula.apply("sqrt", INNER)
    return Formula.apply("square", INNER) if power == 2.0 else Formula.apply("div", ONE, INNER)


def _scaled(k: Number) -> Formula:
    return times(Formula.constant(float(k)), INNER)


def _line(k: Number, shift: Number) -> Formula:
    inner = INNER if float(k) == 1.0 else _scaled(k)
    return Formula.apply("add", inner, Formula.constant(float(shift))) if shift else inner
