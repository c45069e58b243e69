"""`Numbering`: equal subformulas under one number, so that they are seen to be equal, and each is held once."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node


class Subformula(NamedTuple):
    """A node, and the numbers of its arguments."""

    node: Node
    arguments: tuple[int, ...] = ()


Numbered = TypeVar("Numbered", bound=tuple[Any, ...])


class Numbering(Generic[Numbered]):
    """Subformulas, or what they are rewritten as; ``found[number]`` is the one of that number."""

    def __init__(self) -> None:
        self.found: list[Numbered] = []
        self._numbers: dict[object, int] = {}

    def number(self, one: Numbered) -> int:
        """Return the number of ``one``: the next, or that of an equal one before."""
        node = one[0]
        key = repr(node) if isinstance(node, Constant) else one  # 0.0 equals -0.0 and is another number
        number = self._numbers.setdefault(key, len(self.found))
        if number == len(self.found):
            self.found.append(one)
        return number


def numbered(formula: Formula) -> tuple[list[Subformula], list[int]]:
    """Return the distinct subformulas, arguments before what they are arguments of, and which is at each position."""
    numbering: Numbering[Subformula] = Numbering()
    numbers: list[int] = []

    def number(node: Node, *arguments: int) -> int:
        numbers.append(numbering.number(Subformula(node, arguments)))
        return numbers[-1]

    formula.fold(number, number)
    return numbering.found, numbers[::-1]
