"""Interval arithmetic: the least and the greatest value that an operation can take over intervals.

An interval that is not finite says: here the operation can leave its domain or overflow. Every
operation of a formula that can do so gives such an interval, and no operation turns one into a finite one.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Interval = tuple[float, float]

UNBOUNDED: Interval = (-math.inf, math.inf)
"""What is known of an operation that can leave its domain."""

FAR = 1e8
"""Beyond, multiples of pi are no longer told apart with certainty."""

Bounds = Callable[..., Interval]


def is_finite(interval: Interval) -> bool:
    """Say whether both ends are finite numbers."""
    return math.isfinite(interval[0]) and math.isfinite(interval[1])


def enclosing(function: Callable[..., Interval]) -> Bounds:
    """Make ``function`` give `UNBOUNDED` where an argument already is, and where its arithmetic fails."""

    def bounds(*arguments: Interval) -> Interval:
        for argument in arguments:
            if not is_finite(argument):
                return UNBOUNDED
        try:
            found = function(*arguments)
        except (OverflowError, ValueError, ZeroDivisionError):
            return UNBOUNDED
        return found if is_finite(found) else UNBOUNDED

    return bounds


def rising(function: Callable[[float], float], domain: Interval = UNBOUNDED) -> Bounds:
    """Return the bounds of a function that never falls; outside ``domain``, ends included, it has no value."""
    return enclosing(
        lambda a: (function(a[0]), function(a[1])) if domain[0] <= a[0] and a[1] <= domain[1] else UNBOUNDED
    )


def even(function: Callable[[float], float]) -> Bounds:
    """Return the bounds of a function of the absolute value that never falls."""
    return enclosing(lambda a: tuple(map(function, magnitude(a))))  # type: ignore[arg-type,return-value]


def magnitude(a: Interval) -> Interval:
    """Return the bounds of the absolute value."""
    least = 0.0 if a[0] <= 0.0 <= a[1] else min(abs(a[0]), abs(a[1]))
    return least, max(abs(a[0]), abs(a[1]))


def hull(*values: float) -> Interval:
    """Return the smallest interval that holds all values."""
    return min(values), max(values)


@enclosing
def add(a: Interval, b: Interval) -> Interval:
    """Bound a + b."""
    return a[0] + b[0], a[1] + b[1]


@enclosing
def subtract(a: Interval, b: Interval) -> Interval:
    """Bound a - b."""
    return a[0] - b[1], a[1] - b[0]


@enclosing
def multiply(a: Interval, b: Interval) -> Interval:
    """Bound a * b."""
    return hull(*(x * y for x in a for y in b))


@enclosing
def divide(a: Interval, b: Interval) -> Interval:
    """Bound a / b: unbounded where b can be 0."""
    return UNBOUNDED if b[0] <= 0.0 <= b[1] else hull(*(x / y for x in a for y in b))


@enclosing
def power(a: Interval, b: Interval) -> Interval:
    """Bound a ** b: a negative base needs one whole exponent, a base of 0 one that is not negative."""
    if b[0] == b[1] and b[0].is_integer():
        return integer_power(a, int(b[0]))
    if a[0] < 0.0 or (a[0] == 0.0 and b[0] < 0.0):
        return UNBOUNDED
    return hull(*(x**y for x in a for y in b))


def integer_power(a: Interval, exponent: int) -> Interval:
    """Bound a ** exponent for a whole exponent."""
    if exponent < 0:
        return divide((1.0, 1.0), integer_power(a, -exponent))
    if exponent == 0:
        return 1.0, 1.0
    return (rising if exponent % 2 else even)(lambda x: x**exponent)(a)


@enclosing
def modulo(a: Interval, b: Interval) -> Interval:
    """Bound the floored remainder of a / b: it has the sign of b and is less than it, and is a where a / b < 1."""
    if b[0] <= 0.0 <= b[1]:
        return UNBOUNDED
    times = divide(a, b)
    if times[0] >= 0.0 and times[1] < 1.0:
        return a
    return (0.0, b[1]) if b[0] > 0.0 else (b[0], 0.0)


@enclosing
def sine(a: Interval) -> Interval:
    """Bound sin(a)."""
    return _wave(a, math.sin, first_peak=math.pi / 2)


@enclosing
def cosine(a: Interval) -> Interval:
    """Bound cos(a)."""
    return _wave(a, math.cos, first_peak=0.0)


@enclosing
def tangent(a: Interval) -> Interval:
    """Bound tan(a): unbounded where a pole lies in the interval."""
    return UNBOUNDED if _meets(a, math.pi / 2, math.pi) else (math.tan(a[0]), math.tan(a[1]))


@enclosing
def gamma(a: Interval) -> Interval:
    """Bound the gamma function of a number, or of positive numbers; its least value there, 0.8856, is at 1.4616."""
    if a[0] <= 0.0 and a[0] != a[1]:
        return UNBOUNDED
    least = (0.885,) if a[0] <= 1.4617 and a[1] >= 1.4616 else ()
    return hull(math.gamma(a[0]), math.gamma(a[1]), *least)


def _wave(a: Interval, function: Callable[[float], float], first_peak: float) -> Interval:
    low, high = hull(function(a[0]), function(a[1]))
    if _meets(a, first_peak, 2 * math.pi):
        high = 1.0
    if _meets(a, first_peak + math.pi, 2 * math.pi):
        low = -1.0
    return low, high


def _meets(a: Interval, first: float, period: float) -> bool:
    """Say whether one of first, first + period, first - period ... lies in ``a``, or may do so: it is far off."""
    if magnitude(a)[1] > FAR:
        return True
    return math.ceil((a[0] - first) / period) * period + first <= a[1]
