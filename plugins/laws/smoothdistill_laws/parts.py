"""The parts of a law: the arguments of its first operator, and putting another formula in the place of a part."""

from __future__ import annotations

from collections.abc import Iterator

from smoothdistill_core.formula import Formula, Node
from smoothdistill_core.formula.evaluation import arguments_of

PRODUCTS = ("mul", "div", "inverse", "pow")


def arguments(formula: Formula) -> list[Formula]:
    """Return the arguments of the operator that a formula begins with; none of a leaf."""
    begins = arguments_of(formula.nodes)[0]
    ends = (*begins[1:], len(formula.nodes))
    return [Formula(formula.nodes[begin:end]) for begin, end in zip(begins, ends, strict=False)]


def products_around(part: Formula, formula: Formula) -> Iterator[Formula]:
    """Yield the products and quotients in a formula that hold a part, or are it, smaller ones first."""
    positions = range(len(formula.nodes))
    ends = [position + 1 for position in positions]
    for position, inner in reversed(list(enumerate(arguments_of(formula.nodes)))):
        if inner:
            ends[position] = ends[inner[-1]]
    places = {place for place in positions if formula.nodes[place : ends[place]] == part.nodes}
    for position in reversed(positions):
        is_product = getattr(formula.nodes[position], "name", "") in PRODUCTS
        if is_product and any(position <= place < ends[position] for place in places):
            yield Formula(formula.nodes[position : ends[position]])


def replaced(formula: Formula, part: Formula, by: Formula) -> Formula:
    """Return a formula with ``by`` wherever it had ``part``."""
    nodes, length = formula.nodes, len(part.nodes)
    found: list[Node] = []
    position = 0
    while position < len(nodes):
        is_part = nodes[position : position + length] == part.nodes
        found.extend(by.nodes if is_part else nodes[position : position + 1])
        position += length if is_part else 1
    return Formula(tuple(found))
