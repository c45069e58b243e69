"""The compiled fit of a formula's constants: Levenberg's and Marquardt's method within a trust region (Moré 1978)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_formula import ROWS_AT_ONCE, Code, Room, derive, room_for, run
from smoothdistill_core.searching.compiled_sums import Floats, compiled, inlined, product
from smoothdistill_core.searching.compiled_triangle import decompose, take_in

CONVERGED = 1e-9
"""A fit ends when a step changes the squared error, or what the constants do, by less than this part of their size.

It ends too where no constant's effect has more than this part of what is left in it: the target's unit does not matter.
"""

WORST = 1e100
"""The residual in place of one that is not finite: a step there is taken back."""

NEAR = 1e-4
"""Log-odds that are nearer to their target have the residual of least squares: else only rounding would be left."""

LEAST_GAIN, GOOD_GAIN = 0.25, 0.75
"""Parts of a foretold gain: below the one the region of trust shrinks, above the other it may grow."""

TRIALS = 10
"""The damping is found in so many trials at most, or when the step is as long as the region to a part of `CLOSE`."""
CLOSE = 0.01

EPSILON = 2.0**-52


class Problem(NamedTuple):
    """A formula, of which the constants number ``free`` (p,) are, and perhaps factor and offset, and data to fit.

    X (n, d); y (n,); ``roots`` (n,) of weights. With ``log_odds`` the values are those of probabilities y.
    """

    code: Code
    constants: Floats
    free: NDArray[np.int64]
    X: Floats
    y: Floats
    roots: Floats
    rescale: bool
    log_odds: bool


@compiled
def loss(log_odds: float, y: float) -> float:
    """Return the log-loss."""
    return max(log_odds, 0.0) + math.log1p(math.exp(-abs(log_odds))) - y * log_odds


@compiled
def off(model: float, y: float, log_odds: bool) -> tuple[float, float]:
    """Return how far a value of the model is off, and the slope of this: the difference, or the residual of deviance.

    Least squares of the latter is maximum likelihood (McCullagh and Nelder, Generalized Linear Models, 1989): its
    square is twice what the log-loss of log-odds is above its least. There y lies between 0 and 1, without these.
    """
    if not log_odds:
        return model - y, 1.0
    wanted = math.log(y) - math.log1p(-y)
    apart, spread = model - wanted, math.sqrt(y * (1.0 - y))
    if abs(apart) < NEAR:
        return spread * apart, spread
    residual = math.copysign(math.sqrt(2.0 * max(loss(model, y) - loss(wanted, y), 0.0)), apart)
    return residual, (1.0 / (1.0 + math.exp(-model)) - y) / residual


@compiled
def set_parameters(problem: Problem, parameters: Floats) -> tuple[float, float]:
    """Put parameters in their places; return factor and offset."""
    for k in range(len(problem.free)):
        problem.constants[problem.free[k]] = parameters[k]
    return (parameters[-2], parameters[-1]) if problem.rescale else (1.0, 0.0)


@compiled
def squares(problem: Problem, parameters: Floats, room: Room) -> float:
    """Return the sum of squared residuals."""
    factor, offset = set_parameters(problem, parameters)
    total = 0.0
    for first in range(0, len(problem.X), ROWS_AT_ONCE):
        count = run(problem.code, problem.constants, problem.X, first, room)
        here = room.values[0]
        for r in range(count):
            residual, _ = off(factor * here[r] + offset, problem.y[first + r], problem.log_odds)
            residual *= problem.roots[first + r]
            here[r] = residual if abs(residual) < WORST else WORST
        total += product(here[:count], here[:count])
    return total


@inlined
def linearise(problem: Problem, parameters: Floats, room: Room, triangle: Floats) -> None:
    """Make the triangle (k + 1, k + 1) that of the residuals' derivatives by k parameters, and of the residuals."""
    factor, offset = set_parameters(problem, parameters)
    code, free, last = problem.code, len(problem.free), len(parameters)
    rows = np.empty((last + 1, ROWS_AT_ONCE))
    for i in range(last + 1):
        for j in range(last + 1):
            triangle[i, j] = 0.0
    for first in range(0, len(problem.X), ROWS_AT_ONCE):
        count = run(code, problem.constants, problem.X, first, room)
        derive(code, count, room)
        for r in range(count):
            value = room.values[0, r]
            residual, slope = off(factor * value + offset, problem.y[first + r], problem.log_odds)
            residual *= problem.roots[first + r]
            slope *= problem.roots[first + r]
            rows[last, r] = residual if abs(residual) < WORST else WORST
            if problem.rescale:
                rows[free, r] = slope * value
                rows[free + 1, r] = slope
            room.values[0, r] = factor * slope
        for place in range(len(code)):
            if code[place, 0] < 0 and code[place, 3] >= 0:
                for r in range(count):
                    rows[code[place, 3], r] = room.values[0, r] * room.slopes[place, r]
        for k in range(last):
            for r in range(count):
                if not abs(rows[k, r]) < WORST:
                    rows[k, r] = 0.0
        take_in(triangle, rows, count)


@compiled
def combined(shares: Floats, vectors: Floats, total: Floats) -> float:
    """Put the sum of vectors (k, m), each times its share (k,), in ``total`` (m,); return its length."""
    squared = 0.0
    for r in range(len(total)):
        total[r] = 0.0
        for k in range(len(shares)):
            total[r] += shares[k] * vectors[k, r]
        squared += total[r] * total[r]
    return math.sqrt(squared)


@compiled
def damped(slope: Floats, sizes: Floats, damping: float, along: Floats) -> tuple[float, float]:
    """Put the step along singular vectors in ``along`` (k,); return its length, and by how much more damping cuts it.

    ``slope`` (k,) is that of half the squared error along the singular vectors of ``sizes`` (k,).
    """
    squared = bent = 0.0
    for k in range(len(slope)):
        stiffness = sizes[k] * sizes[k] + damping
        along[k] = -slope[k] / stiffness
        squared += along[k] * along[k]
        bent += along[k] * along[k] / stiffness
    length = math.sqrt(squared)
    return length, bent / length


@inlined
def step_within(region: float, slope: Floats, sizes: Floats, damping: float, rows: int, along: Floats) -> float:
    """Put the best step that is no longer than the region in ``along`` (k,); return its damping, 0 if it is shorter."""
    smallest, largest, steepest = math.inf, 0.0, 0.0
    for k in range(len(sizes)):
        smallest, largest = min(smallest, sizes[k]), max(largest, sizes[k])
        steepest += slope[k] * slope[k]
    least, most = 0.0, math.sqrt(steepest) / region
    if rows >= len(sizes) and smallest > EPSILON * rows * largest:
        length, cut = damped(slope, sizes, 0.0, along)
        if length <= region:
            return 0.0
        least = (length - region) / cut
    elif damping == 0.0:
        damping = 0.001 * most
    for _ in range(TRIALS):
        if damping < least or damping > most:
            damping = max(0.001 * most, math.sqrt(least * most))
        length, cut = damped(slope, sizes, damping, along)
        if length < region:
            most = damping
        change = (length - region) / cut
        least = max(least, damping + change)
        damping += length * change / region
        if abs(length - region) < CLOSE * region:
            break
    length, _ = damped(slope, sizes, damping, along)
    for k in range(len(along)):
        along[k] *= region / length
    return damping


@inlined
def scale(triangle: Floats, units: Floats, columns: Floats, rows: Floats, slope: Floats) -> float:
    """Put the triangle, with parameters in units of their effect, in columns and rows (k, k), and slopes (k,) there.

    A parameter's unit only ever gets finer. Return the steepest of these slopes.
    """
    count, steepest = len(units), 0.0
    for k in range(count):
        squared = slope[k] = 0.0
        for i in range(count):
            squared += triangle[i, k] * triangle[i, k]
        units[k] = max(units[k], math.sqrt(squared))
        if units[k] == 0.0:
            units[k] = 1.0
        for i in range(count):
            columns[k, i] = rows[i, k] = triangle[i, k] / units[k]
            slope[k] += columns[k, i] * triangle[i, count]
        steepest = max(steepest, abs(slope[k]))
    return steepest


@compiled
def fit(problem: Problem, best: Floats, evaluations: int) -> tuple[float, float]:
    """Move parameters (k,) to where the sum of squares is least; return it before and after.

    The region of trust, steps and slopes are in units of each parameter's effect.
    """
    room, count = room_for(problem.code), len(best)
    began = error = squares(problem, best, room)
    if not error < WORST**2:
        return began, error
    triangle = np.empty((count + 1, count + 1))
    units, slope, tried = np.zeros(count), np.empty(count), np.empty(count)
    step, along, slope_along = np.empty(count), np.empty(count), np.empty(count)
    columns, vectors = np.empty((count, count)), np.empty((count, count))
    region, damping, evaluated = -1.0, 0.0, 1
    while evaluated < evaluations:
        linearise(problem, best, room, triangle)
        if scale(triangle, units, columns, vectors, slope) <= CONVERGED * math.sqrt(error):
            break
        if region < 0.0:
            for k in range(count):
                tried[k] = best[k] * units[k]
            region = math.sqrt(product(tried, tried))
            region = region if region > 0.0 else 1.0
        sizes = decompose(vectors)
        for i in range(count):
            for k in range(count):
                vectors[i, k] /= sizes[i] if sizes[i] > 0.0 else 1.0
            slope_along[i] = product(vectors[i], slope)
        gain, ended = -1.0, False
        while gain <= 0.0 and not ended and evaluated < evaluations:
            damping = step_within(region, slope_along, sizes, damping, len(problem.y), along)
            length = combined(along, vectors, step)
            effect = combined(step, columns, tried)
            foretold = -(0.5 * effect * effect + product(slope, step))
            size = 0.0
            for k in range(count):
                size += (best[k] * units[k]) ** 2
                tried[k] = best[k] + step[k] / units[k]
            after = squares(problem, tried, room)
            evaluated += 1
            gain = 0.5 * (error - after)
            ratio = gain / foretold if foretold > 0.0 else (1.0 if foretold == 0.0 and gain == 0.0 else 0.0)
            before = region
            if ratio < LEAST_GAIN:
                region = 0.25 * length
            elif ratio > GOOD_GAIN and length > 0.95 * region:
                region *= 2.0
            damping *= before / region
            still = length <= CONVERGED * math.sqrt(size)
            ended = still or (gain < 0.5 * CONVERGED * error and ratio > LEAST_GAIN)
        if gain > 0.0:
            error = after
            for k in range(count):
                best[k] = tried[k]
        if ended:
            break
    return began, error
