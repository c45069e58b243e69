"""`canonical`: the one form of all expressions that are the same but for constants and the order of their parts."""

from __future__ import annotations

from collections.abc import Iterable

from smoothdistill_core import FormulaError
from smoothdistill_equate.expression import CONSTANT, FUNCTIONS, Expression, inputs, joined, order, tokens

MOST_POWER = 4
"""Powers of a factor beyond this, up or down, are none of the grammar's."""

GRAMMAR = "1"
"""The version of tokens and canonical form: weights and lists of banned skeletons are of one version."""


def canonical(expression: Expression) -> Expression:
    """Return the canonical form of a whole formula, whose intercept is implied.

    Inputs count as positive: ``sqrt sq x0`` is ``x0``. Raises `FormulaError` for what is none: without an input, with a
    power beyond 4, with a root of a root, with a function within a function, or with (x0 + 1) / (x0 + 2), the parts of
    which only constants tell apart.
    """
    form = _without_constant(_canonical(expression))
    if not inputs(form):
        raise FormulaError("an expression without an input is a constant; it has no skeleton")
    return form


def _canonical(expression: Expression) -> Expression:
    name, parts = expression
    if not parts:
        return expression
    inner = [_canonical(part) for part in parts]
    if name == "add":
        return _sum(inner)
    if name in ("mul", "inv", "sq", "sqrt"):
        return _product(_powers(Expression(name, tuple(inner))))
    argument = inner[0] if name == "log" else _without_constant(inner[0])
    if not inputs(argument):
        return CONSTANT
    if any(token in FUNCTIONS for token in tokens(argument)):
        raise FormulaError(f"{name} of a function of its own is none of the grammar's")
    if name == "log" and argument.name in ("inv", "sq", "sqrt"):  # a factor of the logarithm
        return _canonical(Expression("log", argument.parts))
    return Expression(name, (argument,))


def _without_constant(expression: Expression) -> Expression:
    if expression.name != "add":
        return expression
    return joined("add", (term for term in expression.parts if term != CONSTANT))


def _sum(terms: Iterable[Expression]) -> Expression:
    """Terms that are alike are one, unless constants of their own tell them apart: of those there may be two."""
    flat = joined("add", terms)
    if flat.name != "add":
        return flat
    kept: list[Expression] = []
    for term in sorted(flat.parts, key=order):
        if kept.count(term) < (2 if has_constants(term) else 1):
            kept.append(term)
    return joined("add", kept)


def has_constants(expression: Expression) -> bool:
    """Whether there are constants inside, besides the factor before it: those of a function or a sum."""
    return not {"add", "exp", "sin", "tanh"}.isdisjoint(tokens(expression))


def _powers(expression: Expression) -> dict[Expression, int]:
    """Return the factors of a canonical expression with their powers, counted in halves; numbers are left out."""
    name, parts = expression
    if name == "C":
        return {}
    if name not in ("mul", "inv", "sq", "sqrt"):
        return {expression: 2}
    found: dict[Expression, int] = {}
    for part in parts:
        for factor, halves in _powers(part).items():
            if name == "sqrt" and halves % 2:
                raise FormulaError("a root of a root is none of the grammar's")
            power = {"mul": halves, "inv": -halves, "sq": 2 * halves, "sqrt": halves // 2}[name]
            if found.get(factor, 0) * power < 0 and factor.name != "exp" and has_constants(factor):
                raise FormulaError("what differs in its constants alone, above and below, is none of the grammar's")
            found[factor] = found.get(factor, 0) + power
    return found


def _product(powers: dict[Expression, int]) -> Expression:
    exponents = [factor.parts[0] for factor in powers if factor.name == "exp"]
    above: list[Expression] = []
    below: list[Expression] = []
    root_above: list[Expression] = []
    root_below: list[Expression] = []
    for factor, halves in powers.items():
        if factor.name == "exp" or halves == 0:
            continue
        whole, half = divmod(abs(halves), 2)
        if whole > MOST_POWER:
            raise FormulaError(f"a power beyond {MOST_POWER} is none of the grammar's")
        (above if halves > 0 else below).extend(_whole_power(factor, whole))
        if half:
            (root_above if halves > 0 else root_below).append(factor)
    if root := _quotient(root_above, root_below):
        if root_above:
            above.append(Expression("sqrt", (root,)))
        else:  # one over a root, not the root of one over
            below.append(Expression("sqrt", root.parts))
    if exponents:
        above.append(Expression("exp", (_sum(exponents),)))
    return _quotient(above, below) or CONSTANT


def _whole_power(factor: Expression, power: int) -> list[Expression]:
    square = Expression("sq", (factor,))
    if power == MOST_POWER:
        return [Expression("sq", (square,))]
    return {0: [], 1: [factor], 2: [square], 3: [factor, square]}[power]


def _quotient(above: list[Expression], below: list[Expression]) -> Expression | None:
    if below:
        above = [*above, Expression("inv", (joined("mul", sorted(below, key=order)),))]
    return joined("mul", sorted(above, key=order)) if above else None
