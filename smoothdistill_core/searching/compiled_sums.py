"""Compiled sums in one fixed order, and the small linear systems of a fit of constants."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])

LANES = 8
RIDGE = 1e-11
"""What is added to the diagonal of scaled normal equations, so that terms that are alike do no harm."""


def compiled(function: Function) -> Function:
    """Return the function compiled when it is first called, and kept on disk until its own file changes.

    numba does not see a change in another file that the function calls: after one, remove ``__pycache__``. An array
    that is assigned to a slice takes seconds more to compile than its numbers one by one.
    """
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: Function) -> Function:
    """Return the function as a part of the only compiled one that calls it: by itself it would be compiled twice."""
    return cast(Function, njit(inline="always", nogil=True, error_model="numpy")(function))


@compiled
def product(a: Floats, b: Floats) -> float:
    """Return the scalar product, in an order that does not depend on where memory lies."""
    count = len(a) // LANES * LANES
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    for r in range(0, count, LANES):
        s0 += a[r] * b[r]
        s1 += a[r + 1] * b[r + 1]
        s2 += a[r + 2] * b[r + 2]
        s3 += a[r + 3] * b[r + 3]
        s4 += a[r + 4] * b[r + 4]
        s5 += a[r + 5] * b[r + 5]
        s6 += a[r + 6] * b[r + 6]
        s7 += a[r + 7] * b[r + 7]
    rest = 0.0
    for r in range(count, len(a)):
        rest += a[r] * b[r]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest


@compiled
def factorise(A: Floats, size: int) -> bool:
    """Put the Cholesky factor of a symmetric matrix in its lower triangle; False where it is not definite."""
    for j in range(size):
        rest = A[j, j]
        for k in range(j):
            rest -= A[j, k] * A[j, k]
        if not rest > 1e-300:
            return False
        A[j, j] = math.sqrt(rest)
        for i in range(j + 1, size):
            rest = A[i, j]
            for k in range(j):
                rest -= A[i, k] * A[j, k]
            A[i, j] = rest / A[j, j]
    return True


@compiled
def solve(factor: Floats, size: int, b: Floats) -> None:
    """Solve for ``b`` in place, given the Cholesky factor."""
    for i in range(size):
        for k in range(i):
            b[i] -= factor[i, k] * b[k]
        b[i] /= factor[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            b[i] -= factor[k, i] * b[k]
        b[i] /= factor[i, i]


@compiled
def project(terms: Floats, z: Floats, factor: Floats, sizes: Floats, outer: Floats, residual: Floats) -> float:
    """Fit the coefficients of terms (k, n) to z (n,) by least squares; return the sum of squares, inf if there is none.

    Leaves the Cholesky factor of the scaled normal equations, the terms' sizes, the coefficients and the residual.
    """
    count, rows = terms.shape
    for i in range(count):
        sizes[i] = math.sqrt(product(terms[i], terms[i])) + 1e-300
        for j in range(i + 1):
            factor[i, j] = product(terms[i], terms[j]) / (sizes[i] * sizes[j])
        factor[i, i] += RIDGE
        outer[i] = product(terms[i], z) / sizes[i]
    if not factorise(factor, count):
        return math.inf
    solve(factor, count, outer)
    residual[:] = z
    for i in range(count):
        outer[i] /= sizes[i]
        for r in range(rows):
            residual[r] -= outer[i] * terms[i, r]
    total = product(residual, residual)
    return total if math.isfinite(total) else math.inf
