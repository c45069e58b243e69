"""gplearn's protected operators, to the letter: below their guard they return a substitute.

So a formula computes exactly what the library that found it computes. They have a value everywhere.
"""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.formula.operators.operator import Array, Operator
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.interval import Interval

GUARD = 0.001
"""At or below this absolute value a protected operator returns its substitute."""


def _guarded(x: Array, inside: Array, outside: float) -> Array:
    return np.where(np.abs(x) > GUARD, inside, outside)


def _div(a: Array, b: Array) -> Array:
    return _guarded(b, np.divide(a, b), 1.0)


def _div_partials(_: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return _guarded(b, 1.0 / b, 0.0), _guarded(b, -a / (b * b), 0.0)


def _sqrt_partial(value: Array, a: Array) -> tuple[Array]:
    return (np.where(a == 0.0, 0.0, np.sign(a) / (2.0 * value)),)


@interval.enclosing
def _div_bounds(a: Interval, b: Interval) -> Interval:
    parts = [interval.divide(a, side) for side in _outside_guard(b)]
    return interval.hull(*(end for part in parts for end in part), *_substitute(b, 1.0))


@interval.enclosing
def _log_bounds(a: Interval) -> Interval:
    return interval.hull(*(math.log(abs(end)) for side in _outside_guard(a) for end in side), *_substitute(a, 0.0))


@interval.enclosing
def _inverse_bounds(a: Interval) -> Interval:
    return interval.hull(*(1.0 / end for side in _outside_guard(a) for end in side), *_substitute(a, 0.0))


def _outside_guard(a: Interval) -> list[Interval]:
    """Return the parts of an interval in which the guard is inactive."""
    sides = ((a[0], min(a[1], -GUARD)), (max(a[0], GUARD), a[1]))
    return [side for side in sides if side[0] <= side[1]]


def _substitute(a: Interval, value: float) -> list[float]:
    """Return the substitute where the guard can be active."""
    return [value] if interval.magnitude(a)[0] <= GUARD else []


PROTECTED = (
    Operator("protected_div", _div, _div_partials, _div_bounds, "pdiv({0}, {1})"),
    Operator(
        "protected_sqrt",
        lambda a: np.sqrt(np.abs(a)),
        _sqrt_partial,
        interval.even(math.sqrt),
        "psqrt({0})",
    ),
    Operator(
        "protected_log",
        lambda a: _guarded(a, np.log(np.abs(a)), 0.0),
        lambda _, a: (_guarded(a, 1.0 / a, 0.0),),
        _log_bounds,
        "plog({0})",
    ),
    Operator(
        "protected_inverse",
        lambda a: _guarded(a, 1.0 / a, 0.0),
        lambda _, a: (_guarded(a, -1.0 / (a * a), 0.0),),
        _inverse_bounds,
        "pinv({0})",
    ),
)
