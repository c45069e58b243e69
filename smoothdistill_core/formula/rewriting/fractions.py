"""How a fraction reads best, at the same length: `plain_fractions` and `with_unit_below`."""

from __future__ import annotations

from smoothdistill_core.formula.evaluation import parts_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.linear import is_normal

Nodes = tuple[Node, ...]
"""A part of a formula in prefix order."""

ADD, SUB, NEG, MUL, DIV, EXP, POW = (OPERATORS[name] for name in ("add", "sub", "neg", "mul", "div", "exp", "pow"))
ONE = Constant(1.0)

NEAR_ONE = 0.05
"""A ratio of numbers, a factor or an exponent so near to 1 may be 1, which is what two digits tell."""


def plain_fractions(formula: Formula) -> Formula:
    """Return the formula with a/(b/x + 1) as a*x/(b + x) for inputs x; that has a value at x = 0, too."""
    return Formula(formula.fold(lambda leaf: (leaf,), _apply))


def with_unit_below(formula: Formula) -> Formula:
    """Return the formula with c*a/(T + c) as a/(T/c + 1), for an exponential or a negative power T.

    So K/(1 + 20*exp(-r*t)) reads, and v/(1 + 16/x^2.5). Factors that differ by less than `NEAR_ONE` count as one.
    """
    return Formula(formula.fold(lambda leaf: (leaf,), _apply_unit))


def _apply_unit(operator: Operator, *parts: Nodes) -> Nodes:
    if operator is DIV and parts[1][0] is ADD and (found := _without_factor(parts[0])) is not None:
        factor, above = found
        first, second = parts_of(parts[1])
        number, term = (first[0], second) if len(first) == 1 else (second[0], first)
        same = isinstance(number, Constant) and abs(factor - number.value) <= NEAR_ONE * abs(number.value)
        if same and (scaled := _scaled(term, factor)) is not None:
            return (DIV, *above, ADD, ONE, *scaled)
    return (operator, *(node for part in parts for node in part))


def _without_factor(nodes: Nodes) -> tuple[float, Nodes] | None:
    """Return the number before a product, and the product without it."""
    if nodes[0] is not MUL:
        return None
    first, second = parts_of(nodes)
    if isinstance(first[0], Constant):
        return first[0].value, second
    found = _without_factor(first)
    return None if found is None else (found[0], (MUL, *found[1], *second))


def _scaled(term: Nodes, divisor: float) -> Nodes | None:
    """Return exp(u), or u**-p, divided by a number; None of anything else, and where the number has no inverse."""
    scale = Constant(1.0 / divisor) if is_normal(divisor) and is_normal(1.0 / divisor) else None
    if scale is None or term[0] not in (EXP, POW):
        return None
    if term[0] is EXP:
        return (MUL, scale, *term)
    base, exponent = parts_of(term)
    if not isinstance(exponent[0], Constant) or exponent[0].value >= 0.0:
        return None
    return (DIV, scale, POW, *base, Constant(-exponent[0].value))


def _apply(operator: Operator, *parts: Nodes) -> Nodes:
    found = _multiplied_by_input(parts[1]) if operator is DIV and parts[0][0] is not NEG else None
    if found is not None and found[0] not in parts[0]:
        x, below = found
        return (DIV, *((x,) if parts[0] == (ONE,) else (MUL, *_in_order(parts[0], (x,)))), *below)
    return (operator, *(node for part in parts for node in part))


def _multiplied_by_input(nodes: Nodes) -> tuple[Variable, Nodes] | None:
    """Return x and b + x, or b - x, or x - b, of b/x + 1, or b/x - 1, or 1 - b/x; None of anything else."""
    if nodes[0] not in (ADD, SUB):
        return None
    first, second = parts_of(nodes)
    fraction, one = (first, second) if second == (ONE,) else (second, first)
    if one != (ONE,) or fraction[0] is not DIV:
        return None
    above, below = parts_of(fraction)
    if len(below) != 1 or not isinstance(below[0], Variable):
        return None
    if nodes[0] is ADD:
        return below[0], (ADD, *_in_order(above, below))
    return below[0], (SUB, *above, *below) if second == (ONE,) else (SUB, *below, *above)


def _in_order(first: Nodes, second: Nodes) -> Nodes:
    """Return two parts, that of the first input before the other."""
    return first + second if _first_input(first) <= _first_input(second) else second + first


def _first_input(nodes: Nodes) -> int:
    return min((node.index for node in nodes if isinstance(node, Variable)), default=-1)
