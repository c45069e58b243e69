"""Compiled sums in one fixed order, so that digits depend neither on where memory lies nor on threads."""

from __future__ import annotations

from smoothdistill_core.searching.compiled_sums import Floats, compiled


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
def total(a: Floats) -> float:
    """Return the sum."""
    found = 0.0
    for r in range(len(a)):
        found += a[r]
    return found
