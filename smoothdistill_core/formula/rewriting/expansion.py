"""`expanded`: a formula with its products of sums multiplied out, so that what cancels can meet.

`expanded_within` does so where a function has them as arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.rewriting.affine import tidied

Nodes = tuple[Node, ...]
"""A part of a formula in prefix order."""

Polynomial = dict[tuple[Nodes, ...], float]
"""The number before each product of parts; the empty product stands for 1."""

MOST_TERMS = 30
"""A formula that has more terms when it is multiplied out is not what anybody would write."""


LONGEST = 100
"""Nor is an argument of a function with more nodes, or a product of more parts: what is nested would grow with each
function about it."""


def expanded(formula: Formula) -> Formula | None:
    """Return the formula as a sum of products, like terms merged; None where these would be too many, or overflow.

    Functions keep their arguments as they are. Terms that nearly cancel leave much of rounding: compare before use.
    """
    polynomial = formula.fold(_leaf, _apply)[1]
    return None if polynomial is None or not _is_finite(polynomial) else tidied(_sum(polynomial))


def expanded_within(formula: Formula) -> Formula:
    """Return the formula with the arguments of its functions multiplied out, where there is something to multiply."""
    return tidied(Formula(formula.fold(_leaf, _apply_within)[0]))


def _leaf(node: Variable | Constant) -> tuple[Nodes, Polynomial | None]:
    return (node,), ({(): node.value} if isinstance(node, Constant) else {((node,),): 1.0})


def _apply(operator: Operator, *parts: tuple[Nodes, Polynomial | None]) -> tuple[Nodes, Polynomial | None]:
    nodes = (operator, *(node for part, _ in parts for node in part))
    polynomials = [polynomial for _, polynomial in parts if polynomial is not None]
    if len(polynomials) < len(parts):
        return nodes, None
    rule = RULES.get(operator.name)
    found: Polynomial = {(nodes,): 1.0} if rule is None else rule(*polynomials)
    is_short = len(found) <= MOST_TERMS and all(len(product) <= LONGEST for product in found)
    return nodes, found if is_short else None


def _apply_within(operator: Operator, *parts: tuple[Nodes, Polynomial | None]) -> tuple[Nodes, Polynomial | None]:
    if operator.name in RULES:
        return _apply(operator, *parts)
    return _apply(operator, *((_multiplied_out(nodes, polynomial), polynomial) for nodes, polynomial in parts))


def _multiplied_out(nodes: Nodes, polynomial: Polynomial | None) -> Nodes:
    """Return a polynomial in the place of the nodes that it was made of, unless it is a single term."""
    if polynomial is None or len(polynomial) < 2 or not _is_finite(polynomial):
        return nodes
    length = sum(len(part) + 1 for product in polynomial for part in product)
    return _sum(polynomial).nodes if length <= LONGEST else nodes


def _is_finite(polynomial: Polynomial) -> bool:
    return all(map(math.isfinite, polynomial.values()))


def _plus(a: Polynomial, b: Polynomial) -> Polynomial:
    return {product: a.get(product, 0.0) + b.get(product, 0.0) for product in a | b}


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    found: Polynomial = {}
    for first, factor in a.items():
        for second, other in b.items():
            product = tuple(sorted((*first, *second), key=str))
            found[product] = found.get(product, 0.0) + factor * other
    return found


def _scaled(a: Polynomial, factor: float) -> Polynomial:
    return {product: factor * value for product, value in a.items()}


RULES: dict[str, Callable[..., Polynomial]] = {
    "add": _plus,
    "sub": lambda a, b: _plus(a, _scaled(b, -1.0)),
    "neg": lambda a: _scaled(a, -1.0),
    "mul": _times,
    "square": lambda a: _times(a, a),
}
"""What is multiplied out; any other operator is one part with all that stands in it."""


def _sum(polynomial: Polynomial) -> Formula:
    by_sign = sorted(polynomial.items(), key=lambda term: term[1] < 0.0)  # -x + y reads worse than y - x
    terms = [_term(product, factor) for product, factor in by_sign if factor]
    return reduce(lambda left, right: Formula.apply("add", left, right), terms or [Formula.constant(0.0)])


def _term(product: tuple[Nodes, ...], factor: float) -> Formula:
    numbers = [Formula.constant(factor)] if factor != 1.0 or not product else []
    return reduce(lambda left, right: Formula.apply("mul", left, right), [*numbers, *map(Formula, product)])
