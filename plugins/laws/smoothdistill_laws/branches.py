"""`margins`: what is 0 where a formula goes over to another branch: at the roots, absolute values and guards in it.

Between such places a formula is an analytic function of its inputs, poles aside, and two analytic functions that agree
near a point agree wherever one gets from there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from smoothdistill_core.formula import Constant, Formula, Operator, Variable
from smoothdistill_core.formula.evaluation import leaf
from smoothdistill_core.formula.operators.operator import Array
from smoothdistill_core.formula.operators.protected import GUARD

Margins = Callable[..., tuple[Array, ...]]


def _itself(a: Array) -> tuple[Array, ...]:
    return (a,)


def _difference(a: Array, b: Array) -> tuple[Array, ...]:
    return (a - b,)


def _guard(a: Array) -> tuple[Array, ...]:
    return a, np.abs(a) - GUARD


def _to_one(a: Array) -> tuple[Array, ...]:
    return (1.0 - a * a,)


def _base(a: Array, b: Array) -> tuple[Array, ...]:
    return () if (np.floor(b) == b).all() else (a,)


MARGINS: dict[str, Margins] = {
    **dict.fromkeys(("sqrt", "cbrt", "abs", "sign", "log", "log2", "log10", "log_abs", "protected_sqrt"), _itself),
    **dict.fromkeys(("asin", "acos", "atanh"), _to_one),
    **dict.fromkeys(("atan", "asinh"), lambda a: (1.0 / (1.0 + a * a),)),
    **dict.fromkeys(("max", "min", "greater"), _difference),
    **dict.fromkeys(("protected_inverse", "protected_log"), _guard),
    **dict.fromkeys(("floor", "ceil"), lambda a: (np.sin(np.pi * a),)),
    "round": lambda a: (np.cos(np.pi * a),),
    "mod": lambda a, b: (np.sin(np.pi * (a / b)),),
    "protected_div": lambda _, b: _guard(b),
    "pow": _base,
    "pow_abs": lambda a, _: (a,),
    "log1p": lambda a: (1.0 + a,),
    "acosh": lambda a: (a - 1.0,),
}
"""What is 0 at the ends of the branches of an operator; all others are analytic, poles aside.

An inverse tangent changes its branch where its argument goes through a pole.
"""


def margins(formula: Formula, X: Array) -> list[Array]:
    """Return the margins of a formula at the rows of ``X`` (n, d), each of shape (n,)."""
    found: list[Array] = []

    def at(node: Variable | Constant) -> Array:
        return leaf(node, X)

    def apply(operator: Operator, *arguments: Array) -> Array:
        if operator.name in MARGINS:
            found.extend(np.broadcast_to(margin, len(X)) for margin in MARGINS[operator.name](*arguments))
        return operator.value(*arguments)

    with np.errstate(all="ignore"):
        formula.fold(at, apply)
    return found
