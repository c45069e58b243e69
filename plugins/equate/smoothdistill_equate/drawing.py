"""`values_of`: what a skeleton computes with random constants that let every part of it matter."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_equate.expression import CONSTANT, Expression
from smoothdistill_equate.program_of import SCALES, terms_of

Floats = NDArray[np.float64]

USUAL = {"exp": -0.1, "sin": 0.35, "tanh": 0.1}
"""The logarithm of the usual standard deviation of an argument."""

LEAST_DIVISOR = 0.02
"""How small a divisor may be, as a share of its largest value."""


class NoValueError(Exception):
    """The constants that were drawn lead out of a domain, or to values that are of no use."""


def values_of(skeleton: Expression, X: Floats, rng: np.random.Generator) -> Floats:
    """Return the values (n,) of a whole skeleton at X (n, d) for constants that are drawn, without an intercept.

    Raises `NoValueError` where these constants are of no use.
    """
    plain = rng.random() < 0.45
    total = _weighted([_values(term, "", X, rng, plain) for term in terms_of(skeleton)], rng, plain)
    if not np.isfinite(total).all() or not total.std() > 1e-6 * np.abs(total).max():
        raise NoValueError
    return total


def _spread(v: Floats) -> float:
    return float(v.std()) + 1e-9


def _weighted(parts: list[Floats], rng: np.random.Generator, plain: bool) -> Floats:
    """Return a sum with coefficients that make its parts alike in size, or are 1 and -1."""
    total = np.zeros_like(parts[0])
    for part in parts:
        sign = -1.0 if rng.random() < 0.35 else 1.0
        size = 1.0 if plain and rng.random() < 0.6 else math.exp(0.6 * rng.standard_normal()) / _spread(part)
        total = total + sign * size * part
    return total


def _values(expression: Expression, outside: str, X: Floats, rng: np.random.Generator, plain: bool) -> Floats:
    name, parts = expression
    if not parts:
        return X[:, int(name[1:])]
    if name == "mul":
        return math.prod((_values(part, name, X, rng, plain) for part in parts), start=np.ones(len(X)))
    if name == "add":
        total = _weighted([_values(p, name, X, rng, plain) for p in parts if p != CONSTANT], rng, plain)
        return _shifted(total, outside, rng) if CONSTANT in parts else total
    if name in SCALES:
        inside = parts[0].parts if parts[0].name == "add" else parts
        argument = _weighted([_values(part, name, X, rng, plain) for part in inside], rng, plain and len(inside) > 1)
        scale = math.exp(USUAL[name] + 0.6 * rng.standard_normal()) / _spread(argument)
        return _function(name, argument * scale, rng)
    return _elementary(name, _values(parts[0], name, X, rng, plain))


def _shifted(v: Floats, outside: str, rng: np.random.Generator) -> Floats:
    spread = _spread(v)
    if outside in ("sqrt", "log", "inv"):
        least = 0.0 if v.min() > 0 and rng.random() < 0.5 else -v.min()
        return v + least + spread * math.exp(-0.1 + 0.75 * rng.standard_normal())
    sign = 1.0 if rng.random() < 0.7 else -1.0
    return v + sign * spread * math.exp(0.2 + 0.7 * rng.standard_normal())


def _function(name: str, v: Floats, rng: np.random.Generator) -> Floats:
    if name == "exp":
        if np.ptp(v) > 12:
            raise NoValueError
        return np.asarray(np.exp(v - max(float(v.max()), 0.0)))  # a factor
    if name == "tanh":
        return np.asarray(np.tanh(v - v.mean() + 0.6 * rng.standard_normal()))
    if np.ptp(v) > 18:
        raise NoValueError
    kind = rng.random()
    phase = 0.0 if kind < 0.3 else 0.5 * math.pi if kind < 0.5 else 2 * math.pi * rng.random()
    return np.sin(v + phase)


def _elementary(name: str, v: Floats) -> Floats:
    if name == "sq":
        return v * v
    size = np.abs(v)
    if name == "inv" and size.min() > LEAST_DIVISOR * size.max() and (v > 0).all() | (v < 0).all():
        return 1.0 / v
    if name == "sqrt" and v.min() >= 0:
        return np.sqrt(v)
    if name == "log" and v.min() > 1e-6:
        return np.log(v)
    raise NoValueError
