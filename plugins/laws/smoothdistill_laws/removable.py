"""`bounded_quotient`: bounds of a quotient whose numerator is 0 wherever its divisor is, as sin(a)/a."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from smoothdistill_core.formula import Formula, Operator, bounds
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.interval import Interval

Box = Sequence[Interval]

VANISHING = {
    **dict.fromkeys(("sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "expm1", "log1p"), 1.0),
    "erf": 2.0 / math.sqrt(math.pi),
}
"""Functions f with f(0) = 0, and f(a)/a there. Beyond, |f(a)/a| is never more than there and at the end of a range."""

POWERS = {"square": 2, "cube": 3, "inverse": -1}


class Quotient(NamedTuple):
    """An interval of the values of a quotient, and what it divides by that can be 0."""

    interval: Interval
    divisors: tuple[Formula, ...]


def bounded_quotient(formula: Formula, box: Box) -> Quotient | None:
    """Return bounds of a quotient where its divisor can be 0, or None; its arguments are finite in ``box``.

    Factors f(a) of the numerator with |f(a)| <= L*|a| become a, which is divided out. The bounds are a proof, up to
    rounding, for the points at which no divisor is 0.
    """
    factors, ratios = _factors(formula), (1.0, 1.0)
    divisors = {
        factor for factor, exponent in _pairs(formula, 1) if exponent < 0 and _reaches_zero(bounds(factor, box))
    }
    if not divisors:
        return None
    for factor in [factor for factor in factors if factors[factor] > 0]:
        replaced = _ratio(factor, box)
        if replaced is None:
            continue
        inner, most = replaced
        times = 0
        while times < factors[factor] and any(inner[divisor] > 0 > factors[divisor] for divisor in divisors):
            times += 1
            factors.update(inner)
        factors[factor] -= times
        ratios = interval.multiply(ratios, interval.integer_power((-most, most), times))
    if any(factors[divisor] < 0 for divisor in divisors):
        return None
    powers = (interval.integer_power(bounds(factor, box), exponent) for factor, exponent in factors.items())
    found = reduce(interval.multiply, powers, ratios)
    return Quotient(found, tuple(divisors)) if interval.is_finite(found) else None


def _factors(formula: Formula, exponent: int = 1) -> Counter[Formula]:
    """Return the factors of a formula, with their whole exponents, those that divide below 0."""
    found: Counter[Formula] = Counter()
    for factor, each in _pairs(formula, exponent):
        found[factor] += each
    return found


def _pairs(formula: Formula, exponent: int) -> Iterator[tuple[Formula, int]]:
    name, parts = getattr(formula.nodes[0], "name", ""), formula.arguments
    if name in ("mul", "div"):
        yield from _pairs(parts[0], exponent)
        yield from _pairs(parts[1], -exponent if name == "div" else exponent)
    elif name in POWERS:
        yield from _pairs(parts[0], POWERS[name] * exponent)
    elif name == "pow" and not parts[1].inputs and (number := bounds(parts[1], ())[0]).is_integer():
        yield from _pairs(parts[0], int(number) * exponent)
    elif name == "neg":
        yield Formula.constant(-1.0), exponent
        yield from _pairs(parts[0], exponent)
    else:
        yield formula, exponent


def _ratio(formula: Formula, box: Box) -> tuple[Counter[Formula], float] | None:
    """Return the factors of an a with |formula| <= L*|a|, and L; None where the formula is no such function."""
    node, parts = formula.nodes[0], formula.arguments
    one = Formula.constant(1.0)
    if not isinstance(node, Operator):
        return None
    if node.name in VANISHING:
        slopes = [abs(node.bounds((end, end))[0] / end) for end in bounds(parts[0], box) if end]
        return _factors(parts[0]), max([VANISHING[node.name], *slopes])
    if node.name == "sub" and parts[0] == one and getattr(parts[1].nodes[0], "name", "") == "cos":
        return _factors(parts[1].arguments[0], 2), 0.5
    if node.name == "sub" and parts[1] == one and getattr(parts[0].nodes[0], "name", "") == "exp":
        return _ratio(Formula.apply("expm1", *parts[0].arguments), box)
    return None


def _reaches_zero(values: Interval) -> bool:
    return values[0] <= 0.0 <= values[1]
