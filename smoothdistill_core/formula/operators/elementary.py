"""The elementary functions: exponentials, logarithms, trigonometric and hyperbolic functions, erf and gamma."""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.formula.operators.operator import Array, Operator
from smoothdistill_core.formula.ranges import interval
from smoothdistill_core.formula.ranges.interval import Interval

POSITIVE: Interval = (math.ulp(0.0), math.inf)
"""The domain of logarithms."""


def _erf(a: Array) -> Array:
    from scipy.special import erf

    value: Array = erf(a)
    return value


def _gamma(a: Array) -> Array:
    from scipy.special import gamma

    value: Array = gamma(a)
    return value


def _gamma_partial(value: Array, a: Array) -> tuple[Array]:
    from scipy.special import digamma

    return (value * digamma(a),)


ELEMENTARY = (
    Operator("exp", np.exp, lambda v, _: (v,), interval.rising(math.exp), "exp({0})"),
    Operator("expm1", np.expm1, lambda v, _: (v + 1.0,), interval.rising(math.expm1), "expm1({0})"),
    Operator("log", np.log, lambda _, a: (1.0 / a,), interval.rising(math.log, POSITIVE), "log({0})"),
    Operator(
        "log2", np.log2, lambda _, a: (1.0 / (a * math.log(2.0)),), interval.rising(math.log2, POSITIVE), "log2({0})"
    ),
    Operator(
        "log10",
        np.log10,
        lambda _, a: (1.0 / (a * math.log(10.0)),),
        interval.rising(math.log10, POSITIVE),
        "log10({0})",
    ),
    Operator("log1p", np.log1p, lambda _, a: (1.0 / (1.0 + a),), interval.rising(math.log1p), "log1p({0})"),
    Operator("log_abs", lambda a: np.log(np.abs(a)), lambda _, a: (1.0 / a,), interval.even(math.log), "logabs({0})"),
    Operator("sin", np.sin, lambda _, a: (np.cos(a),), interval.sine, "sin({0})"),
    Operator("cos", np.cos, lambda _, a: (-np.sin(a),), interval.cosine, "cos({0})"),
    Operator("tan", np.tan, lambda v, _: (1.0 + v * v,), interval.tangent, "tan({0})"),
    Operator("asin", np.arcsin, lambda _, a: (1.0 / np.sqrt(1.0 - a * a),), interval.rising(math.asin), "asin({0})"),
    Operator(
        "acos",
        np.arccos,
        lambda _, a: (-1.0 / np.sqrt(1.0 - a * a),),
        interval.enclosing(lambda a: (math.acos(a[1]), math.acos(a[0]))),
        "acos({0})",
    ),
    Operator("atan", np.arctan, lambda _, a: (1.0 / (1.0 + a * a),), interval.rising(math.atan), "atan({0})"),
    Operator("sinh", np.sinh, lambda _, a: (np.cosh(a),), interval.rising(math.sinh), "sinh({0})"),
    Operator("cosh", np.cosh, lambda _, a: (np.sinh(a),), interval.even(math.cosh), "cosh({0})"),
    Operator("tanh", np.tanh, lambda v, _: (1.0 - v * v,), interval.rising(math.tanh), "tanh({0})"),
    Operator(
        "asinh", np.arcsinh, lambda _, a: (1.0 / np.sqrt(a * a + 1.0),), interval.rising(math.asinh), "asinh({0})"
    ),
    Operator(
        "acosh", np.arccosh, lambda _, a: (1.0 / np.sqrt(a * a - 1.0),), interval.rising(math.acosh), "acosh({0})"
    ),
    Operator("atanh", np.arctanh, lambda _, a: (1.0 / (1.0 - a * a),), interval.rising(math.atanh), "atanh({0})"),
    Operator(
        "erf",
        _erf,
        lambda _, a: (2.0 / math.sqrt(math.pi) * np.exp(-a * a),),
        interval.rising(math.erf),
        "erf({0})",
    ),
    Operator("gamma", _gamma, _gamma_partial, interval.gamma, "gamma({0})"),
)
