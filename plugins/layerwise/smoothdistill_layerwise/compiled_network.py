"""What the units of a network give at many rows, and its slopes by each weight, compiled; the values are of `KINDS`.

All layers stand in flat arrays, as `Layout` says; a weight of 0 is pruned, and its term has no part in a sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from smoothdistill_core.searching.compiled_sums import compiled
from smoothdistill_layerwise.kinds import CEILING, FLOOR, KINDS, WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_layerwise.network import Unit

    Array = NDArray[np.float64]
    Numbers = NDArray[np.int64]

NAMES = tuple(KINDS)
"""The kernel calls each kind by its place here."""

(
    IDENTITY,
    SQUARE,
    PRODUCT,
    SINE,
    EXPONENTIAL,
    LOGARITHM,
    QUOTIENT,
    PLAIN_EXPONENTIAL,
    PLAIN_LOGARITHM,
    PLAIN_QUOTIENT,
) = range(len(NAMES))


class Layout(NamedTuple):
    """``units`` (u, 3): the kind, and the rows of the layer's map that are the arguments, layer after layer.

    ``counts`` (l + 1,) are the units of each layer, ``rows`` and ``columns`` (l + 1,) the shapes of the maps.
    """

    units: Numbers
    counts: Numbers
    rows: Numbers
    columns: Numbers


@lru_cache(maxsize=64)
def layout(layers: tuple[tuple[Unit, ...], ...], shapes: tuple[tuple[int, int], ...]) -> Layout:
    """Return the layout of layers of units and maps of these shapes."""
    units = [(NAMES.index(kind), rows[0], rows[-1]) for layer in layers for kind, rows in layer]
    counts = [*map(len, layers), 0]
    rows, columns = zip(*shapes, strict=True)
    return Layout(
        np.array(units, np.int64).reshape(-1, 3), *(np.array(each, np.int64) for each in (counts, rows, columns))
    )


def forward(layers: Sequence[Sequence[Unit]], maps: Sequence[Array], X: Array) -> tuple[Layout, Array, Array, Array]:
    """Return the layout, the flat maps, what each map reads (columns of all, n) and gives (rows of all, n)."""
    plan = layout(tuple(layers), tuple(matrix.shape for matrix in maps))
    flat = np.concatenate([matrix.ravel() for matrix in maps])
    signals, sums = np.empty((plan.columns.sum(), len(X))), np.empty((plan.rows.sum(), len(X)))
    signals[: X.shape[1]] = X.T
    fill(plan, flat, signals, sums)
    return plan, flat, signals, sums


def slopes_by_weights(plan: Layout, flat: Array, signals: Array, sums: Array) -> Array:
    """Return the slopes (k, n) of the output by each weight that is not pruned."""
    found = np.empty((np.count_nonzero(flat), signals.shape[1]))
    back(plan, flat, signals, sums, found)
    return found


@compiled
def value(kind: int, a: float, b: float) -> float:
    """Return what a unit gives for one row."""
    if kind == IDENTITY:
        return a
    if kind == SQUARE:
        return a * a
    if kind == PRODUCT:
        return a * b
    if kind == SINE:
        return math.sin(a)
    if kind == EXPONENTIAL:
        return math.exp(min(a, CEILING))
    if kind == LOGARITHM:
        return math.log(abs(a) + FLOOR)
    if kind == QUOTIENT:
        return a * b / (b * b + WIDTH)
    if kind == PLAIN_EXPONENTIAL:
        return math.exp(a)
    if kind == PLAIN_LOGARITHM:
        return math.log(a) if a > 0.0 else (-math.inf if a == 0.0 else math.nan)
    return a / b


@compiled
def partials(kind: int, a: float, b: float) -> tuple[float, float]:
    """Return the derivatives of a unit by its first and second argument, for one row."""
    if kind == IDENTITY:
        return 1.0, 0.0
    if kind == SQUARE:
        return 2.0 * a, 0.0
    if kind == PRODUCT:
        return b, a
    if kind == SINE:
        return math.cos(a), 0.0
    if kind == EXPONENTIAL:
        return (math.exp(a) if a <= CEILING else 0.0), 0.0
    if kind == LOGARITHM:
        return np.sign(a) / (abs(a) + FLOOR), 0.0
    if kind == QUOTIENT:
        below = b * b + WIDTH
        return b / below, a * (WIDTH - b * b) / (below * below)
    if kind == PLAIN_EXPONENTIAL:
        return math.exp(a), 0.0
    if kind == PLAIN_LOGARITHM:
        return 1.0 / a, 0.0
    return 1.0 / b, -a / (b * b)


@compiled
def fill(plan: Layout, flat: Array, signals: Array, sums: Array) -> None:
    """Write what each map gives into ``sums``, and what each further map reads into ``signals``, from the inputs up."""
    n = signals.shape[1]
    weight, reads, gives, unit = 0, 0, 0, 0
    for layer in range(len(plan.rows)):
        columns, rows = plan.columns[layer], plan.rows[layer]
        signals[reads + columns - 1] = 1.0
        for row in range(rows):
            total = sums[gives + row]
            total[:] = flat[weight + columns - 1]
            for column in range(columns - 1):
                factor = flat[weight + column]
                if factor != 0.0:
                    signal = signals[reads + column]
                    for i in range(n):
                        total[i] += factor * signal[i]
            weight += columns
        reads += columns
        for place in range(plan.counts[layer]):
            kind, first, second = plan.units[unit]
            a, b, result = sums[gives + first], sums[gives + second], signals[reads + place]
            for i in range(n):
                result[i] = value(kind, a[i], b[i])
            unit += 1
        gives += rows


@compiled
def back(plan: Layout, flat: Array, signals: Array, sums: Array, found: Array) -> None:
    """Write the slopes of the output by each weight that is not pruned into ``found`` (k, n), from the output down."""
    n = signals.shape[1]
    layers = len(plan.rows)
    weight, reads, gives, unit, k = len(flat), signals.shape[0], sums.shape[0], len(plan.units), len(found)
    adjoint = np.ones((plan.rows[layers - 1], n))
    for layer in range(layers - 1, -1, -1):
        columns, rows = plan.columns[layer], plan.rows[layer]
        weight -= rows * columns
        reads -= columns
        gives -= rows
        for place in range(rows * columns):
            k -= flat[weight + place] != 0.0
        at = k
        by_unit = np.zeros((columns, n))
        used = np.zeros(columns, np.bool_)
        for row in range(rows):
            for column in range(columns):
                factor = flat[weight + row * columns + column]
                if factor != 0.0:
                    signal = signals[reads + column]
                    for i in range(n):
                        found[at, i] = adjoint[row, i] * signal[i]
                        by_unit[column, i] += factor * adjoint[row, i]
                    used[column] = True
                    at += 1
        if layer == 0:
            break
        below = plan.counts[layer - 1]
        unit -= below
        under = gives - plan.rows[layer - 1]
        adjoint = np.zeros((plan.rows[layer - 1], n))
        for place in range(below):
            kind, first, second = plan.units[unit + place]
            if used[place]:
                a, b = sums[under + first], sums[under + second]
                for i in range(n):
                    by_first, by_second = partials(kind, a[i], b[i])
                    adjoint[first, i] = by_unit[place, i] * by_first
                    if second != first:
                        adjoint[second, i] = by_unit[place, i] * by_second
