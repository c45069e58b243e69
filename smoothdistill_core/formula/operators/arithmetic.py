"""The operators of arithmetic: sums, products, powers, signs, rounding, comparison."""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.formula.operators.operator import POWER, PRODUCT, SIGN, SUM, Array, Operator
from smoothdistill_core.formula.ranges import interval


def _pow_partials(value: Array, a: Array, b: Array) -> tuple[Array, Array]:
    by_base = np.where(b == 0.0, 0.0, b * np.power(a, b - 1.0))
    return by_base, np.where(a > 0.0, value * np.log(a), 0.0)  # other bases have whole exponents, with gaps between


def _pow_abs_partials(value: Array, a: Array, b: Array) -> tuple[Array, Array]:
    by_base, by_exponent = _pow_partials(value, np.abs(a), b)
    return np.where(a == 0.0, 0.0, np.sign(a) * by_base), by_exponent


def _aq(a: Array, b: Array) -> Array:
    return a / np.sqrt(1.0 + b * b)


def _aq_partials(value: Array, _: Array, b: Array) -> tuple[Array, Array]:
    squared = 1.0 + b * b
    return 1.0 / np.sqrt(squared), -value * b / squared


def _flat(_: Array, *arguments: Array) -> tuple[Array, ...]:
    return tuple(np.zeros_like(argument) for argument in arguments)


ARITHMETIC = (
    Operator("add", np.add, lambda _, a, b: (np.ones_like(a), np.ones_like(b)), interval.add, "{0} + {1}", SUM),
    Operator(
        "sub", np.subtract, lambda _, a, b: (np.ones_like(a), -np.ones_like(b)), interval.subtract, "{0} - {1}", SUM
    ),
    Operator("mul", np.multiply, lambda _, a, b: (b, a), interval.multiply, "{0}*{1}", PRODUCT),
    Operator("div", np.divide, lambda v, _, b: (1.0 / b, -v / b), interval.divide, "{0}/{1}", PRODUCT),
    Operator(
        "neg",
        np.negative,
        lambda _, a: (-np.ones_like(a),),
        interval.enclosing(lambda a: (-a[1], -a[0])),
        "-{0}",
        SIGN,
        (SUM,),  # -a*b is the same number whichever comes first
    ),
    Operator(
        "inverse",
        lambda a: np.divide(1.0, a),
        lambda v, _: (-v * v,),
        lambda a: interval.divide((1.0, 1.0), a),
        "1/{0}",
        PRODUCT,
    ),
    Operator("square", np.square, lambda _, a: (2.0 * a,), interval.even(lambda a: a * a), "{0}^2", POWER),
    Operator(
        "cube", lambda a: a * a * a, lambda _, a: (3.0 * a * a,), interval.rising(lambda a: a * a * a), "{0}^3", POWER
    ),
    Operator("pow", np.power, _pow_partials, interval.power, "{0}^{1}", POWER),
    Operator(
        "pow_abs",
        lambda a, b: np.power(np.abs(a), b),
        _pow_abs_partials,
        interval.enclosing(lambda a, b: interval.power(interval.magnitude(a), b)),
        "powabs({0}, {1})",
    ),
    Operator("sqrt", np.sqrt, lambda v, _: (0.5 / v,), interval.rising(math.sqrt, (0.0, math.inf)), "sqrt({0})"),
    Operator("cbrt", np.cbrt, lambda v, _: (1.0 / (3.0 * v * v),), interval.rising(math.cbrt), "cbrt({0})"),
    Operator(
        "analytic_quotient",  # Ni, Drieberg and Rockett 2013: a division without poles
        _aq,
        _aq_partials,
        interval.enclosing(
            lambda a, b: interval.divide(a, tuple(math.sqrt(1.0 + m * m) for m in interval.magnitude(b)))
        ),
        "{0}/sqrt(1 + {1}^2)",
        PRODUCT,
        (PRODUCT, POWER),
    ),
    Operator("abs", np.abs, lambda _, a: (np.sign(a),), interval.enclosing(interval.magnitude), "abs({0})"),
    Operator("sign", np.sign, _flat, interval.rising(lambda a: float(a > 0) - float(a < 0)), "sign({0})"),
    Operator("floor", np.floor, _flat, interval.rising(lambda a: float(math.floor(a))), "floor({0})"),
    Operator("ceil", np.ceil, _flat, interval.rising(lambda a: float(math.ceil(a))), "ceil({0})"),
    Operator("round", np.round, _flat, interval.rising(lambda a: float(round(a))), "round({0})"),
    Operator(
        "mod",
        np.mod,
        lambda _, a, b: (np.ones_like(a), -np.floor(a / b)),
        interval.modulo,
        "mod({0}, {1})",
    ),
    Operator(
        "max",
        np.maximum,
        lambda _, a, b: ((a >= b) * 1.0, (a < b) * 1.0),
        interval.enclosing(lambda a, b: (max(a[0], b[0]), max(a[1], b[1]))),
        "max({0}, {1})",
    ),
    Operator(
        "min",
        np.minimum,
        lambda _, a, b: ((a <= b) * 1.0, (a > b) * 1.0),
        interval.enclosing(lambda a, b: (min(a[0], b[0]), min(a[1], b[1]))),
        "min({0}, {1})",
    ),
    Operator(
        "greater",  # 1 where a > b, else 0
        lambda a, b: np.greater(a, b) * 1.0,
        _flat,
        interval.enclosing(lambda a, b: (float(a[0] > b[1]), float(a[1] > b[0]))),
        "greater({0}, {1})",
    ),
)
