"""`canonical`: a formula as a sum of products, with plain operators where no guard acts at the points."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from smoothdistill_core.formula import Constant, Formula, Operator, Variable
from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_laws.algebra import Algebra
from smoothdistill_laws.atoms import Atom, Sum, TooLarge

MOST_NODES = 500

ODD = ("asin", "atan", "tanh", "asinh", "atanh", "erf", "cbrt")
"""Functions with f(-a) = -f(a) that stay what they are."""


def canonical(formula: Formula, algebra: Algebra) -> Sum:
    """Return a formula multiplied out; raises `TooLarge` where that is not to be had."""
    if formula.complexity > MOST_NODES:
        raise TooLarge

    def leaf(node: Variable | Constant) -> Sum:
        if isinstance(node, Variable):
            return algebra.atoms.input(node.index)
        return algebra.constant(node.value)

    def apply(operator: Operator, *arguments: Sum) -> Sum:
        rule = RULES.get(operator.name)
        found = None if rule is None else rule(algebra, *arguments)
        return _opaque(algebra, operator, arguments) if found is None else found

    return algebra.pruned(formula.fold(leaf, apply))


def _opaque(algebra: Algebra, operator: Operator, arguments: tuple[Sum, ...]) -> Sum:
    """Return an operator as an atom of its own; a number where its arguments are."""
    arguments = tuple(algebra.pruned(argument) for argument in arguments)
    sign = 1.0
    if operator.name in ODD and algebra.atoms.values(arguments[0])[0] < 0.0:
        sign, arguments = -1.0, (algebra.scale(arguments[0], -1.0),)
    with np.errstate(all="ignore"):
        values = operator.value(*(algebra.atoms.values(argument) for argument in arguments))
    if not any(product for argument in arguments for product in argument):
        return algebra.constant(sign * float(values[0]))
    return {((algebra.atoms.number(Atom(operator.name, arguments, values)), 1.0),): sign}


def _divide(algebra: Algebra, a: Sum, b: Sum) -> Sum:
    return algebra.multiply(a, algebra.power(b, -1.0))


def _pow(algebra: Algebra, a: Sum, b: Sum) -> Sum | None:
    if not b or set(b) == {()}:
        return algebra.power(a, b.get((), 0.0))
    return algebra.exp(algebra.multiply(b, algebra.log(a))) if algebra.atoms.sign(a) == 1 else None


def _abs(algebra: Algebra, a: Sum) -> Sum:
    """Return the absolute value; of what has both signs, that of the factors which have."""
    sign = algebra.atoms.sign(a)
    if sign or not a:
        return algebra.scale(a, float(sign))
    factor, content, core = algebra.normalised(a, whole=False)
    number = algebra.atoms.number(Atom("abs", (core,), np.abs(algebra.atoms.values(core))))
    return algebra.multiply({content: abs(factor)}, {((number, 1.0),): 1.0})


def _larger(algebra: Algebra, a: Sum, b: Sum, sign: float) -> Sum | None:
    """Return the larger of two, or with the sign -1 the smaller, where it is the same one at all points."""
    difference = sign * (algebra.atoms.values(a) - algebra.atoms.values(b))
    return a if (difference >= 0.0).all() else b if (difference <= 0.0).all() else None


def _cube_root(algebra: Algebra, a: Sum) -> Sum | None:
    sign = algebra.atoms.sign(a)
    return algebra.scale(algebra.power(algebra.scale(a, float(sign)), 1 / 3), float(sign)) if sign else None


def _clears_guard(algebra: Algebra, a: Sum) -> bool:
    return bool((np.abs(algebra.atoms.values(a)) > GUARD).all())


def _analytic_quotient(algebra: Algebra, a: Sum, b: Sum) -> Sum:
    return algebra.multiply(a, algebra.power(algebra.add({(): 1.0}, algebra.multiply(b, b)), -0.5))


def _hyperbolic(algebra: Algebra, a: Sum, sign: float) -> Sum:
    """Return (exp(a) + sign * exp(-a)) / 2."""
    falling = algebra.exp(algebra.scale(a, -1.0))
    return algebra.scale(algebra.add(algebra.exp(a), algebra.scale(falling, sign)), 0.5)


RULES: dict[str, Callable[..., Sum | None]] = {
    "add": Algebra.add,
    "sub": lambda algebra, a, b: algebra.add(a, algebra.scale(b, -1.0)),
    "mul": Algebra.multiply,
    "div": _divide,
    "neg": lambda algebra, a: algebra.scale(a, -1.0),
    "inverse": lambda algebra, a: algebra.power(a, -1.0),
    "square": lambda algebra, a: algebra.power(a, 2.0),
    "cube": lambda algebra, a: algebra.power(a, 3.0),
    "pow": _pow,
    "pow_abs": lambda algebra, a, b: _pow(algebra, _abs(algebra, a), b),
    "sqrt": lambda algebra, a: algebra.power(a, 0.5),
    "cbrt": _cube_root,
    "analytic_quotient": _analytic_quotient,
    "abs": _abs,
    "max": lambda algebra, a, b: _larger(algebra, a, b, 1.0),
    "min": lambda algebra, a, b: _larger(algebra, a, b, -1.0),
    "exp": Algebra.exp,
    "expm1": lambda algebra, a: algebra.add(algebra.exp(a), {(): -1.0}),
    "log": Algebra.log,
    "log2": lambda algebra, a: algebra.scale(algebra.log(a), 1.0 / math.log(2.0)),
    "log10": lambda algebra, a: algebra.scale(algebra.log(a), 1.0 / math.log(10.0)),
    "log1p": lambda algebra, a: algebra.log(algebra.add({(): 1.0}, a)),
    "log_abs": lambda algebra, a: algebra.log(_abs(algebra, a)),
    "sin": lambda algebra, a: algebra.sine(a, 0.0),
    "cos": lambda algebra, a: algebra.sine(a, math.pi / 2),
    "tan": lambda algebra, a: _divide(algebra, algebra.sine(a, 0.0), algebra.sine(a, math.pi / 2)),
    "sinh": lambda algebra, a: _hyperbolic(algebra, a, -1.0),
    "cosh": lambda algebra, a: _hyperbolic(algebra, a, 1.0),
    "protected_div": lambda algebra, a, b: _divide(algebra, a, b) if _clears_guard(algebra, b) else None,
    "protected_inverse": lambda algebra, a: algebra.power(a, -1.0) if _clears_guard(algebra, a) else None,
    "protected_log": lambda algebra, a: algebra.log(_abs(algebra, a)) if _clears_guard(algebra, a) else None,
    "protected_sqrt": lambda algebra, a: algebra.power(_abs(algebra, a), 0.5),
}
"""What becomes of operators; a rule that gives None does not apply, and the operator stays as it is."""
