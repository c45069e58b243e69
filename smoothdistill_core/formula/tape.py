"""`Tape`: the values of all nodes of a formula at some rows, and reverse accumulation over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.operator import Array, Operator

Leaf = TypeVar("Leaf", Variable, Constant)

ROWS_AT_ONCE = 16_384
"""Rows that a formula is computed for at once: the values of many of its nodes are in memory together."""


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


def rows(nodes: Sequence[Node], X: ArrayLike) -> Array:
    """Return ``X`` as float64 of shape (n, d); raises `FormulaError` unless it has a column for each input."""
    X = np.asarray(X, dtype=np.float64)
    needed = max((node.index for node in nodes if isinstance(node, Variable)), default=-1) + 1
    if X.ndim != 2 or X.shape[1] < needed:
        raise FormulaError(f"this formula reads {needed} inputs: X must have shape (n, {needed}), not {X.shape}")
    return X


def blocks(count: int) -> Iterator[slice]:
    """Cut rows into blocks that are computed one after the other."""
    for begin in range(0, count, ROWS_AT_ONCE):
        yield slice(begin, begin + ROWS_AT_ONCE)


def arguments_of(nodes: Sequence[Node]) -> list[tuple[int, ...]]:
    """Return the positions of each node's arguments."""
    arguments: list[tuple[int, ...]] = [()] * len(nodes)
    stack: list[int] = []
    for position in range(len(nodes) - 1, -1, -1):
        node = nodes[position]
        if isinstance(node, Operator):
            arguments[position] = tuple(stack.pop() for _ in range(node.arity))
        stack.append(position)
    return arguments


def leaf(node: Variable | Constant, X: Array) -> Array:
    """Return the value of a leaf at the rows of ``X``."""
    return X[:, node.index] if isinstance(node, Variable) else np.asarray(node.value)
