"""From gplearn's programs to formulas: node by node, because both are trees in prefix order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smoothdistill_core import Formula
    from smoothdistill_core.formula import Node

PROTECTED = {"div": "protected_div", "sqrt": "protected_sqrt", "log": "protected_log", "inv": "protected_inverse"}
"""gplearn's functions that a formula calls by another name; the others are called the same."""


def to_formula(program: Iterable[Any]) -> Formula:
    """Return the formula that computes what the gplearn ``program`` (its list of nodes) computes."""
    from smoothdistill_core.formula import Formula

    return Formula.from_prefix(_node(part) for part in program)


def _node(part: Any) -> Node:
    from smoothdistill_core.formula import OPERATORS, Constant, Variable

    if isinstance(part, float):
        return Constant(float(part))
    if isinstance(part, int):
        return Variable(part)
    return OPERATORS[PROTECTED.get(part.name, part.name)]
