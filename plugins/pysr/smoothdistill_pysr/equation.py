"""Reading PySR's equations: text becomes a `Formula` by a small parser, and nothing is ever evaluated.

Operators bind as in Python, which PySR's own ``predict`` reads its equations as: ``-x0 ^ 2`` is ``-(x0 ^ 2)``.
"""

from __future__ import annotations

import math
import re

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Constant, Formula
from smoothdistill_pysr.operators import build

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/^(),]))",
    re.ASCII,
)
INPUT = re.compile(r"x(0|[1-9][0-9]{0,8})", re.ASCII)
BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
MINUS = 3
"""How tightly a minus binds that stands before its only argument: less than a power, more than a product."""

DEEPEST = 200
"""The deepest nesting that is read: PySR's formulas of size 100 stay far below."""


def to_formula(equation: str, inputs: int) -> Formula:
    """Return the formula that an equation of PySR over ``x0`` to ``x{inputs - 1}`` states.

    Raises `FormulaError` for what is no such equation, and for constants that are not finite.
    """
    return _Reader(equation, inputs).read()


class _Reader:
    """One equation, read from left to right by precedence climbing."""

    def __init__(self, equation: str, inputs: int) -> None:
        self._equation = equation
        self._inputs = inputs
        self._words = self._split()
        self._next = 0
        self._depth = 0

    def read(self) -> Formula:
        formula = self._sum(0)
        if self._peek():
            raise self._wrong(f"{self._peek()!r} follows what is complete")
        return formula

    def _split(self) -> list[str]:
        words, place = [], 0
        text = self._equation.rstrip()
        while place < len(text):
            found = TOKEN.match(text, place)
            if found is None:
                raise self._wrong(f"{text[place : place + 20]!r} is no number, input, operator or bracket")
            words.append(found.group().strip())
            place = found.end()
        return words

    def _sum(self, least: int) -> Formula:
        """Read operands joined by operators that bind at least as tightly as ``least``."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(f"it is nested more than {DEEPEST} deep")
        left = self._operand()
        while (binding := BINDING.get(self._peek(), -1)) >= least:
            sign = self._take()
            # a power goes on to the right, a ^ (b ^ c); all others to the left, (a - b) - c
            left = build(sign, [left, self._sum(binding if sign == "^" else binding + 1)])
        self._depth -= 1
        return left

    def _operand(self) -> Formula:
        word = self._take()
        if word in ("-", "+"):
            operand = self._sum(MINUS)
            return operand if word == "+" else _negative(operand)
        if word == "(":
            inner = self._sum(0)
            self._expect(")")
            return inner
        if word[:1].isdigit() or word[:1] == ".":
            return self._number(word)
        if self._peek() == "(":
            return self._call(word)
        if INPUT.fullmatch(word) and int(word[1:]) < self._inputs:
            return Formula.variable(int(word[1:]))
        raise self._wrong(f"{word or 'the end'!r} stands where a number, an input or a function belongs")

    def _number(self, word: str) -> Formula:
        value = float(word)
        if not math.isfinite(value):
            raise self._wrong(f"the constant {word} is not finite")
        return Formula.constant(value)

    def _call(self, name: str) -> Formula:
        self._expect("(")
        arguments = [self._sum(0)]
        while self._peek() == ",":
            self._take()
            arguments.append(self._sum(0))
        self._expect(")")
        return build(name, arguments)

    def _peek(self) -> str:
        return self._words[self._next] if self._next < len(self._words) else ""

    def _take(self) -> str:
        word = self._peek()
        self._next += 1
        return word

    def _expect(self, sign: str) -> None:
        found = self._take()
        if found != sign:
            raise self._wrong(f"{found or 'the end'!r} stands where {sign!r} belongs")

    def _wrong(self, reason: str) -> FormulaError:
        shown = self._equation if len(self._equation) <= 200 else f"{self._equation[:200]}..."
        return FormulaError(f"PySR's equation {shown!r} cannot be read: {reason}")


def _negative(operand: Formula) -> Formula:
    """Return ``-operand``; a constant stays one node."""
    (first, *rest) = operand.nodes
    if isinstance(first, Constant) and not rest:
        return Formula.constant(-first.value)
    return Formula.apply("neg", operand)
