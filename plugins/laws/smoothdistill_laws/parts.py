"""The parts of a law: the products around one, and putting another formula in its place."""

from __future__ import annotations

from collections.abc import Iterator

from smoothdistill_core.formula import Formula, Node
from smoothdistill_core.formula.evaluation import arguments_of, ends_of

PRODUCTS = ("mul", "div", "inverse", "pow")


def products_around(part: Formula, formula: Formula) -> Iterator[Formula]:
    """Yield the products and quotients in a formula that hold a part, or are it, smaller ones first."""
    positions = range(len(formula.nodes))
    ends = ends_of(arguments_of(formula.nodes))
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
