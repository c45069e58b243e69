"""`ScaledTree`: one of Operon's trees with a linear scaling, as numbers and as a `Formula`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_core.formula import OPERATORS, Constant, Node, Variable
from smoothdistill_operon.primitives import PRIMITIVES
from smoothdistill_operon.versions import not_understood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Part(NamedTuple):
    """A node of Operon: the name of a function, the column of an input, or neither; times ``factor``.

    Operon gives each input a factor; a constant is one. That of a function is 1 in all that were seen.
    """

    factor: float
    function: str | None = None
    column: int | None = None


@dataclass(frozen=True)
class ScaledTree:
    """``scale * tree + intercept``.

    The parts are in Operon's postfix order, the last argument of a function first: backwards, that is the
    prefix order of formulas.
    """

    parts: tuple[Part, ...]
    scale: float = 1.0
    intercept: float = 0.0

    @classmethod
    def of(cls, tree: Any, columns: Mapping[int, int]) -> Self:
        """Return pyoperon's ``tree``; ``columns`` gives the column of X for each hash of an input."""
        return cls(tuple(_part(node, columns) for node in tree.Nodes))

    @property
    def is_finite(self) -> bool:
        """Whether all constants are finite numbers."""
        return bool(np.isfinite([self.scale, self.intercept, *(part.factor for part in self.parts)]).all())

    @property
    def formula(self) -> Formula:
        """The formula, whose constants are exactly Operon's and the two of the scaling."""
        return Formula.from_prefix((*self._scaling(), *self._nodes()))

    def predict(self, X: Array) -> Array:
        """Return the value for each row of ``X`` (n, d), computed part by part in double precision."""
        stack: list[Any] = []
        with np.errstate(all="ignore"):
            for part in self.parts:
                if part.function is not None:
                    primitive = PRIMITIVES[part.function]
                    value = primitive.value(*(stack.pop() for _ in range(OPERATORS[primitive.operator].arity)))
                else:
                    value = 1.0 if part.column is None else X[:, part.column]
                stack.append(part.factor * value)
            value = self.scale * np.asarray(stack.pop()) + self.intercept
        return np.array(np.broadcast_to(value, (len(X),)), dtype=np.float64)

    def _scaling(self) -> Iterator[Node]:
        if self.intercept != 0.0:
            yield from (OPERATORS["add"], Constant(self.intercept))
        if self.scale != 1.0:
            yield from (OPERATORS["mul"], Constant(self.scale))

    def _nodes(self) -> Iterator[Node]:
        for part in reversed(self.parts):
            if part.function is None and part.column is None:
                yield Constant(part.factor)
                continue
            if part.factor != 1.0:
                yield from (OPERATORS["mul"], Constant(part.factor))
            if part.column is not None:
                yield Variable(part.column)
            elif part.function is not None:
                yield OPERATORS[PRIMITIVES[part.function].operator]


def _part(node: Any, columns: Mapping[int, int]) -> Part:
    if node.IsConstant:
        return Part(node.Value)
    if node.IsVariable:
        return Part(node.Value, column=columns[node.HashValue])
    function = _function(node)
    if function not in PRIMITIVES or node.Arity != OPERATORS[PRIMITIVES[function].operator].arity:
        raise not_understood(f"the node {function!r} of {node.Arity} arguments has no counterpart in formulas")
    return Part(node.Value, function)


def _function(node: Any) -> str:
    """Return Operon's name of a node's function: that of its type, or of the built-in operation with its hash.

    Up to pyoperon 0.6 every function is a type of node (``NodeType.Add``). After it (heal-research/pyoperon#73), all
    are of the type ``Function``, and ``BuiltinOp`` names the hash of each.
    """
    if node.Type.name != "Function":
        return str(node.Type.name)
    from pyoperon import BuiltinOp

    try:
        return str(BuiltinOp(node.HashValue).name)
    except ValueError:  # a function that somebody registered
        return str(node.Name)
