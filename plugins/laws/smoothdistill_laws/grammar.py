"""`parsed`: the text of a law becomes a formula; a grammar of its own, so that nothing is ever evaluated as Python.

Grammar, the loosest binding first: sums, products, unary minus, powers (``^`` or ``**``, from the right). An operand
is a number, a name, a function of one bracketed expression, or an expression in brackets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from smoothdistill_core import DataError, Formula
from smoothdistill_core.errors import did_you_mean

FUNCTIONS = {
    **{name: name for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: name for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    **{name: name for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "abs", "erf")},
    "ln": "log",
}
"""The operator behind each function. The gamma function is left out: too many laws have an input of that name."""

CONSTANTS = {"pi": math.pi, "e": math.e}

OPERATORS = {"+": ("add", 1), "-": ("sub", 1), "*": ("mul", 2), "/": ("div", 2), "^": ("pow", 4), "**": ("pow", 4)}
"""The operator behind each sign, and how tightly it binds."""

NEGATION = 3
"""How tightly a minus without left side binds: -x^2 is -(x^2)."""

MOST_CHARACTERS = 2_000
MOST_NESTED = 50
"""So many expressions may stand inside of each other; each takes some of Python's stack."""

TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/^()])"
)

END = "the end"


@dataclass(frozen=True)
class Parsed:
    """A law: ``formula`` over the inputs ``names``, in the order in which the text first reads them."""

    names: tuple[str, ...]
    formula: Formula


@dataclass(frozen=True)
class Token:
    """A piece of the text; ``place`` is the number of its first character, counted from 1."""

    kind: str
    text: str
    place: int


def parsed(expression: str) -> Parsed:
    """Read the text of a law; raises `DataError`, with the place and the remedy, where it is none."""
    if len(expression) > MOST_CHARACTERS:
        raise DataError(f"the expression has {len(expression)} characters; write at most {MOST_CHARACTERS}")
    if not expression.strip():
        raise DataError("the expression is empty; write a law, for example q1*q2/r^2")
    return _Parser(list(_tokens(expression))).parse()


def reserved(name: str) -> str | None:
    """Return what a name stands for that no input can have, or None."""
    if name in FUNCTIONS:
        return "a function"
    return "a constant" if name in CONSTANTS else None


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if text[at].isspace():
            at += 1
        elif found and (found.lastgroup != "name" or found[0].isidentifier()):
            yield Token(str(found.lastgroup), found[0], at + 1)
            at = found.end()
        else:
            raise _odd(text, at)
    yield Token("end", END, len(text) + 1)


def _odd(text: str, begin: int) -> DataError:
    """Return what is wrong at ``begin``, or within the name there: some signs, as ², count as letters and are none."""
    at = begin
    while text[begin : at + 1].isidentifier():
        at += 1
    remedy = "a function takes one argument" if text[at] == "," else "use + - * / ^ and brackets"
    return DataError(f"the expression has {text[at]!r} at character {at + 1}, which is no part of a law; {remedy}")


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._nested = 0
        self._names: list[str] = []

    def parse(self) -> Parsed:
        formula = self._expression(1)
        token = self._tokens[self._at]
        if token.text == ")":
            raise DataError(f"the bracket ) at character {token.place} closes nothing; remove it, or open one")
        if token.kind != "end":
            raise DataError(
                f"an operator is missing before {token.text!r} at character {token.place}; write * for a product"
            )
        return Parsed(tuple(self._names), formula)

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _expression(self, least: int) -> Formula:
        """Read as far as operators bind at least as tightly as ``least``."""
        self._nested += 1
        if self._nested > MOST_NESTED:
            place = self._tokens[self._at].place
            raise DataError(
                f"the expression is nested more than {MOST_NESTED} deep at character {place}; use fewer brackets"
            )
        left = self._operand()
        while (sign := self._tokens[self._at].text) in OPERATORS and OPERATORS[sign][1] >= least:
            self._at += 1
            operator, binding = OPERATORS[sign]
            right = self._expression(binding if operator == "pow" else binding + 1)
            left = _power(left, right) if operator == "pow" else Formula.apply(operator, left, right)
        self._nested -= 1
        return left

    def _operand(self) -> Formula:
        token = self._next()
        if token.kind == "number":
            return self._number(token)
        if token.kind == "name":
            return self._name(token)
        if token.text == "-":
            operand = self._expression(NEGATION)
            return Formula.apply("neg", operand)
        if token.text == "(":
            return self._bracketed(token)
        where = "at the end" if token.kind == "end" else f"before {token.text!r} at character {token.place}"
        raise DataError(f"the expression lacks a number, a name or a bracket {where}; add it")

    def _bracketed(self, opening: Token) -> Formula:
        inner = self._expression(1)
        token = self._next()
        if token.text == ")":
            return inner
        if token.kind == "end":
            raise DataError(f"the bracket ( at character {opening.place} is not closed; add )")
        raise DataError(
            f"an operator is missing before {token.text!r} at character {token.place}; write * for a product"
        )

    def _number(self, token: Token) -> Formula:
        value = float(token.text)
        if not math.isfinite(value):
            raise DataError(f"the number {token.text[:50]} at character {token.place} overflows; write a smaller one")
        return Formula.constant(value)

    def _name(self, token: Token) -> Formula:
        called = self._tokens[self._at].text == "("
        if called and token.text in FUNCTIONS:
            return Formula.apply(FUNCTIONS[token.text], self._bracketed(self._next()))
        if called and token.text in (*CONSTANTS, *self._names):
            raise DataError(
                f"an operator is missing after {token.text!r} at character {token.place}; write * for a product"
            )
        if called:
            raise DataError(f"there is no function {token.text!r}; {did_you_mean(token.text, FUNCTIONS)}")
        if token.text in FUNCTIONS:
            raise DataError(
                f"the function {token.text!r} at character {token.place} lacks its argument; write {token.text}(...)"
            )
        if token.text in CONSTANTS:
            return Formula.constant(CONSTANTS[token.text])
        if token.text not in self._names:
            self._names.append(token.text)
        return Formula.variable(self._names.index(token.text))


def _power(base: Formula, exponent: Formula) -> Formula:
    """Write squares and cubes as such: they are exact, and bounded more tightly."""
    for size, operator in ((2.0, "square"), (3.0, "cube")):
        if exponent == Formula.constant(size):
            return Formula.apply(operator, base)
    return Formula.apply("pow", base, exponent)
