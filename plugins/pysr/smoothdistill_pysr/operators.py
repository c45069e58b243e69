"""PySR's operators, each as the tree that computes what PySR's own ``predict`` computes for it.

What the tree has no operator for is composed. Where a condition throws a value away, PySR's numpy code does
so even if that value is nan or infinite, and so do these trees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Constant, Formula, Operator

Build = Callable[..., Formula]

TOTAL = {
    *("add", "sub", "mul", "neg", "square", "cube", "abs", "sign", "floor", "ceil", "round", "max", "min", "greater"),
    *("sin", "cos", "tanh", "atan", "erf"),
}
"""Operators that have a value everywhere, and an infinite one at most for huge arguments."""


def build(name: str, arguments: list[Formula]) -> Formula:
    """Return PySR's operator ``name`` applied to formulas; raises `FormulaError` for what PySR does not offer."""
    count = len(arguments)
    table: Mapping[str, Build] = {1: UNARY, 2: BINARY, 3: TERNARY}.get(count, {})
    found = table.get(name)
    if found is None:
        raise FormulaError(f"PySR's equation holds {name!r} with {count} arguments, which no operator of PySR takes")
    return found(*arguments)


def _apply(operator: str) -> Build:
    return lambda *arguments: Formula.apply(operator, *arguments)


_add, _sub, _mul, _max, _min, _greater, _abs = map(_apply, ("add", "sub", "mul", "max", "min", "greater", "abs"))
_sqrt = _apply("sqrt")
_ZERO, _HALF, _ONE, _TWO = map(Formula.constant, (0.0, 0.5, 1.0, 2.0))


def _is_total(formula: Formula) -> bool:
    return all(node.name in TOTAL for node in formula.nodes if isinstance(node, Operator))


def _cond(x: Formula, y: Formula) -> Formula:
    """Return y where x > 0, else 0."""
    return _where(_greater(x, _ZERO), y)


def _where(condition: Formula, value: Formula) -> Formula:
    """Return ``value`` where ``condition`` is 1, and 0 where it is 0, whatever ``value`` is there."""
    if _is_total(value):
        return _mul(condition, value)
    # a protected division by 0 is 1 whatever is divided, so the sum is value + 0 or 1 + -1
    return _add(Formula.apply("protected_div", value, condition), _sub(condition, _ONE))


def _greater_equal(x: Formula, y: Formula) -> Formula:
    """Return 1 where x >= y, else 0; a comparison with nan is never true."""
    reverse = _sub(_ONE, _greater(y, x))
    if _is_total(x) and _is_total(y):
        return reverse
    return _min(reverse, _greater(_add(_add(_abs(x), _abs(y)), _ONE), _ZERO))


def _clamp(x: Formula, low: Formula, high: Formula) -> Formula:
    """Return low below it, high above it, else x; where low > high, low wins for x < low."""
    least, most = low.nodes[0], high.nodes[0]
    if isinstance(least, Constant) and isinstance(most, Constant) and least.value <= most.value:
        return _min(_max(x, low), high)
    below = _greater(low, x)
    if _is_total(high):
        return _add(_where(below, low), _where(_sub(_ONE, below), _min(x, high)))
    above = _mul(_sub(_ONE, below), _greater(x, high))
    inside = _sub(_sub(_ONE, below), above)
    return _add(_add(_where(below, low), _where(above, high)), _where(inside, x))


def _clipped_atanh(x: Formula) -> Formula:
    return Formula.apply("atanh", _sub(Formula.apply("mod", _add(x, _ONE), _TWO), _ONE))


SAME = (
    *("sqrt", "cbrt", "square", "cube", "neg", "abs", "sign", "floor", "ceil", "exp", "log", "log2", "log10", "log1p"),
    *("log_abs", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "erf", "gamma"),
)
"""Operators of one argument that formulas call by the same name."""

UNARY: dict[str, Build] = {
    **{name: _apply(name) for name in SAME},
    "inv": _apply("inverse"),
    "sqrt_abs": lambda x: _sqrt(_abs(x)),
    "acosh_abs": lambda x: Formula.apply("acosh", _add(_abs(x), _ONE)),
    "atanh": _clipped_atanh,
    "atanh_clip": _clipped_atanh,
    "erfc": lambda x: _sub(_ONE, Formula.apply("erf", x)),
    "log10_abs": lambda x: Formula.apply("log10", _abs(x)),
    "log2_abs": lambda x: Formula.apply("log2", _abs(x)),
    "log1p_abs": lambda x: Formula.apply("log1p", _abs(x)),
    # not numpy's round: PySR's predict rounds halves down, numpy to the even neighbour
    "round": lambda x: Formula.apply("ceil", _sub(x, _HALF)),
    "relu": lambda x: _max(x, _ZERO),
}
"""PySR's operators of one argument."""

BINARY: dict[str, Build] = {
    "+": _add,
    "-": _sub,
    "/": _apply("div"),
    "*": _mul,
    "^": _apply("pow"),
    "plus": _add,
    "sub": _sub,
    "mult": _mul,
    "div": _apply("div"),
    "pow": _apply("pow"),
    "pow_abs": _apply("pow_abs"),
    "mod": _apply("mod"),
    "max": _max,
    "min": _min,
    "greater": _greater,
    "less": lambda x, y: _greater(y, x),
    "greater_equal": _greater_equal,
    "less_equal": lambda x, y: _greater_equal(y, x),
    "cond": _cond,
    "logical_or": lambda x, y: _max(_greater(x, _ZERO), _greater(y, _ZERO)),
    "logical_and": lambda x, y: _mul(_greater(x, _ZERO), _greater(y, _ZERO)),
}
"""PySR's operators of two arguments."""

TERNARY: dict[str, Build] = {
    "fma": lambda x, y, z: _add(_mul(x, y), z),
    "muladd": lambda x, y, z: _add(_mul(x, y), z),
    "clamp": _clamp,
}
"""PySR's operators of three arguments."""
