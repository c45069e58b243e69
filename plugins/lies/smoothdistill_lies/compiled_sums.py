"""Compiled sums in one fixed order, so that digits depend neither on where memory lies nor on threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])

LANES = 8


def compiled(function: Function) -> Function:
    """Return the function compiled when it is first called, and kept on disk until its own file changes.

    numba does not see a change in another file that the function calls: after one, remove ``__pycache__``.
    """
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))


@compiled
def add_products(into: Floats, theta: Floats, start: int, rows: Floats, first: int, count: int) -> None:
    """Add to ``into`` the sum of weights times rows."""
    for k in range(count):
        add_scaled(into, theta[start + k], rows[first + k])


@compiled
def add_scaled(into: Floats, factor: float, row: Floats) -> None:
    """Add a multiple of a row."""
    if factor != 0.0:
        for r in range(len(into)):
            into[r] += factor * row[r]


@compiled
def product(a: Floats, b: Floats) -> float:
    """Return the scalar product, summed in a fixed order that the processor can overlap."""
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
def total(a: Floats) -> float:
    """Return the sum."""
    found = 0.0
    for r in range(len(a)):
        found += a[r]
    return found
