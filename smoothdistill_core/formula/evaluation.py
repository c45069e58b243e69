"""Evaluating a formula: its inputs as an array, rows in blocks, the arguments of nodes, the values of leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.operators.operator import Array, Operator

ROWS_AT_ONCE = 16_384
"""Rows that a formula is computed for at once: the values of many of its nodes are in memory together."""


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


def ends_of(arguments: Sequence[tuple[int, ...]]) -> list[int]:
    """Return the position after the part that each node begins, from the positions of each node's arguments."""
    ends = list(range(1, len(arguments) + 1))
    for position in range(len(arguments) - 1, -1, -1):
        if arguments[position]:
            ends[position] = ends[arguments[position][-1]]
    return ends


def parts_of(nodes: tuple[Node, ...]) -> list[tuple[Node, ...]]:
    """Return the nodes of each argument of the operator that a formula begins with; none of a leaf."""
    begins = arguments_of(nodes)[0]
    ends = (*begins[1:], len(nodes))
    return [nodes[begin:end] for begin, end in zip(begins, ends, strict=False)]


def leaf(node: Variable | Constant, X: Array) -> Array:
    """Return the value of a leaf at the rows of ``X``."""
    return X[:, node.index] if isinstance(node, Variable) else np.asarray(node.value)
