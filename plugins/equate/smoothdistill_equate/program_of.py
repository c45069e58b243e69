"""`program_of`: the program that fits the constants that a skeleton implies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from smoothdistill_core.searching import Program
from smoothdistill_core.searching import program as code
from smoothdistill_equate.expression import CONSTANT, Expression

Instruction = tuple[int, int, int]

OPERATIONS = {
    "inv": code.INVERSE,
    "sq": code.SQUARE,
    "sqrt": code.ROOT,
    "exp": code.EXP,
    "log": code.LOG,
    "sin": code.SIN,
    "tanh": code.TANH,
}
SCALES = {"exp": code.IN_EXP, "sin": code.IN_SIN, "tanh": code.IN_TANH}
SHIFTS = {"sin": code.PHASE, "tanh": code.CENTRE, "sqrt": code.POSITIVE, "log": code.POSITIVE, "inv": code.POSITIVE}


def program_of(skeleton: Expression) -> Program:
    """Return the program of a canonical skeleton: its terms are the program's."""
    return Program.of(_instructions(terms_of(skeleton)))


def terms_of(skeleton: Expression) -> tuple[Expression, ...]:
    """Return the terms of the outermost sum, each of which has a coefficient."""
    return skeleton.parts if skeleton.name == "add" else (skeleton,)


def has_coefficient(place: int, outside: str) -> bool:
    """Say whether a term of a sum within ``outside`` has a coefficient: the first may have that before the sum."""
    return place > 0 or outside in SCALES or outside in ("sqrt", "log")


def has_shift(parts: Sequence[Expression], outside: str) -> bool:
    """Say whether a constant is added to a sum within ``outside``."""
    return CONSTANT in parts or outside in ("sin", "tanh")


def keeps_inner_factor(expression: Expression, outside: str) -> bool:
    """Say whether a logarithm has the factor inside as a number added to it; outermost, the intercept holds that."""
    return expression.name == "log" and expression.parts[0].name != "add" and outside != ""


def _instructions(terms: Sequence[Expression]) -> Iterator[Instruction]:
    numbers = count()
    for place, term in enumerate(terms):
        yield from _of(term, "", numbers)
        yield code.TERM, place, 0


def _of(expression: Expression, outside: str, numbers: Iterator[int]) -> Iterator[Instruction]:
    """Yield what computes an expression; ``outside`` is the name of what it stands in."""
    name, parts = expression
    if not parts:
        yield code.INPUT, int(name[1:]), 0
    elif name == "mul":
        for place, part in enumerate(parts):
            yield from _of(part, name, numbers)
            if place:
                yield code.MULTIPLY, 0, 0
    elif name == "add":
        yield from _sum(parts, outside, numbers)
    else:
        inside = parts[0].parts if name in SCALES and parts[0].name == "add" else parts
        yield from _sum(inside, name, numbers) if name in SCALES else _of(parts[0], name, numbers)
        yield OPERATIONS[name], 0, 0
        if keeps_inner_factor(expression, outside):
            yield code.SHIFT, next(numbers), code.SMALL


def _sum(parts: Sequence[Expression], outside: str, numbers: Iterator[int]) -> Iterator[Instruction]:
    """Yield a sum; where its scale is the factor before it, the first term has no coefficient of its own."""
    for place, part in enumerate(part for part in parts if part != CONSTANT):
        yield from _of(part, "add", numbers)
        if has_coefficient(place, outside):
            use = SCALES.get(outside, code.BESIDE if place else code.PLAIN)
            yield code.SCALE, next(numbers), use
        if place:
            yield code.ADD, 0, 0
    if has_shift(parts, outside):
        yield code.SHIFT, next(numbers), SHIFTS.get(outside, code.FREE)
