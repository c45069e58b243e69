"""Compiled least squares for circuits: the method of Levenberg and Marquardt over all their weights at once.

Source: J. Moré, *The Levenberg-Marquardt algorithm*, 1978. A fit ends after a number of steps, never after a time, and
sums have one fixed order, so that a fit repeats to the last digit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_sums import compiled, product
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.compiled_sums import add_scaled
from smoothdistill_lies.unit_functions import FREE_EXP, LEAST_LOG, MOST_EXP, apply_unit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAMPING, LEAST_DAMPING, MOST_DAMPING = 1e-3, 1e-15, 1e12
"""Where Marquardt's damping starts, and between what it stays."""

IMPACT_ROWS = 128
"""What a weight moves is looked at on this many rows."""

NEGLIGIBLE = 1e-14
"""A weight that matters less than this share of the one that matters most is damped like one that does."""

RIDGE = 1e-10
"""What is added to the normal equations, relative to their diagonal, to see which weight is worth least."""


def fitted(
    circuit: Circuit,
    features: Floats,
    y: Floats,
    shares: Floats,
    steps: int,
    exponential: bool = False,
    free: NDArray[np.bool_] | None = None,
) -> tuple[Circuit, float]:
    """Return the circuit with the weights that fit ``y`` (n,) best, and its weighted mean squared error.

    ``features`` (1 + inputs, n); ``shares`` (n,) sum to 1; ``free`` says which weights may move, all that are
    not 0 where it is None. ``exponential``: exp(output) is to be ``y``. The error never rises.
    """
    weights = np.ascontiguousarray(circuit.weights.copy())
    rows, columns = map(np.ascontiguousarray, np.nonzero(weights if free is None else free & (weights != 0.0)))
    functions = np.array(circuit.functions, dtype=np.int64)
    error = levenberg(functions, weights, rows, columns, features, y, np.sqrt(shares), exponential, steps)
    return circuit.with_weights(weights), error


def saliency(
    circuit: Circuit, features: Floats, y: Floats, shares: Floats, exponential: bool = False
) -> tuple[Ints, Ints, Floats]:
    """Return rows and columns of the weights, and by how much the error rises without each, the others refitted.

    To second order: w^2 / (inverse of the Hessian). Source: B. Hassibi and D. Stork, *Second order derivatives for
    network pruning: optimal brain surgeon*, 1992.
    """
    rows, columns = np.nonzero(circuit.weights)
    functions = np.array(circuit.functions, dtype=np.int64)
    inverse = inverse_diagonal(functions, circuit.weights, rows, columns, features, y, np.sqrt(shares), exponential)
    return rows, columns, circuit.weights[rows, columns] ** 2 / inverse


def impact(circuit: Circuit, features: Floats) -> tuple[Ints, Ints, Floats]:
    """Return rows and columns of the weights, and the mean of |w * d output / d w| of each."""
    rows, columns = np.nonzero(circuit.weights)
    some = np.ascontiguousarray(features[:, :: max(1, features.shape[1] // IMPACT_ROWS)][:, :IMPACT_ROWS])
    functions, n, units = np.array(circuit.functions, dtype=np.int64), some.shape[1], len(circuit.functions) + 1
    values, jacobian = np.empty((some.shape[0] + units, n)), np.empty((len(rows), n))
    values[: some.shape[0]] = some
    sensitivities(
        jacobian, np.empty((units, n)), functions, circuit.weights, rows, columns, np.ones(n), False, values,
        np.empty((units, n)),
    )  # fmt: skip
    return rows, columns, np.abs(jacobian).mean(axis=1) * np.abs(circuit.weights[rows, columns])


@compiled
def levenberg(
    functions: Ints,
    weights: Floats,
    rows: Ints,
    columns: Ints,
    features: Floats,
    y: Floats,
    roots: Floats,
    exponential: bool,
    steps: int,
) -> float:
    """Fit ``weights`` in place and return the error; ``rows`` and ``columns`` say which are free."""
    free, n = len(rows), len(y)
    values = np.empty((features.shape[0] + len(functions) + 1, n))
    arguments, slopes = np.empty((len(functions) + 1, n)), np.empty((len(functions) + 1, n))
    residual, fresh = np.empty(n), np.empty(n)
    jacobian = np.empty((free, n))
    error = residuals(residual, functions, weights, features, y, roots, exponential, values, arguments)
    if free == 0 or not math.isfinite(error):
        return error
    damping, trial, idle = DAMPING, weights.copy(), 0
    for _ in range(steps):
        sensitivities(jacobian, slopes, functions, weights, rows, columns, roots, exponential, values, arguments)
        normal, downhill = normal_equations(jacobian, residual)
        if not (np.isfinite(normal).all() and np.isfinite(downhill).all()):
            break
        before = error
        while damping <= MOST_DAMPING:
            root, solvable = factored(normal, damping)
            if solvable:
                step = substituted(root, downhill)
                trial[:] = weights
                for k in range(free):
                    trial[rows[k], columns[k]] -= step[k]
                found = residuals(fresh, functions, trial, features, y, roots, exponential, values, arguments)
                if found < error:
                    weights[:], residual[:], error = trial, fresh, found
                    damping = max(damping / 10.0, LEAST_DAMPING)
                    break
            damping *= 10.0
        if error >= before or error == 0.0:
            break
        idle = idle + 1 if error > before * (1.0 - 1e-4) else 0
        if idle == 3:
            break
    return error


@compiled
def inverse_diagonal(
    functions: Ints,
    weights: Floats,
    rows: Ints,
    columns: Ints,
    features: Floats,
    y: Floats,
    roots: Floats,
    exponential: bool,
) -> Floats:
    """Return the diagonal of the inverse of the Gauss-Newton Hessian, shape (k,)."""
    free, n = len(rows), len(y)
    values = np.empty((features.shape[0] + len(functions) + 1, n))
    arguments, slopes = np.empty((len(functions) + 1, n)), np.empty((len(functions) + 1, n))
    residual, jacobian = np.empty(n), np.empty((free, n))
    residuals(residual, functions, weights, features, y, roots, exponential, values, arguments)
    sensitivities(jacobian, slopes, functions, weights, rows, columns, roots, exponential, values, arguments)
    normal, _ = normal_equations(jacobian, residual)
    root, solvable = factored(normal, RIDGE)
    unit, found = np.zeros(free), np.full(free, np.inf)
    for k in range(free if solvable else 0):
        unit[:] = 0.0
        unit[k] = 1.0
        found[k] = substituted(root, unit)[k]
    return found


@compiled
def residuals(
    residual: Floats,
    functions: Ints,
    weights: Floats,
    features: Floats,
    y: Floats,
    roots: Floats,
    exponential: bool,
    values: Floats,
    arguments: Floats,
) -> float:
    """Fill in values, arguments and weighted residuals; return the sum of their squares, or infinity."""
    first = features.shape[0]
    values[:first] = features
    fill(values, arguments, functions, weights, first)
    out = values[first + len(functions)]
    for r in range(len(y)):
        residual[r] = roots[r] * ((math.exp(out[r]) if exponential else out[r]) - y[r])
    error = product(residual, residual)
    return error if math.isfinite(error) else np.inf


@compiled
def sensitivities(
    jacobian: Floats,
    slopes: Floats,
    functions: Ints,
    weights: Floats,
    rows: Ints,
    columns: Ints,
    roots: Floats,
    exponential: bool,
    values: Floats,
    arguments: Floats,
) -> None:
    """Write the derivative of each residual by each free weight, shape (k, n), from values and arguments."""
    units = len(functions)
    first, n = weights.shape[1] - units, len(roots)
    fill(values, arguments, functions, weights, first)  # a step that was taken back has left its own
    for r in range(n):
        slopes[units, r] = roots[r] * (math.exp(values[first + units, r]) if exponential else 1.0)
    for unit in range(units - 1, -1, -1):
        slope = slopes[unit]
        slope[:] = 0.0
        for reader in range(unit + 1, units + 1):
            add_scaled(slope, weights[reader, first + unit], slopes[reader])
        for r in range(n):
            a = arguments[unit, r]
            if functions[unit] == 1:
                slope[r] *= math.exp(a) if a <= MOST_EXP else 0.0
            elif functions[unit] == 2:
                slope[r] *= 1.0 / a if a > LEAST_LOG else 0.0
            elif functions[unit] == FREE_EXP:
                slope[r] *= math.exp(a)
            else:
                slope[r] *= math.cos(a)
    for k in range(len(rows)):
        for r in range(n):
            jacobian[k, r] = slopes[rows[k], r] * values[columns[k], r]


@compiled
def fill(values: Floats, arguments: Floats, functions: Ints, weights: Floats, first: int) -> None:
    """Compute arguments and values of all units and of the output from the inputs in ``values``."""
    for unit in range(len(functions) + 1):
        argument = arguments[unit]
        argument[:] = 0.0
        for column in range(first + unit):
            add_scaled(argument, weights[unit, column], values[column])
        apply_unit(values[first + unit], argument, functions[unit] if unit < len(functions) else 0)


@compiled
def normal_equations(jacobian: Floats, residual: Floats) -> tuple[Floats, Floats]:
    """Return J'J and J' residual."""
    free = len(jacobian)
    normal, downhill = np.empty((free, free)), np.empty(free)
    for i in range(free):
        downhill[i] = product(jacobian[i], residual)
        for j in range(i + 1):
            normal[i, j] = normal[j, i] = product(jacobian[i], jacobian[j])
    return normal, downhill


@compiled
def factored(normal: Floats, damping: float) -> tuple[Floats, bool]:
    """Return Cholesky's factor of normal + damping * its diagonal; False where that is not positive."""
    free = len(normal)
    largest = 0.0
    for i in range(free):
        largest = max(largest, normal[i, i])
    root = np.zeros((free, free))
    for i in range(free):
        for j in range(i + 1):
            rest = normal[i, j] - product(root[i, :j], root[j, :j])
            if i > j:
                root[i, j] = rest / root[j, j]
                continue
            rest += damping * max(normal[i, i], largest * NEGLIGIBLE)
            if not rest > 0.0:
                return root, False
            root[i, i] = math.sqrt(rest)
    return root, True


@compiled
def substituted(root: Floats, right: Floats) -> Floats:
    """Solve root root' x = right."""
    free, x = len(right), right.copy()
    for i in range(free):
        x[i] = (x[i] - product(root[i, :i], x[:i])) / root[i, i]
    for i in range(free - 1, -1, -1):
        x[i] /= root[i, i]
        for k in range(i):
            x[k] -= root[i, k] * x[i]
    return x
