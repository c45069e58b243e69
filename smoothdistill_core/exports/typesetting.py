"""`typeset`: a formula as mathematics on paper, the same tree walk for LaTeX and MathML."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.exports.notation import Notation, Written, compose
from smoothdistill_core.formula import Constant, Formula, Operator, Variable
from smoothdistill_core.formula.operators.operator import CALL, PRODUCT, SUM

DEEPEST = 100
"""Levels of brackets, fractions and powers within one another; neither pages nor browsers show more."""


def typeset(
    formula: Formula,
    name: Callable[[int], str],
    number: Callable[[float], Written],
    notations: Mapping[str, Notation],
    brackets: tuple[str, str],
    minus: str,
) -> str:
    """Write a formula by its notations; raises `FormulaError` for more than `DEEPEST` levels."""

    def leaf(node: Variable | Constant) -> tuple[Written, int]:
        return (number(node.value) if isinstance(node, Constant) else (name(node.index), CALL)), 0

    def apply(operator: Operator, *parts: tuple[Written, int]) -> tuple[Written, int]:
        notation = notations[operator.name]
        written = compose(notation, [part for part, _ in parts], brackets, minus)
        levels = [level for _, level in parts]
        # sums and products go on in one row: what stands first in them is no level deeper
        first = levels[0] if notation.binding in (SUM, PRODUCT) else levels[0] + 1
        level = max(first, *(other + 1 for other in levels[1:]), 0)
        if level > DEEPEST:
            raise FormulaError(
                f"the formula has more than {DEEPEST} levels, which no page can show: simplify it, or export to text"
            )
        return written, level

    return formula.fold(leaf, apply)[0][0]
