"""`Expression`: the skeleton of a formula, whose constants are implied, and the tokens it is written with.

A sum has a coefficient for each term, and each function its factor; only the intercept of a sum inside of something is
written, as ``C``. Tokens stand in prefix order; a sum of three is ``add a add b c``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from smoothdistill_core import FormulaError
from smoothdistill_core.errors import did_you_mean

MOST_INPUTS = 5
MOST_TOKENS = 24

NARY = ("add", "mul")
UNARY = ("inv", "sq", "sqrt", "exp", "log", "sin", "tanh")
FUNCTIONS = frozenset({"exp", "log", "sin", "tanh"})
LEAVES = ("C", *(f"x{index}" for index in range(MOST_INPUTS)))

MARKS = ("<pad>", "<begin>", "<end>")
VOCABULARY = (*MARKS, *NARY, *UNARY, *LEAVES)
"""All tokens; a token's number is its place."""

PAD, BEGIN, END = range(3)
NUMBERS = {token: number for number, token in enumerate(VOCABULARY)}
ARITY = {**dict.fromkeys(NARY, 2), **dict.fromkeys(UNARY, 1), **dict.fromkeys(LEAVES, 0)}


class Expression(NamedTuple):
    """A tree: the name of a token, and its parts; sums and products have two or more."""

    name: str
    parts: tuple[Expression, ...] = ()

    @property
    def is_input(self) -> bool:
        """Whether it is an input, ``x0`` to ``x4``."""
        return self.name[0] == "x"


CONSTANT = Expression("C")


def tokens(expression: Expression) -> tuple[str, ...]:
    """Return the tokens of an expression, in prefix order."""
    written: list[str] = []
    _write(expression, written)
    return tuple(written)


def _write(expression: Expression, written: list[str]) -> None:
    name, parts = expression
    written.append(name)
    for place, part in enumerate(parts):
        if 0 < place < len(parts) - 1:  # a sum of three is two of two
            written.append(name)
        _write(part, written)


def parsed(text: Sequence[str]) -> Expression:
    """Read tokens in prefix order; raises `FormulaError` where they are no expression."""
    stack: list[Expression] = []
    for token in reversed(text):
        if token not in ARITY:
            raise FormulaError(f"{token!r} is no token of the grammar ({did_you_mean(token, ARITY)})")
        arity = ARITY[token]
        if len(stack) < arity:
            raise FormulaError(f"{token!r} lacks an argument in {' '.join(text)!r}; write {arity} after it")
        parts = tuple(stack.pop() for _ in range(arity))
        stack.append(joined(token, parts) if token in NARY else Expression(token, parts))
    if len(stack) != 1:
        raise FormulaError(f"{' '.join(text)!r} is {len(stack)} expressions; write exactly one")
    return stack[0]


def joined(name: str, parts: Iterable[Expression]) -> Expression:
    """Return a sum or product of parts, those of the same kind flattened; of a single part, the part itself."""
    flat = tuple(inner for part in parts for inner in (part.parts if part.name == name else (part,)))
    return flat[0] if len(flat) == 1 else Expression(name, flat)


def order(expression: Expression) -> tuple[int, tuple[str, ...]]:
    """Return what the parts of sums and products are sorted by: the length, then the tokens."""
    text = tokens(expression)
    return len(text), text


def inputs(expression: Expression) -> frozenset[str]:
    """Return the names of the inputs that occur."""
    return frozenset(token for token in tokens(expression) if token[0] == "x")


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """Return the expression with other names of inputs, the parts of sums and products in order again."""
    name, parts = expression
    if not parts:
        return Expression(names.get(name, name))
    changed = [renamed(part, names) for part in parts]
    return Expression(name, tuple(sorted(changed, key=order) if name in NARY else changed))
