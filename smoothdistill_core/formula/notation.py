"""How formulas are written for reading: operators over written parts, and the names of inputs."""

from __future__ import annotations

import math
import re

from smoothdistill_core.errors import printable
from smoothdistill_core.formula.operators.operator import CALL, POWER, PRODUCT, SIGN, SUM, Operator

Written = tuple[str, int]
"""A text, and how tightly its outermost operator binds."""

KNOWN: dict[float, Written] = {
    math.pi: ("pi", CALL),
    math.e: ("exp(1)", CALL),
    math.sqrt(2.0): ("sqrt(2)", CALL),
    1.0 / 3.0: ("1/3", PRODUCT),
}
"""The numbers that have a name or a fraction of their own; a constant that is one to the last bit is written so."""


PAST = re.compile(r"(?P<lag>\w+)\[t-\d+\]|mean\((?P<mean>\w+)\[t-\d+\.\.t-1\]\)")
"""What an input is called that is a past value of a column, or the mean of several."""


def number(value: float, digits: int | None) -> Written:
    """Write a constant by its name, with all its digits or with some significant ones."""
    if abs(value) in KNOWN:
        text, binding = KNOWN[abs(value)]
        return (text, binding) if value > 0.0 else (f"-{text}", min(binding, SIGN))
    text = repr(value) if digits is None else f"{value:.{digits}g}"
    return text, SIGN if text.startswith("-") else CALL


def written(operator: Operator, *parts: Written) -> Written:
    """Write an operator over written parts with no more brackets than needed."""
    if operator.binding == CALL:
        return operator.notation.format(*(text for text, _ in parts)), CALL
    if operator.binding == SUM and parts[1][1] > SUM and parts[1][0].startswith("-"):
        sign = "-" if operator.name == "add" else "+"  # a + -2*b reads a - 2*b
        return f"{parts[0][0]} {sign} {parts[1][0][1:]}", SUM
    texts = [f"({part[0]})" if needs_brackets(operator, side, part) else part[0] for side, part in enumerate(parts)]
    return operator.notation.format(*texts), operator.binding


def needs_brackets(operator: Operator, side: int, part: Written) -> bool:
    """Say whether an argument stands in brackets where the operator around it is no call."""
    text, binding = part
    leads = side == 0 and operator.notation.startswith("{0}")
    follows_sign = text.startswith("-") and not leads
    around = operator.around[side]
    goes_on = leads and binding == around != POWER  # a - b - c, but (a^b)^c
    return follows_sign or not (binding > around or goes_on)


def readable(name: str) -> str:
    """Write a name of an input or target: as it is where it is one word, of a class or of the past, else quoted.

    >>> [readable(name) for name in ("sales", "[town = Ulm]", "sales[t-1]", "mean(sales[t-7..t-1])", "unit sales")]
    ['sales', '[town = Ulm]', 'sales[t-1]', 'mean(sales[t-7..t-1])', '"unit sales"']
    >>> readable("p(survived = yes)")
    'p(survived = yes)'
    """
    shown = printable(name)
    if past := PAST.fullmatch(shown):
        return shown if (past["lag"] or past["mean"]).isidentifier() else f'"{shown}"'
    of_class = " = " in shown and (shown[0] + shown[-1] == "[]" or (shown.startswith("p(") and shown.endswith(")")))
    if of_class or (shown.isidentifier() and shown != "pi"):
        return shown
    return '"' + shown.replace('"', '\\"') + '"'
