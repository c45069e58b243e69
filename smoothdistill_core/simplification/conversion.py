"""From a formula to a sympy expression that sympy may work on, and back.

Numbers go there as exact fractions and come back as the nearest float64, so no digit is lost. What sympy has
no exact counterpart of (guards, rounding, comparison) becomes a function that it knows nothing about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula, Node, Operator, Variable
from smoothdistill_core.formula.operators.protected import GUARD

NAMED = {
    **{name: name for name in ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: name for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    "abs": "Abs",
    "sign": "sign",
}
"""Operators that sympy has under a name."""

DIGITS = 25
"""To which sympy evaluates what is not a fraction, before it is rounded to float64."""


def to_expression(formula: Formula) -> Any:
    """Return the formula as a sympy expression over real symbols x0, x1 ..., evaluated as sympy builds it."""
    import sympy

    def leaf(node: Variable | Constant) -> Any:
        if isinstance(node, Variable):
            return sympy.Symbol(f"x{node.index}", real=True)
        return sympy.Rational(*node.value.as_integer_ratio())

    def apply(operator: Operator, *arguments: Any) -> Any:
        if operator.name in NAMED:
            return getattr(sympy, NAMED[operator.name])(*arguments)
        return _applied(operator.name, arguments)

    return formula.fold(leaf, apply)


def _applied(name: str, arguments: Sequence[Any]) -> Any:
    import sympy

    a, b = arguments[0], arguments[-1]
    match name:
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return a * b
        case "div":
            return a / b
        case "neg":
            return -a
        case "inverse":
            return 1 / a
        case "square":
            return a**2
        case "cube":
            return a**3
        case "sqrt":
            return sympy.sqrt(a)
        case "pow" if not b.is_number:
            return a**b
        case "pow":  # a fraction of large numbers as an exponent would keep sympy busy with roots
            return a**b if b.is_Integer or b in (sympy.S.Half, -sympy.S.Half) else a ** sympy.Float(float(b))
        case "log_abs":
            return sympy.log(sympy.Abs(a))
        case "protected_sqrt":
            return sympy.sqrt(sympy.Abs(a))
        case "protected_div" if a == b:
            return sympy.Integer(1)
        case "protected_div" if b.is_number:
            return a / b if abs(float(b)) > GUARD else sympy.Integer(1)
        case "analytic_quotient" if b.is_number:
            return a / sympy.Float(math.sqrt(1.0 + float(b) ** 2))
    return sympy.Function(name, real=True)(*arguments)


def to_formula(expression: Any) -> Formula:
    """Return a sympy expression as a formula of few nodes; raises `FormulaError` for what is no formula."""
    return Formula.from_prefix(_nodes(expression))


def _nodes(e: Any) -> list[Node]:
    if not e.free_symbols:
        return [_number(e)]
    if e.is_Symbol:
        return [Variable(int(e.name[1:]))]
    if e.is_Add:
        return _sum(e)
    if e.is_Mul:
        return _product(e)
    if e.is_Pow:
        return _power(e.base, e.exp)
    return _call(e)


def _number(e: Any) -> Constant:
    try:
        value = float(e) if e.is_Rational or e.is_Float else float(e.evalf(DIGITS))
    except (TypeError, OverflowError) as error:
        raise FormulaError(f"{str(e)[:50]} is no real number") from error
    if not math.isfinite(value):
        raise FormulaError(f"{str(e)[:50]} is not finite")
    return Constant(value)


def _apply(name: str, *arguments: Sequence[Node]) -> list[Node]:
    return [OPERATORS[name], *(node for argument in arguments for node in argument)]


def _sum(e: Any) -> list[Node]:
    numbers = [term for term in e.args if not term.free_symbols]
    number = _number(e.func(*numbers)).value if numbers else 0.0
    added: list[list[Node]] = []
    taken: list[list[Node]] = []
    for term in e.args:
        if term.free_symbols:
            negative = term.could_extract_minus_sign() if not term.is_Add else False
            (taken if negative else added).append(_nodes(-term if negative else term))
    if number > 0 or (number and not added):
        added.append([Constant(number)])
    elif number:
        taken.append([Constant(-number)])
    if not added:
        return _apply("neg", _chain("add", taken))
    result = _chain("add", added)
    for term in taken:
        result = _apply("sub", result, term)
    return result


def _product(e: Any) -> list[Node]:
    import sympy

    numbers = [factor for factor in e.args if not factor.free_symbols]
    number = _number(e.func(*numbers)).value if numbers else 1.0
    above: dict[Any, list[Any]] = {}
    below: dict[Any, list[Any]] = {}
    for factor in e.args:
        if factor.free_symbols:
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sympy.exp):
                base, exponent = sympy.exp(abs_of_sign(factor.args[0])), sign_of(factor.args[0])
            side = below if exponent.could_extract_minus_sign() else above
            exponent = -exponent if side is below else exponent
            whole = exponent.is_Integer
            side.setdefault(exponent if whole else (exponent, base), []).append(base if whole else base**exponent)
    tops, bottoms = ([_group(key, bases) for key, bases in side.items()] for side in (above, below))
    if number == -1.0 and tops:
        return _apply("neg", _fraction(tops, bottoms))
    if number != 1.0:
        tops.insert(0, [Constant(number)])
    return _fraction(tops, bottoms)


def sign_of(argument: Any) -> Any:
    """Return -1 as a sympy number where a minus can be taken out of an expression, else 1."""
    import sympy

    return sympy.Integer(-1 if argument.could_extract_minus_sign() else 1)


def abs_of_sign(argument: Any) -> Any:
    """Return the expression without the minus that can be taken out of it."""
    return -argument if argument.could_extract_minus_sign() else argument


def _group(key: Any, bases: Sequence[Any]) -> list[Node]:
    """Return factors that share a whole exponent as one power of their product, others as they are."""
    if isinstance(key, tuple):
        return _chain("mul", [_nodes(base) for base in bases])
    return _whole_power(_chain("mul", [_nodes(base) for base in bases]), int(key))


def _fraction(tops: list[list[Node]], bottoms: list[list[Node]]) -> list[Node]:
    if not bottoms:
        return _chain("mul", tops)
    bottom = _chain("mul", bottoms)
    return _apply("div", _chain("mul", tops), bottom) if tops else _apply("inverse", bottom)


def _chain(name: str, parts: Sequence[list[Node]]) -> list[Node]:
    result = parts[0]
    for part in parts[1:]:
        result = _apply(name, result, part)
    return result


def _power(base: Any, exponent: Any) -> list[Node]:
    import sympy

    if exponent.is_number and exponent.could_extract_minus_sign():
        return _apply("inverse", _nodes(base ** (-exponent)))
    if exponent.is_Integer:
        return _whole_power(_nodes(base), int(exponent))
    if exponent == sympy.S.Half:
        if isinstance(base, sympy.Abs):
            return _apply("protected_sqrt", _nodes(base.args[0]))
        return _apply("sqrt", _nodes(base))
    if isinstance(base, sympy.Abs):
        return _apply("pow_abs", _nodes(base.args[0]), _nodes(exponent))
    return _apply("pow", _nodes(base), _nodes(exponent))


def _whole_power(base: list[Node], exponent: int) -> list[Node]:
    """Write a power by squares and cubes where that takes no more nodes than the operator pow."""
    short = {1: [], 2: ["square"], 3: ["cube"], 4: ["square"] * 2, 6: ["square", "cube"], 9: ["cube"] * 2}
    if exponent not in short:
        return _apply("pow", base, [Constant(float(exponent))])
    for name in short[exponent]:
        base = _apply(name, base)
    return base


def _call(e: Any) -> list[Node]:
    import sympy

    if isinstance(e, sympy.log) and isinstance(e.args[0], sympy.Abs):
        return _apply("log_abs", _nodes(e.args[0].args[0]))
    name = {theirs: ours for ours, theirs in NAMED.items()}.get(e.func.__name__, e.func.__name__)
    if name not in OPERATORS or OPERATORS[name].arity != len(e.args):
        raise FormulaError(f"{name} of {len(e.args)} arguments is no operator")
    return _apply(name, *(_nodes(argument) for argument in e.args))
