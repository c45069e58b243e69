"""`violation`: where in the ranges of its inputs a law may lack a value, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.formula import Formula, bounds, first_pole
from smoothdistill_core.formula.operators.operator import Operator

Box = Sequence[tuple[float, float]]

DOMAINS = {
    **{"sqrt": (0.0, math.inf, "a square root needs 0 or more")},
    **dict.fromkeys(("log", "log2", "log10"), (0.0, math.inf, "a logarithm needs more than 0")),
    **{"log1p": (-1.0, math.inf, "log1p needs more than -1"), "acosh": (1.0, math.inf, "acosh needs 1 or more")},
    **{name: (-1.0, 1.0, f"{name} needs -1 to 1") for name in ("asin", "acos")},
    "atanh": (-1.0, 1.0, "atanh needs more than -1 and less than 1"),
}
"""Between what the argument of an operator has to be, and how one says that."""


def violation(law: Formula, names: Sequence[str], box: Box) -> str | None:
    """Return which part of a law may lack a value where each input is in its (low, high) of ``box``; None for none.

    Interval arithmetic: None is a proof, up to rounding; a part that is named may be caution.
    """
    pole = first_pole(law, box)
    if pole is None or not isinstance(pole.nodes[0], Operator):
        return None
    name, arguments, text = pole.nodes[0].name, _arguments(pole), pole.text(names, digits=6)

    def seen(part: Formula) -> str:
        low, high = bounds(part, box)
        return f"{part.text(names, digits=6)} can be {low:g} to {high:g}"

    if name == "div" and _reaches_zero(arguments[1], box):
        return f"{text} may divide by 0: {seen(arguments[1])}"
    if name == "pow" and _is_whole(bounds(arguments[1], box)):
        return f"{text} may {f'divide by 0: {seen(arguments[0])}' if _reaches_zero(arguments[0], box) else 'overflow'}"
    if name == "pow" and _reaches(arguments[0], box, 0.0, math.inf):
        return f"{text} may have no value: such a power needs a base above 0, and {seen(arguments[0])}"
    if name in DOMAINS and _reaches(arguments[0], box, *DOMAINS[name][:2]):
        return f"{text} may have no value: {DOMAINS[name][2]}, and {seen(arguments[0])}"
    if name == "tan":
        return f"{text} may have a pole: {seen(arguments[0])}"
    return f"{text} may overflow"


def _reaches(part: Formula, box: Box, least: float, most: float) -> bool:
    """Say whether a part may be at or beyond the ends of a domain."""
    low, high = bounds(part, box)
    return low <= least or high >= most


def _reaches_zero(part: Formula, box: Box) -> bool:
    low, high = bounds(part, box)
    return low <= 0.0 <= high


def _is_whole(exponent: tuple[float, float]) -> bool:
    return exponent[0] == exponent[1] and exponent[0].is_integer()


def _arguments(formula: Formula) -> list[Formula]:
    """Return the arguments of the operator that a formula begins with."""
    arguments, begin, missing = [], 1, 1
    for position in range(1, len(formula.nodes)):
        node = formula.nodes[position]
        missing += (node.arity if isinstance(node, Operator) else 0) - 1
        if not missing:
            arguments.append(Formula(formula.nodes[begin : position + 1]))
            begin, missing = position + 1, 1
    return arguments
