"""`shared_out`: what several formulas have in common, taken out of them, so that it is written once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Node, Variable
from smoothdistill_core.formula.operators.operator import Operator

LEAST_NODES = 4
"""A part of fewer nodes is read as quickly as a name for it."""

EITHER_WAY = frozenset({"add", "mul", "min", "max"})
"""Operators whose arguments may be exchanged."""


def shared_out(formulas: Sequence[Formula], first: int) -> tuple[list[Formula], list[Formula]]:
    """Return the parts that two or more formulas hold, and the formulas over these parts.

    The parts are inputs number ``first`` and on, which none of the formulas has; each may hold those before it. A part
    of a part is one only where it stands elsewhere, too.
    """
    whole, numbers = list(formulas), _Numbers()
    found: list[tuple[int, Formula]] = []
    while (part := _largest_shared([*whole, *(formula for _, formula in found)], numbers)) is not None:
        name = Variable(first + len(found))
        whole = [_replaced(formula, part, name, numbers) for formula in whole]
        found = [(index, _replaced(formula, part, name, numbers)) for index, formula in found]
        found.append((name.index, part))
    found.reverse()  # a part that others hold was found after them
    order = {index: first + place for place, (index, _) in enumerate(found)}
    return [_renumbered(part, order) for _, part in found], [_renumbered(formula, order) for formula in whole]


class _Numbers(dict[object, int]):
    """Gives equal parts the same number."""

    def of(self, part: object) -> int:
        return self.setdefault(part, len(self))


def _largest_shared(formulas: Sequence[Formula], numbers: _Numbers) -> Formula | None:
    """Return the largest part that stands in two or more formulas; of equal ones the first."""
    holders: Counter[int] = Counter()
    parts: dict[int, Formula] = {}
    for formula in formulas:
        own = {
            number: Formula(formula.nodes[begin:end])
            for begin, end, number in _parts(formula, numbers)
            if end - begin >= LEAST_NODES
        }
        holders.update(own.keys())
        for number, part in own.items():
            parts.setdefault(number, part)
    common = [part for number, part in parts.items() if holders[number] > 1 and part.inputs]
    return max(common, key=lambda part: part.complexity, default=None)


def _replaced(formula: Formula, part: Formula, name: Variable, numbers: _Numbers) -> Formula:
    """Return a formula with a name for each place where a part, or one that is equal to it, stands."""
    wanted = next(number for begin, _, number in _parts(part, numbers) if begin == 0)
    ends = {begin: end for begin, end, number in _parts(formula, numbers) if number == wanted}
    nodes: list[Node] = []
    place = 0
    while place < len(formula.nodes):
        nodes.append(name if place in ends else formula.nodes[place])
        place = ends.get(place, place + 1)
    return Formula(tuple(nodes))


def _renumbered(formula: Formula, order: dict[int, int]) -> Formula:
    return Formula(
        tuple(
            Variable(order.get(node.index, node.index)) if isinstance(node, Variable) else node
            for node in formula.nodes
        )
    )


def _parts(formula: Formula, numbers: _Numbers) -> list[tuple[int, int, int]]:
    """Return where each part begins and ends among the nodes, and its number."""
    found: list[tuple[int, int, int]] = []
    stack: list[tuple[int, int]] = []
    for begin in range(len(formula.nodes) - 1, -1, -1):
        node = formula.nodes[begin]
        if isinstance(node, Operator):
            arguments = [stack.pop() for _ in range(node.arity)]
            own = [number for _, number in arguments]
            end, part = arguments[-1][0], (node.name, *(sorted(own) if node.name in EITHER_WAY else own))
        else:
            end, part = begin + 1, (repr(node),)
        stack.append((end, numbers.of(part)))
        found.append((begin, *stack[-1]))
    return found
