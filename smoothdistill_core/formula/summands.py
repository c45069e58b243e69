"""`sums_of` and `terms_of`: the sums in a formula, and the summands of each; `term_of`: the factors of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smoothdistill_core.formula.evaluation import arguments_of, ends_of, parts_of
from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS

ADD, SUB, NEG, MUL, INVERSE = (OPERATORS[name] for name in ("add", "sub", "neg", "mul", "inverse"))

NEAR = 0.05
"""Two numbers that differ by less than this share are the same one, found twice."""

Nodes = tuple[Node, ...]


class Term(NamedTuple):
    """A summand: a number times factors."""

    number: float
    factors: tuple[Nodes, ...]

    def less(self, *places: int) -> tuple[Nodes, ...]:
        """Return the factors but those at some places."""
        return tuple(factor for place, factor in enumerate(self.factors) if place not in places)


def sums_of(nodes: Nodes) -> Iterator[tuple[int, int]]:
    """Yield where each sum begins and ends that is not a part of a larger one."""
    arguments = arguments_of(nodes)
    ends = ends_of(arguments)
    inside = {part for place, parts in enumerate(arguments) if nodes[place] in (ADD, SUB) for part in parts}
    yield from ((place, ends[place]) for place, node in enumerate(nodes) if node in (ADD, SUB) and place not in inside)


def terms_of(nodes: Nodes) -> list[Term]:
    """Return the summands of a sum, in their order."""
    found, left = [], [(nodes, 1.0)]
    while left:
        part, sign = left.pop()
        if part[0] in (ADD, SUB):
            first, second = parts_of(part)
            left += [(second, sign if part[0] == ADD else -sign), (first, sign)]
        else:
            found.append(term_of(part, sign))
    return found


def outside_brackets(terms: Sequence[Term]) -> tuple[float, Sequence[Term]]:
    """Return the number that stands before the only bracket of a sum, and what is in it; 1 and the sum elsewhere."""
    if len(terms) != 1 or len(terms[0].factors) != 1 or terms[0].factors[0][0] not in (ADD, SUB):
        return 1.0, terms
    return terms[0].number, terms_of(terms[0].factors[0])


def term_of(nodes: Nodes, number: float = 1.0) -> Term:
    """Return a product, times a number, as a summand."""
    factors, left = [], [nodes]
    while left:
        part = left.pop()
        match part[0]:
            case Constant(value):
                number *= value
            case Operator("mul"):
                first, second = parts_of(part)
                left += [second, first]
            case Operator("neg"):
                number = -number
                left.append(part[1:])
            case Operator("div"):
                dividend, divisor = parts_of(part)
                factors.append((INVERSE, *divisor))
                left.append(dividend)
            case _:
                factors.append(part)
    return Term(number, tuple(factors))


def sum_of(terms: Sequence[Term]) -> Nodes:
    """Return the sum of summands."""
    products: list[Nodes] = []
    for number, factors in terms:
        parts = [*([(Constant(number),)] if abs(number) != 1.0 or not factors else []), *factors]
        sign = (NEG,) if number == -1.0 and factors else ()
        products.append((*sign, *_joined(MUL, parts)))
    return _joined(ADD, products)


def _joined(operator: Operator, parts: Sequence[Nodes]) -> Nodes:
    """Return the parts from left to right, the operator between them."""
    return (*[operator] * (len(parts) - 1), *(node for part in parts for node in part))
