"""`shorter`: a formula less one of its parts, in every way in which a part can go; and `plain_powers`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from smoothdistill_core.formula.evaluation import arguments_of, ends_of
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.rewriting.affine import tidied
from smoothdistill_core.formula.rewriting.fractions import NEAR_ONE

NEG, INVERSE, MUL = OPERATORS["neg"], OPERATORS["inverse"], OPERATORS["mul"]

REMAINS: dict[str, tuple[tuple[tuple[Operator, ...], int], ...]] = {
    "add": (((), 0), ((), 1)),
    "sub": (((), 0), ((NEG,), 1)),
    "mul": (((), 0), ((), 1), ((NEG,), 0), ((NEG,), 1)),
    "div": (((), 0), ((NEG,), 0), ((INVERSE,), 1)),
    "pow": (((), 0),),
    "max": (((), 0), ((), 1)),
    "min": (((), 0), ((), 1)),
    "analytic_quotient": (((), 0),),
    "protected_div": (((), 0),),
}
"""What can remain of an operator with two arguments: one of them, or a function of it."""

PLAIN_POWERS: dict[float, tuple[Operator, ...]] = {
    1.0: (),
    -1.0: (INVERSE,),
    2.0: (OPERATORS["square"],),
    0.5: (OPERATORS["sqrt"],),
}
"""Powers that are shorter by another name."""

NEAR_PLAIN = 0.1
"""A power that is no farther from one of these may be it."""

UNCHANGED = ("neg", "inverse", "protected_inverse")
"""Operators of one argument that do not go by themselves: what remained would be no part of the formula."""


def shorter(formula: Formula) -> Iterator[Formula]:
    """Yield the formula less one summand, factor, divisor or function, for each of them, always in the same order."""
    nodes = formula.nodes
    arguments = arguments_of(nodes)
    ends = ends_of(arguments)
    for position, node in enumerate(nodes):
        if not isinstance(node, Operator):
            continue
        end = ends[position]
        for before, kept in _remains(node, [nodes[argument] for argument in arguments[position]]):
            start = arguments[position][kept]
            part = (*before, *nodes[start : ends[start]])
            if len(part) < end - position:
                yield Formula((*nodes[:position], *part, *nodes[end:]))


def plain_powers(formula: Formula) -> Iterator[Formula]:
    """Yield the formula with a plain power in place of one near it, x^-0.994 as 1/x, for each of them.

    Its numbers want to be fitted again.
    """
    nodes = formula.nodes
    arguments = arguments_of(nodes)
    ends = ends_of(arguments)
    for position, node in enumerate(nodes):
        if isinstance(node, Operator) and node.name == "pow":
            base, exponent = arguments[position]
            power = nodes[exponent]
            for plain_power, before in PLAIN_POWERS.items():
                if isinstance(power, Constant) and abs(power.value - plain_power) < NEAR_PLAIN:
                    yield Formula((*nodes[:position], *before, *nodes[base : ends[base]], *nodes[ends[position] :]))


def _remains(node: Operator, arguments: Sequence[Node]) -> Iterator[tuple[tuple[Operator, ...], int]]:
    if node.arity == 1:
        if node.name not in UNCHANGED:
            yield (), 0
        return
    for before, kept in REMAINS.get(node.name, ()):
        gone = arguments[1 - kept]
        if node.name in ("mul", "div", "pow") and isinstance(gone, Constant):  # another number would be another law
            if abs(abs(gone.value) - 1.0) <= NEAR_ONE and (before == (NEG,)) == (gone.value < 0.0):
                yield before, kept
        elif node.name == "pow":
            continue
        elif before != (NEG,) or node.name == "sub":  # a sign is left of a negative number only
            yield before, kept


def trimmed(
    formula: Formula, cost: Callable[[Formula], float], most: float, allowed: Callable[[Formula], bool]
) -> Formula:
    """Return the formula less all parts that can go while it costs at most ``most``, and remains ``allowed``.

    First goes what costs the least for each node that it saves.
    """
    spent, formula = 0.0, plain(formula)
    while True:
        costs = [(cost(each), each) for each in shorter(formula)]
        by_node = sorted(
            (pair for pair in costs if pair[0] <= most),
            key=lambda pair: max(0.0, pair[0] - spent) / (formula.complexity - pair[1].complexity),
        )
        found = next(((paid, each) for paid, each in by_node if allowed(each)), None)
        if found is None:
            return formula
        spent, formula = found[0], plain(found[1])


def plain(formula: Formula) -> Formula:
    """Return the formula tidied; what is called an analytic quotient, but divides by a number, as the product it is."""

    def apply(operator: Operator, *parts: tuple[Node, ...]) -> tuple[Node, ...]:
        match operator.name, parts:
            case "analytic_quotient", (dividend, (Constant(value),)):
                return (MUL, Constant(1.0 / math.sqrt(1.0 + value * value)), *dividend)
        return (operator, *(node for part in parts for node in part))

    return tidied(Formula(formula.fold(lambda node: (node,), apply)))
