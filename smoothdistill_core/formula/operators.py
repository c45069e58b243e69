"""The operators a formula may hold: value, derivative and notation of each.

Protected operators follow gplearn's guards to the letter (threshold 0.001 on the absolute value), so
that a formula computes exactly what the library that found it computes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GUARD = 0.001
"""At or below this absolute value a protected operator returns its substitute."""

SUM, PRODUCT, SIGN, CALL = 1, 2, 3, 4
"""How tightly a written operator binds; a call, like a leaf, never needs brackets."""


@dataclass(frozen=True, eq=False)
class Operator:
    """One operator: ``value`` of the arguments, ``partials`` of the result by each argument, notation.

    ``partials(result, *arguments)`` gets the value as well, because many derivatives are short in it.
    ``notation`` is a template over ``{0}`` and ``{1}``; ``binding`` is how tightly it binds (as in
    arithmetic: sum, product, sign, call or leaf).
    """

    name: str
    arity: int
    value: Callable[..., Array]
    partials: Callable[..., tuple[Array, ...]]
    notation: str
    binding: int = CALL

    def __reduce__(self) -> tuple[Callable[[str], Operator], tuple[str]]:
        return _operator, (self.name,)


def _guarded(x: Array, inside: Array, outside: float) -> Array:
    return np.where(np.abs(x) > GUARD, inside, outside)


def _protected_div(a: Array, b: Array) -> Array:
    return _guarded(b, np.divide(a, b), 1.0)


def _protected_div_partials(_: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return _guarded(b, 1.0 / b, 0.0), _guarded(b, -a / (b * b), 0.0)


def _protected_sqrt_partial(value: Array, a: Array) -> tuple[Array]:
    return (np.where(a == 0.0, 0.0, np.sign(a) / (2.0 * value)),)


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("add", 2, np.add, lambda _, a, b: (np.ones_like(a), np.ones_like(b)), "{0} + {1}", SUM),
        Operator("sub", 2, np.subtract, lambda _, a, b: (np.ones_like(a), -np.ones_like(b)), "{0} - {1}", SUM),
        Operator("mul", 2, np.multiply, lambda _, a, b: (b, a), "{0}*{1}", PRODUCT),
        Operator("div", 2, np.divide, lambda v, _, b: (1.0 / b, -v / b), "{0}/{1}", PRODUCT),
        Operator("neg", 1, np.negative, lambda _, a: (-np.ones_like(a),), "-{0}", SIGN),
        Operator("abs", 1, np.abs, lambda _, a: (np.sign(a),), "abs({0})"),
        Operator("sin", 1, np.sin, lambda _, a: (np.cos(a),), "sin({0})"),
        Operator("cos", 1, np.cos, lambda _, a: (-np.sin(a),), "cos({0})"),
        Operator("tan", 1, np.tan, lambda v, _: (1.0 + v * v,), "tan({0})"),
        Operator("max", 2, np.maximum, lambda _, a, b: ((a >= b) * 1.0, (a < b) * 1.0), "max({0}, {1})"),
        Operator("min", 2, np.minimum, lambda _, a, b: ((a <= b) * 1.0, (a > b) * 1.0), "min({0}, {1})"),
        Operator("protected_div", 2, _protected_div, _protected_div_partials, "pdiv({0}, {1})"),
        Operator("protected_sqrt", 1, lambda a: np.sqrt(np.abs(a)), _protected_sqrt_partial, "psqrt({0})"),
        Operator(
            "protected_log",
            1,
            lambda a: _guarded(a, np.log(np.abs(a)), 0.0),
            lambda _, a: (_guarded(a, 1.0 / a, 0.0),),
            "plog({0})",
        ),
        Operator(
            "protected_inverse",
            1,
            lambda a: _guarded(a, 1.0 / a, 0.0),
            lambda _, a: (_guarded(a, -1.0 / (a * a), 0.0),),
            "pinv({0})",
        ),
    )
}


def _operator(name: str) -> Operator:
    return OPERATORS[name]
