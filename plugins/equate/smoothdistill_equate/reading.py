"""`skeletons_of`: the skeletons of a formula, as it is written and multiplied out."""

from __future__ import annotations

from itertools import product

import numpy as np

from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.formula import Constant, Operator, Variable
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import CONSTANT, Expression, inputs, joined

SAME = {"add": "add", "sub": "add", "mul": "mul", "square": "sq", "inverse": "inv", "sqrt": "sqrt", "exp": "exp"}
SAME |= {"log": "log", "log2": "log", "log10": "log", "sin": "sin", "cos": "sin", "tanh": "tanh"}
"""The token for each operator that has one; signs, phases and bases are constants."""

MOST_TERMS = 64
"""A skeleton that has more terms when it is multiplied out is taken as it is."""


def skeletons_of(formula: Formula) -> tuple[Expression, ...]:
    """Return the canonical skeletons of a formula: as it is written, and multiplied out where that is another.

    Inputs keep their numbers, also beyond x4. Raises `FormulaError` where an operator is none of the grammar's.
    """
    read = formula.fold(_leaf, _applied)
    return forms(canonical(_without_numbers(read)))


def forms(skeleton: Expression) -> tuple[Expression, ...]:
    """Return a canonical skeleton, and what it is when it is multiplied out where that is another."""
    terms = _multiplied_out(skeleton)
    if not 1 < len(terms) <= MOST_TERMS:
        return (skeleton,)
    try:
        other = canonical(joined("add", terms))
    except FormulaError:  # a power beyond those of the grammar
        return (skeleton,)
    return (skeleton,) if other == skeleton else (skeleton, other)


def _leaf(node: Variable | Constant) -> Expression:
    # a number stands as one, so that exponents can be read; it is "C" in the end
    return Expression(f"x{node.index}") if isinstance(node, Variable) else Expression(repr(node.value))


def _applied(operator: Operator, *parts: Expression) -> Expression:
    name = operator.name
    if not any(map(inputs, parts)):
        return Expression(repr(float(operator.value(*(np.float64(part.name) for part in parts)))))
    if name == "neg":
        return parts[0]
    if name == "div":
        return joined("mul", (parts[0], Expression("inv", (parts[1],))))
    if name == "cube":
        return joined("mul", parts * 3)
    if name == "pow":
        return _power(*parts)
    if name not in SAME:
        raise FormulaError(f"the grammar has no {name}")
    token = SAME[name]
    return joined(token, parts) if token in ("add", "mul") else Expression(token, parts)


def _power(base: Expression, exponent: Expression) -> Expression:
    if inputs(exponent) or not inputs(base):
        raise FormulaError("the grammar has no power with an input in its exponent")
    halves = 2 * float(exponent.name)
    if halves == 0 or halves != int(halves) or abs(halves) > 16:
        raise FormulaError(f"the grammar has no power {halves / 2:g}")
    whole, half = divmod(abs(int(halves)), 2)
    raised = joined("mul", (*[base] * whole, *[Expression("sqrt", (base,))] * half))
    return raised if halves > 0 else Expression("inv", (raised,))


def _without_numbers(expression: Expression) -> Expression:
    name, parts = expression
    if not parts:
        return expression if expression.is_input else CONSTANT
    inner = [_without_numbers(part) for part in parts]
    if name in ("add", "mul"):
        return joined(name, inner)
    return CONSTANT if inner == [CONSTANT] else Expression(name, tuple(inner))


def _multiplied_out(expression: Expression) -> list[Expression]:
    """Return the terms of an expression whose outer products of sums are multiplied out."""
    name, parts = expression
    if name == "add":
        return [term for part in parts for term in _multiplied_out(part)]
    if name == "sq":
        name, parts = "mul", parts * 2
    if name != "mul":
        return [expression]
    factors = [_multiplied_out(part) for part in parts]
    size = 1
    for terms in factors:
        size *= len(terms)
    if size > MOST_TERMS:
        return [expression]
    return [joined("mul", chosen) for chosen in product(*factors)]
