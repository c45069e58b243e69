"""Steps of gradient descent for one network, compiled: a batch, what the units say, slopes, gates, Adam.

All layers stand in flat arrays, as `compiled_network.Layout` says.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from smoothdistill_core.searching.compiled_sums import compiled
from smoothdistill_layerwise.compiled_network import Layout, fill, partials
from smoothdistill_layerwise.gates import HIGH, LOW, SHIFT, TEMPERATURE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.int64]

STEEPEST = 1.0
"""Slopes of the loss are clipped to this: near the guards of exp, logarithm and quotient they can be huge."""

FADING, FADING_SQUARES, TINY = 0.9, 0.999, 1e-8
"""Adam's constants (Kingma and Ba 2015)."""


class Learner(NamedTuple):
    """What is learnt of a network, and Adam's mean and mean square of each slope.

    ``weights`` (P,) of the maps between the layers, ``odds`` (P,) of their gates, and ``readers`` (R,), the maps from
    units to hints. ``kept`` (P,) is 0 where a weight is cut.
    """

    weights: Array
    odds: Array
    readers: Array
    kept: Array
    of_weights: Array
    of_odds: Array
    of_readers: Array


class Steps(NamedTuple):
    """Steps of one phase, the ``first`` of them so many after its begin.

    ``rows`` (B, n) of the table are the batches, ``noise`` (B, P) is that of the gates, with no column where there are
    none. The size of a step, the weight of the hints and the price of a gate are given for each. ``output`` is the
    weight of the targets; ``read`` (layers,) are 1 where a layer learns its hint. Maps before ``bottom`` learn nothing.
    """

    first: int
    rows: Numbers
    noise: Array
    rates: Array
    hint_weights: Array
    prices: Array
    output: float
    read: Array
    bottom: int


@compiled
def descend(plan: Layout, widths: Numbers, table: Array, learner: Learner, steps: Steps) -> None:
    """Take steps; ``widths`` (layers,) are those of the hints.

    The columns of ``table`` are the inputs, the target, the weight and the hints.
    """
    n, inputs = steps.rows.shape[1], plan.columns[0] - 1
    total_columns, total_rows = plan.columns.sum(), plan.rows.sum()
    signals, pulls = np.empty((total_columns, n)), np.empty((total_columns, n))
    sums, by_sum = np.empty((total_rows, n)), np.empty((total_rows, n))
    batch = np.empty((table.shape[1] - inputs, n))
    weights, used = learner.weights, np.empty_like(learner.weights)
    gate, by_gate = np.ones_like(used), np.empty_like(used)
    slopes, reader_slopes = np.empty_like(used), np.empty_like(learner.readers)
    gated = steps.noise.shape[1] > 0
    for step in range(len(steps.rows)):
        for i in range(n):
            row = table[steps.rows[step, i]]
            for column in range(inputs):
                signals[column, i] = row[column]
            for column in range(len(batch)):
                batch[column, i] = row[inputs + column]
        if gated:
            open_gates(learner.odds, steps.noise[step], gate, by_gate)
        for place in range(len(used)):
            used[place] = weights[place] * gate[place] * learner.kept[place]
        fill(plan, used, signals, sums)
        pulls[:] = 0.0
        target, row_weights, output = batch[0], batch[1], sums[total_rows - 1]
        for i in range(n):
            by_sum[total_rows - 1, i] = steps.output * 2.0 / n * row_weights[i] * (output[i] - target[i])
        if steps.hint_weights[step] > 0.0:
            read_hints(
                plan,
                widths,
                learner.readers,
                signals,
                batch,
                steps.hint_weights[step] * steps.read,
                pulls,
                reader_slopes,
            )
            move(learner.readers, reader_slopes, learner.of_readers, steps.first + step, steps.rates[step])
        slopes_by_all(plan, used, signals, sums, steps.bottom, slopes, pulls, by_sum)
        if gated:
            for place in range(len(used)):
                chance = 1.0 / (1.0 + math.exp(-learner.odds[place] - SHIFT))
                price = steps.prices[step] * chance * (1.0 - chance)
                by_gate[place] = slopes[place] * weights[place] * by_gate[place] + price
                slopes[place] *= gate[place]
            move(learner.odds, by_gate, learner.of_odds, steps.first + step, steps.rates[step])
        move(weights, slopes, learner.of_weights, steps.first + step, steps.rates[step])


@compiled
def open_gates(odds: Array, noise: Array, gate: Array, slope: Array) -> None:
    """Write gates in [0, 1] for log-odds and logistic noise, and their derivatives by the log-odds."""
    for place in range(len(odds)):
        chance = 1.0 / (1.0 + math.exp(-(odds[place] + noise[place]) / TEMPERATURE))
        stretched = chance * (HIGH - LOW) + LOW
        gate[place] = min(max(stretched, 0.0), 1.0)
        within = 0.0 <= stretched <= 1.0
        slope[place] = chance * (1.0 - chance) / TEMPERATURE * (HIGH - LOW) if within else 0.0


@compiled
def read_hints(
    plan: Layout,
    widths: Numbers,
    readers: Array,
    signals: Array,
    batch: Array,
    factors: Array,
    pulls: Array,
    reader_slopes: Array,
) -> None:
    """Write the slopes of the hints' squared errors by the readers, and add those by the units to ``pulls``.

    ``batch`` holds the targets, the weights, and then the hints. Each layer counts by its factor.
    """
    n = signals.shape[1]
    reader_slopes[:] = 0.0
    reads, reader, hint = 0, 0, 2
    by_guess = np.empty(n)
    for layer in range(len(widths)):
        reads += plan.columns[layer]
        columns = plan.columns[layer + 1]
        for _ in range(widths[layer]):
            if factors[layer] > 0.0:
                for i in range(n):  # an array assigned to a slice takes seconds more to compile
                    by_guess[i] = -batch[hint, i]
                for column in range(columns):
                    factor, signal = readers[reader + column], signals[reads + column]
                    for i in range(n):
                        by_guess[i] += factor * signal[i]
                for i in range(n):
                    by_guess[i] *= factors[layer] * 2.0 / n * batch[1, i]
                for column in range(columns):
                    reader_slopes[reader + column] = along(by_guess, signals[reads + column])
                    factor, pull = readers[reader + column], pulls[reads + column]
                    for i in range(n):
                        pull[i] += factor * by_guess[i]
            reader += columns
            hint += 1


@compiled
def slopes_by_all(
    plan: Layout,
    flat: Array,
    signals: Array,
    sums: Array,
    bottom: int,
    slopes: Array,
    by_signal: Array,
    by_sum: Array,
) -> None:
    """Write the slopes of a loss by all weights that are not 0, down to the map ``bottom``; 0 for the others.

    ``by_signal``, like ``signals``, holds what the loss has directly of the units, and the last row of ``by_sum``, like
    ``sums``, what it has of the output; the rest is written there on the way.
    """
    n = signals.shape[1]
    slopes[:] = 0.0
    weight, reads, gives, unit = len(flat), len(signals), len(sums), len(plan.units)
    for layer in range(len(plan.rows) - 1, bottom - 1, -1):
        columns, rows = plan.columns[layer], plan.rows[layer]
        weight -= rows * columns
        reads -= columns
        gives -= rows
        for row in range(rows):
            adjoint = by_sum[gives + row]
            for column in range(columns):
                place = weight + row * columns + column
                factor = flat[place]
                if factor != 0.0:
                    slopes[place] = along(adjoint, signals[reads + column])
                    if layer > bottom:
                        pull = by_signal[reads + column]
                        for i in range(n):
                            pull[i] += factor * adjoint[i]
        if layer == bottom:
            return
        below = plan.counts[layer - 1]
        unit -= below
        under = gives - plan.rows[layer - 1]
        for place in range(below):
            kind, first, second = plan.units[unit + place]
            a, b, pull = sums[under + first], sums[under + second], by_signal[reads + place]
            by_a, by_b = by_sum[under + first], by_sum[under + second]
            for i in range(n):
                by_first, by_second = partials(kind, a[i], b[i])
                by_a[i] = pull[i] * by_first
                if second != first:
                    by_b[i] = pull[i] * by_second


@compiled
def move(numbers: Array, slopes: Array, moments: Array, before: int, rate: float) -> None:
    """Take Adam's step after so many ``before`` it, with clipped slopes; ``moments`` (2, k) are kept up to date."""
    bias, bias_of_squares = 1.0 - FADING ** (before + 1), 1.0 - FADING_SQUARES ** (before + 1)
    mean, square = moments[0], moments[1]
    for place in range(len(numbers)):
        slope = min(max(slopes[place], -STEEPEST), STEEPEST)
        mean[place] = FADING * mean[place] + (1.0 - FADING) * slope
        square[place] = FADING_SQUARES * square[place] + (1.0 - FADING_SQUARES) * slope * slope
        numbers[place] -= rate * (mean[place] / bias) / (math.sqrt(square[place] / bias_of_squares) + TINY)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def along(a: Array, b: Array) -> float:
    """Return the scalar product; its order is the machine's, and the same for all arrays of a length."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total
