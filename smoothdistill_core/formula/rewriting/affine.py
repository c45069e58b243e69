"""Exact rewriting of a formula under affine maps of inputs and value; tidying is the map that changes nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.algebra import Algebra
from smoothdistill_core.formula.rewriting.layout import laid_out
from smoothdistill_core.formula.rewriting.linear import Linear, is_normal

Affine = tuple[float, float]
"""Scale and shift: new = old * scale + shift."""

IDENTITY: Affine = (1.0, 0.0)

FAR = 100.0
"""A shift of more than this many scales stays in brackets, (x - shift): multiplied out, it would cost digits."""


def rewritten(formula: Formula, inputs: Sequence[Affine], output: Affine = IDENTITY) -> Formula:
    """Return the formula over new inputs, new_i = old_i * scale_i + shift_i for each (scale, shift) of ``inputs``.

    Its value is that of ``formula``, times the scale of ``output``, plus its shift. The two agree up to
    rounding wherever all parts of the formula are finite. Numbers move up and meet, like terms and factors
    merge, and nothing that can have a pole cancels; exp(2*log(x)) is x^2, also where x < 0. Arguments of nonlinear
    functions stay what they were, so guards of protected operators keep their place.

    Raises `FormulaError` for an input without a map, and for a scale or shift that cannot be one.
    """
    needed = max(formula.inputs, default=-1) + 1
    if len(inputs) < needed:
        raise FormulaError(f"the formula reads {needed} inputs, and there are maps for {len(inputs)}")
    for name, (scale, shift) in [*((f"x{index}", pair) for index, pair in enumerate(inputs)), ("the output", output)]:
        if not (is_normal(scale) and is_normal(1.0 / scale) and math.isfinite(shift)):
            raise FormulaError(f"scale and shift of {name} must be finite, the scale not 0: {scale!r}, {shift!r}")

    algebra = Algebra()

    def leaf(node: Variable | Constant) -> Linear:
        if isinstance(node, Constant):
            return Linear(offset=node.value)
        scale, shift = inputs[node.index]
        return algebra.input(node, 1.0 / scale, shift, bracketed=abs(shift) > FAR * abs(scale))

    stack: list[Linear] = []
    for algebra.place in range(len(formula.nodes) - 1, -1, -1):
        node = formula.nodes[algebra.place]
        if isinstance(node, Operator):
            stack.append(algebra.apply(node, [stack.pop() for _ in range(node.arity)]))
        else:
            stack.append(leaf(node))
    value = algebra.apply(OPERATORS["mul"], [stack[0], Linear(offset=float(output[0]))])
    value = algebra.apply(OPERATORS["add"], [value, Linear(offset=float(output[1]))])
    return Formula(laid_out(algebra.parts, algebra.number(value)))


def tidied(formula: Formula) -> Formula:
    """Return the formula with constants folded and like terms merged; itself where that makes it no shorter."""
    tidy = rewritten(formula, [IDENTITY] * (max(formula.inputs, default=-1) + 1))
    return tidy if tidy.complexity < formula.complexity else formula
