"""How steep each operator can be: bounds of its difference quotients over intervals of its arguments.

The slope of a function between two points is (f(q) - f(p)) / (q - p). Unlike a derivative it is there at a kink and
across a jump, too, where it has bounds as well, or is as steep as one likes. Bounds of slopes may be infinite; the
slopes themselves are numbers, so that 0 times an infinite bound is 0. As a slope over the whole is one of its parts'
(the chain rule, and the rules for sums and products, hold for difference quotients), bounds follow from these here.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.interval import UNBOUNDED, Interval, hull, magnitude

Slopes = Callable[..., tuple[Interval, ...]]
"""From intervals of the arguments, over which the operator has finite values, to the bounds of the slope by each."""

NONE: Interval = (0.0, 0.0)
ONE: Interval = (1.0, 1.0)
LESS: Interval = (-1.0, -1.0)
RISES: Interval = (0.0, math.inf)
FALLS: Interval = (-math.inf, 0.0)
SHARE: Interval = (0.0, 1.0)

LEAST_OF_GAMMA = (1.4616, 1.4617)
"""Between these two the gamma function of a positive number is least."""

STEEPEST_QUOTIENT = 2.0 / (3.0 * math.sqrt(3.0))
"""The largest slope of 1/sqrt(1 + b^2), at b = -1/sqrt(2); at the opposite place it is the least."""


def product(a: Interval, b: Interval) -> Interval:
    """Bound the product of two numbers whose bounds may be infinite."""
    return hull(*(x * y if x and y else 0.0 for x in a for y in b))


def negative(a: Interval) -> Interval:
    """Bound -a."""
    return -a[1], -a[0]


def reciprocal(a: Interval) -> Interval:
    """Bound 1 / a for numbers from 0 on: the bound is infinite where that is among them."""
    return (1.0 / a[1] if a[1] else 0.0), (1.0 / a[0] if a[0] else math.inf)


def _of_size(function: Callable[[float], float]) -> Slopes:
    """Return the slopes of a function whose derivative depends on the size of its argument, and never rises with it."""

    def slopes(a: Interval) -> tuple[Interval, ...]:
        least, most = magnitude(a)
        return ((function(most), function(least)),)

    return slopes


def _by_derivative(derivative: Callable[[Interval], Interval]) -> Slopes:
    return lambda a: (derivative(a),)


def _steps(function: Callable[[float], float]) -> Slopes:
    """Return the slopes of a function that rises in jumps, and is flat between them."""
    return lambda a: (NONE if function(a[0]) == function(a[1]) else RISES,)


def _one_over(scale: float) -> Slopes:
    """Return the slopes of a logarithm, 1 / (a * scale), for numbers above 0."""
    return lambda a: (reciprocal((a[0] * scale, a[1] * scale)),)


def _abs(a: Interval) -> Interval:
    return (1.0 if a[0] >= 0.0 else -1.0), (-1.0 if a[1] <= 0.0 else 1.0)


def _of_abs(slopes: Slopes) -> Slopes:
    """Return the slopes of a function of the absolute value."""
    return lambda a: tuple(product(_abs(a), slope) for slope in slopes(magnitude(a)))


def _log_abs(a: Interval) -> tuple[Interval, ...]:
    return (interval.divide(ONE, a),)


def _inverse(a: Interval) -> tuple[Interval, ...]:
    of_one = interval.divide(ONE, a)
    return (negative(product(of_one, of_one)) if interval.is_finite(of_one) else UNBOUNDED,)


def _div(a: Interval, b: Interval) -> tuple[Interval, ...]:
    by_a = interval.divide(ONE, b)
    return by_a, negative(product(interval.divide(a, b), by_a)) if interval.is_finite(by_a) else UNBOUNDED


def _pow(a: Interval, b: Interval) -> tuple[Interval, ...]:
    by_exponent = UNBOUNDED
    if a[0] > 0.0:
        by_exponent = product(interval.power(a, b), (math.log(a[0]), math.log(a[1])))
    if b == NONE:
        return NONE, by_exponent
    return product(b, _power(a, (b[0] - 1.0, b[1] - 1.0))), by_exponent


def _power(a: Interval, b: Interval) -> Interval:
    """Bound a ** b: infinite where a may be 0 and b is negative, but for what one whole exponent gives."""
    if a[0] == 0.0 < a[1] and b[0] == b[1] < 0.0:
        return a[1] ** b[0], math.inf
    return interval.power(a, b)


def _pow_abs(a: Interval, b: Interval) -> tuple[Interval, ...]:
    by_base, by_exponent = _pow(magnitude(a), b)
    return product(_abs(a), by_base), by_exponent


def _quotient_by_denominator(b: Interval) -> Interval:
    """Bound the slope of 1/sqrt(1 + b^2)."""
    bounds = hull(*(-end / (1.0 + end * end) ** 1.5 for end in b))
    turn = math.sqrt(0.5)
    low = -STEEPEST_QUOTIENT if b[0] <= turn <= b[1] else bounds[0]
    return low, STEEPEST_QUOTIENT if b[0] <= -turn <= b[1] else bounds[1]


def _analytic_quotient(a: Interval, b: Interval) -> tuple[Interval, ...]:
    least, most = magnitude(b)
    by_a = 1.0 / math.hypot(1.0, most), 1.0 / math.hypot(1.0, least)
    return by_a, product(a, _quotient_by_denominator(b))


def _mod(a: Interval, b: Interval) -> tuple[Interval, ...]:
    times = interval.divide(a, b)
    if not interval.is_finite(times) or math.floor(times[0]) != math.floor(times[1]):
        return UNBOUNDED, UNBOUNDED
    whole = -float(math.floor(times[0]))
    return ONE, (whole, whole)


def _max(a: Interval, b: Interval) -> tuple[Interval, ...]:
    if a[0] >= b[1]:
        return ONE, NONE
    return (NONE, ONE) if b[0] >= a[1] else (SHARE, SHARE)


def _min(a: Interval, b: Interval) -> tuple[Interval, ...]:
    return _max(b, a)


def _greater(a: Interval, b: Interval) -> tuple[Interval, ...]:
    return (NONE, NONE) if a[0] > b[1] or a[1] <= b[0] else (RISES, FALLS)


def _gamma(a: Interval) -> tuple[Interval, ...]:
    if a[0] >= LEAST_OF_GAMMA[1]:
        return (RISES,)
    return (FALLS if a[0] > 0.0 and a[1] <= LEAST_OF_GAMMA[0] else UNBOUNDED,)


def _acosh(a: Interval) -> tuple[Interval, ...]:
    return (reciprocal(tuple(math.sqrt((end - 1.0) * (end + 1.0)) for end in a)),)  # type: ignore[arg-type]


def _cbrt(a: Interval) -> tuple[Interval, ...]:
    """Bound 1/(r^2 + r s + s^2), which is the slope between the cubes of r and s."""
    least, most = magnitude(a)
    return (reciprocal((3.0 * math.cbrt(least) ** 2, 3.0 * math.cbrt(most) ** 2)),)


def _guarded(slopes: Slopes) -> Slopes:
    """Return the slopes of a protected function of one argument: none where the guard acts, any where it may."""

    def found(a: Interval) -> tuple[Interval, ...]:
        least, most = magnitude(a)
        if least > GUARD:
            return slopes(a)
        return (NONE if most <= GUARD else UNBOUNDED,)

    return found


def _protected_div(a: Interval, b: Interval) -> tuple[Interval, ...]:
    least, most = magnitude(b)
    if least > GUARD:
        return _div(a, b)
    if most <= GUARD:
        return NONE, NONE
    sides = [1.0 / end for end in (b[0], -GUARD, GUARD, b[1]) if b[0] <= end <= b[1] and abs(end) >= GUARD]
    return hull(0.0, *sides), UNBOUNDED


def _sech_squared(a: float) -> float:
    return 0.0 if a > 350.0 else math.cosh(a) ** -2


_exp = _by_derivative(lambda a: (math.exp(a[0]), math.exp(a[1])))
_sqrt = _by_derivative(lambda a: reciprocal((2.0 * math.sqrt(a[0]), 2.0 * math.sqrt(a[1]))))
_asin = _of_size(lambda size: -1.0 / math.sqrt((1.0 - size) * (1.0 + size)) if size < 1.0 else -math.inf)

SLOPES: dict[str, Slopes] = {
    "add": lambda _a, _b: (ONE, ONE),
    "sub": lambda _a, _b: (ONE, LESS),
    "mul": lambda a, b: (b, a),
    "div": _div,
    "neg": lambda _: (LESS,),
    "inverse": _inverse,
    "square": lambda a: ((2.0 * a[0], 2.0 * a[1]),),
    "cube": _by_derivative(lambda a: product((3.0, 3.0), interval.integer_power(a, 2))),
    "pow": _pow,
    "pow_abs": _pow_abs,
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "analytic_quotient": _analytic_quotient,
    "abs": _by_derivative(_abs),
    "sign": _steps(lambda a: float(a > 0) - float(a < 0)),
    "floor": _steps(math.floor),
    "ceil": _steps(math.ceil),
    "round": _steps(round),
    "mod": _mod,
    "max": _max,
    "min": _min,
    "greater": _greater,
    "exp": _exp,
    "expm1": _exp,
    "log": _one_over(1.0),
    "log2": _one_over(math.log(2.0)),
    "log10": _one_over(math.log(10.0)),
    "log1p": lambda a: (reciprocal((1.0 + a[0], 1.0 + a[1])),),
    "log_abs": _log_abs,
    "sin": _by_derivative(interval.cosine),
    "cos": _by_derivative(lambda a: negative(interval.sine(a))),
    "tan": _by_derivative(lambda a: interval.add(ONE, interval.integer_power(interval.tangent(a), 2))),
    "asin": lambda a: (negative(_asin(a)[0]),),
    "acos": _asin,
    "atan": _of_size(lambda size: 1.0 / (1.0 + size * size)),
    "sinh": _by_derivative(lambda a: tuple(map(math.cosh, magnitude(a)))),  # type: ignore[arg-type,return-value]
    "cosh": _by_derivative(lambda a: (math.sinh(a[0]), math.sinh(a[1]))),
    "tanh": _of_size(_sech_squared),
    "asinh": _of_size(lambda size: 1.0 / math.hypot(1.0, size)),
    "acosh": _acosh,
    "atanh": lambda a: (reciprocal(hull(*((1.0 - size) * (1.0 + size) for size in magnitude(a)))),),
    "erf": _of_size(lambda size: 2.0 / math.sqrt(math.pi) * math.exp(-size * size)),
    "gamma": _gamma,
    "protected_div": _protected_div,
    "protected_sqrt": _of_abs(_sqrt),
    "protected_log": _guarded(_log_abs),
    "protected_inverse": _guarded(_inverse),
}
"""The slopes of every operator, by its name."""
