"""What is done to a formula before it is written as code: idle guards left out, constant parts computed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula, Node, Operator, Variable
from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_core.formula.ranges.interval import Interval, magnitude

CLEAR_OF_GUARD = GUARD * (1 + 1e-9)
"""Ends of intervals are rounded numbers: they must clear the guard by more than that."""


def without_idle_guards(formula: Formula, box: Sequence[Interval]) -> Formula:
    """Return the formula with plain operators where no guard can act for inputs within ``box``.

    ``box`` holds one interval (least, greatest) for each input; the formula computes there exactly what it
    did. Raises `FormulaError` for a box that is too short, or whose intervals are not two numbers in order.
    """
    needed = max(formula.inputs, default=-1) + 1
    if len(box) < needed:
        raise FormulaError(f"this formula reads {needed} inputs, and the box holds {len(box)} intervals")
    for index, interval in enumerate(box):
        if len(interval) != 2 or not interval[0] <= interval[1]:
            raise FormulaError(f"the box holds (least, greatest) for each input, and {interval!r} for input {index}")
    nodes = list(formula.nodes)
    stack: list[Interval] = []
    for position in range(len(nodes) - 1, -1, -1):
        node = nodes[position]
        if isinstance(node, Operator):
            arguments = [stack.pop() for _ in range(node.arity)]
            node = nodes[position] = OPERATORS[_plain(node.name, arguments)]
            stack.append(node.bounds(*arguments))
        elif isinstance(node, Variable):
            stack.append((float(box[node.index][0]), float(box[node.index][1])))
        else:
            stack.append((node.value, node.value))
    return Formula.from_prefix(nodes)


def _plain(name: str, arguments: Sequence[Interval]) -> str:
    """Return the operator that computes the same over these intervals and has no guard, or ``name`` itself."""
    first, last = arguments[0], arguments[-1]
    if name in ("protected_div", "protected_inverse") and magnitude(last)[0] > CLEAR_OF_GUARD:
        return {"protected_div": "div", "protected_inverse": "inverse"}[name]
    if name == "protected_log" and magnitude(first)[0] > CLEAR_OF_GUARD:
        return "log" if first[0] > 0 else "log_abs"
    if name in ("protected_sqrt", "pow_abs") and first[0] >= 0:
        return {"protected_sqrt": "sqrt", "pow_abs": "pow"}[name]
    return "log" if name == "log_abs" and first[0] > 0 else name


def precomputed(formula: Formula) -> Formula:
    """Return the formula with every part that reads no input replaced by its value, computed as `predict` does.

    Raises `FormulaError` where such a part has no finite value, as code cannot write it as a number, and where
    something is divided by the constant 0.
    """
    nodes = formula.nodes
    ends = [0] * len(nodes)  # where the part that begins here ends
    values: list[float | None] = [None] * len(nodes)  # of the parts that read no input
    stack: list[int] = []
    for position in range(len(nodes) - 1, -1, -1):
        node, end = nodes[position], position + 1
        if isinstance(node, Operator):
            arguments = [stack.pop() for _ in range(node.arity)]
            end = ends[arguments[-1]]
            parts = [value for argument in arguments if (value := values[argument]) is not None]
            if len(parts) == len(arguments):
                values[position] = _value(node, parts)
            elif node.name in ("div", "mod") and values[arguments[1]] == 0.0:
                raise FormulaError("the formula divides by the constant 0: it has no finite value there")
        elif isinstance(node, Constant):
            values[position] = node.value
        ends[position] = end
        stack.append(position)
    kept: list[Node] = []
    position = 0
    while position < len(nodes):
        value = values[position]
        kept.append(nodes[position] if value is None else Constant(value))
        position = position + 1 if value is None else ends[position]
    return Formula.from_prefix(kept)


def _value(operator: Operator, arguments: Sequence[float]) -> float:
    with np.errstate(all="ignore"):
        value = float(operator.value(*map(np.float64, arguments)))
    if not math.isfinite(value):
        written = f"{operator.name}({', '.join(map(repr, arguments))})"
        raise FormulaError(f"the formula holds {written}, which has no finite value: code cannot hold it as a number")
    return value
