"""From parts back to a tree: sums and products in the order, and with the signs, that a person would write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.parts import Parts, Product, Sum
from smoothdistill_core.formula.subformulas import Subformula

ADD, SUB, MUL, DIV = (OPERATORS[name] for name in ("add", "sub", "mul", "div"))
NEG, INVERSE, POW = (OPERATORS[name] for name in ("neg", "inverse", "pow"))
SQUARE, CUBE = OPERATORS["square"], OPERATORS["cube"]
ANALYTIC_QUOTIENT = OPERATORS["analytic_quotient"]

Items = list[Node | int]
"""Nodes in prefix order; a number stands for the part that is still to be laid out."""


def laid_out(parts: Parts, root: int) -> tuple[Node, ...]:
    """Return the nodes of a part in prefix order."""
    nodes: list[Node] = []
    pending: Items = [root]
    while pending:
        item = pending.pop()
        if isinstance(item, int):
            pending.extend(reversed(_items(parts, item)))
        else:
            nodes.append(item)
    return tuple(nodes)


def _items(parts: Parts, number: int) -> Items:
    match parts.found[number]:
        case Subformula(node, arguments):
            return [node, *arguments]
        case Sum(terms, constant):
            return _sum(parts, dict(terms), constant)
        case Product():
            return _term(parts, 1.0, number)


def _sum(parts: Parts, factors: dict[int, float], constant: float) -> Items:
    """Lay out a sum: a positive term leads, and ``12.3 + 0.5*x``, but ``x - 3`` and ``x + 3``."""
    terms = _grouped(parts, factors)
    positive = [factor > 0.0 for factor, _ in terms]
    if (constant > 0.0 and not any(factor == 1.0 for factor, _ in terms)) or (constant and not any(positive)):
        return _added([(False, [Constant(constant)]), *(_signed(parts, *term) for term in terms)])
    if any(positive):
        terms.insert(0, terms.pop(positive.index(True)))
    summands = [(False, _term(parts, *terms[0])), *(_signed(parts, *term) for term in terms[1:])]
    if constant:
        summands.append((constant < 0.0, [Constant(abs(constant))]))
    return _added(summands)


def _grouped(parts: Parts, factors: dict[int, float]) -> list[tuple[float, int]]:
    """Return the terms in order, those that share a factor as one: 0.5*x + 0.5*y is 0.5*(x + y)."""
    counts = Counter(map(abs, factors.values()))
    shared: dict[float, list[tuple[int, float]]] = {
        size: [] for size, count in counts.items() if count > 1 and size not in (0.0, 1.0)
    }
    terms: list[tuple[float, int]] = []
    for number in sorted(factors, key=parts.order):
        size = abs(factors[number])
        if size not in shared:
            terms.append((factors[number], number))
            continue
        if not shared[size]:
            terms.append((size, -1))
        shared[size].append((number, factors[number] / size))
    return [term if term[1] >= 0 else _group(parts, term[0], shared[term[0]]) for term in terms]


def _group(parts: Parts, size: float, members: Sequence[tuple[int, float]]) -> tuple[float, int]:
    sign = 1.0 if any(factor > 0.0 for _, factor in members) else -1.0
    group = Sum(tuple(sorted((number, sign * factor) for number, factor in members)), 0.0)
    return sign * size, parts.number(group)


def _signed(parts: Parts, factor: float, number: int) -> tuple[bool, Items]:
    """Lay out the absolute value of a term; say whether it is subtracted."""
    return factor < 0.0, _term(parts, abs(factor), number)


def _added(summands: Sequence[tuple[bool, Items]]) -> Items:
    operators = [SUB if subtracted else ADD for subtracted, _ in reversed(summands[1:])]
    return [*operators, *(item for _, items in summands for item in items)]


def _term(parts: Parts, factor: float, number: int) -> Items:
    """Lay out factor * part: numbers lead a product, a negative sign stands at its first factor."""
    match parts.found[number]:
        case Subformula(Constant(value)):
            return [Constant(factor * value)]
        case Subformula(node, (dividend, divisor)) if node is ANALYTIC_QUOTIENT and factor != 1.0:
            return [node, *_term(parts, factor, dividend), divisor]
    product = parts.powers(number)
    above, below = _powers(parts, product.above), _powers(parts, product.below)
    if factor == -1.0 and above:
        above[0].insert(0, NEG)
    elif factor != 1.0:
        above.insert(0, [Constant(factor)])
    if not above:
        return [INVERSE, *_multiplied(below)]
    return [DIV, *_multiplied(above), *_multiplied(below)] if below else _multiplied(above)


def _powers(parts: Parts, powers: Iterable[tuple[int, int]]) -> list[Items]:
    return [_power(*power) for power in sorted(powers, key=lambda power: parts.order(power[0]))]


def _power(number: int, exponent: int) -> Items:
    if exponent == 1:
        return [number]
    named: dict[int, Operator] = {2: SQUARE, 3: CUBE}
    return [named[exponent], number] if exponent in named else [POW, number, Constant(float(exponent))]


def _multiplied(factors: Sequence[Items]) -> Items:
    return [*[MUL] * (len(factors) - 1), *(item for factor in factors for item in factor)]
