"""`Tape`: the values of all nodes of a formula at some rows, and reverse accumulation over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from smoothdistill_core.formula.evaluation import arguments_of, leaf
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.operators.operator import Array, Operator

Leaf = TypeVar("Leaf", Variable, Constant)


class Tape:
    """The values of all nodes at the rows of ``X`` of shape (n, d)."""

    def __init__(self, nodes: Sequence[Node], X: Array) -> None:
        self.nodes = nodes
        self.arguments = arguments_of(nodes)
        self.values: list[Array] = [X[:0, 0]] * len(nodes)
        for position in range(len(nodes) - 1, -1, -1):
            node = nodes[position]
            if isinstance(node, Operator):
                parts = (self.values[argument] for argument in self.arguments[position])
                self.values[position] = node.value(*parts)
            else:
                self.values[position] = np.broadcast_to(leaf(node, X), (len(X),))

    def adjoints(self, wanted: type[Leaf]) -> Iterator[tuple[Leaf, Array]]:
        """Yield each leaf of a type, in prefix order, and the slope of the formula by it, shape (n,)."""
        leads_there = [isinstance(node, wanted) for node in self.nodes]
        for position in range(len(self.nodes) - 1, -1, -1):
            leads_there[position] |= any(leads_there[argument] for argument in self.arguments[position])
        adjoints: dict[int, Array] = {0: np.ones(len(self.values[0]))} if leads_there[0] else {}
        for position, node in enumerate(self.nodes):
            if not leads_there[position]:
                continue
            adjoint = adjoints.pop(position)
            if isinstance(node, wanted):
                yield node, adjoint
            elif isinstance(node, Operator):
                arguments = self.arguments[position]
                partials = node.partials(self.values[position], *(self.values[argument] for argument in arguments))
                for argument, partial in zip(arguments, partials, strict=True):
                    if leads_there[argument]:
                        # an argument that does not reach the output contributes 0, even where its slope is infinite
                        adjoints[argument] = np.where(np.equal(adjoint, 0.0), 0.0, adjoint * partial)
