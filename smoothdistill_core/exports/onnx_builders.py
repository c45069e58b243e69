"""How each operator is built from the operators that ONNX runtimes have in double precision.

onnxruntime has no sinh, cosh, tan, and no inverse trigonometric or hyperbolic function of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

REFUSED = ("erf", "gamma")
"""Operators that runtimes lack in double precision."""

LN2 = 0.6931471805599453
LN10 = 2.302585092994046


class Graph:
    """Nodes of an ONNX graph as they are added; values are known by their names."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, str] = {}
        self.initialisers: list[Any] = []

    def __call__(self, kind: str, *arguments: str | float, **attributes: Any) -> str:
        """Add a node and return the name of its value; numbers among the arguments become constants."""
        from onnx import helper

        names = [self.constant(argument) if isinstance(argument, float) else argument for argument in arguments]
        self.nodes.append(helper.make_node(kind, names, [f"v{len(self.nodes)}"], **attributes))
        return f"v{len(self.nodes) - 1}"

    def constant(self, value: float) -> str:
        """Return the name of a constant; equal ones are held once."""
        from onnx import TensorProto, helper

        text = repr(value)
        if text not in self.constants:
            self.constants[text] = f"c{len(self.constants)}"
            self.initialisers.append(helper.make_tensor(self.constants[text], TensorProto.DOUBLE, [], [value]))
        return self.constants[text]

    def where(self, comparison: str, a: str, b: str | float, then: str | float, otherwise: str | float) -> str:
        """Return ``then`` where ``a`` compares with ``b`` as said, elsewhere ``otherwise``."""
        return self("Where", self(comparison, a, b), then, otherwise)


def _expm1(g: Graph, a: str) -> str:
    half = g("Tanh", g("Mul", a, 0.5))
    near = g("Div", g("Mul", 2.0, half), g("Sub", 1.0, half))
    return g.where("Less", g("Abs", a), 1.0, near, g("Sub", g("Exp", a), 1.0))


def _log1p(g: Graph, a: str) -> str:
    """Kahan's: what rounding took from 1 + a is given back by a / (1 + a - 1)."""
    sum_ = g("Add", 1.0, a)
    near = g("Mul", g("Log", sum_), g("Div", a, g("Sub", sum_, 1.0)))
    return g("Where", g("Equal", sum_, 1.0), a, g.where("Less", g("Abs", a), 0.5, near, g("Log", sum_)))


def _cosh(g: Graph, a: str) -> str:
    magnitude = g("Abs", a)
    return g("Add", g("Exp", g("Sub", magnitude, LN2)), g("Exp", g("Sub", g("Neg", magnitude), LN2)))


def _atan(g: Graph, a: str) -> str:
    """One step of Newton's method on sin(y) = a*cos(y) doubles the digits of single precision."""
    from onnx import TensorProto

    single = g("Cast", a, to=TensorProto.FLOAT)
    rough = g("Cast", g("Atan", single), to=TensorProto.DOUBLE)
    inverted = g.where("Greater", g("Abs", a), 1.0, g("Reciprocal", a), 1.0)
    sine, cosine = g("Sin", rough), g("Cos", rough)
    small = g("Div", g("Sub", g("Mul", a, cosine), sine), g("Add", cosine, g("Mul", a, sine)))
    large = g("Div", g("Sub", cosine, g("Mul", inverted, sine)), g("Add", g("Mul", inverted, cosine), sine))
    return g("Add", rough, g.where("Greater", g("Abs", a), 1.0, large, small))


def _asin(g: Graph, a: str) -> str:
    cosine = g("Sqrt", g("Mul", g("Sub", 1.0, a), g("Add", 1.0, a)))
    return g("Mul", 2.0, _atan(g, g("Div", a, g("Add", 1.0, cosine))))


def _acos(g: Graph, a: str) -> str:
    magnitude = g("Abs", a)
    tangent = g("Sqrt", g("Div", g("Sub", 1.0, magnitude), g("Add", 1.0, magnitude)))
    angle = g("Mul", 2.0, _atan(g, tangent))
    return g.where("Less", a, 0.0, g("Sub", 3.141592653589793, angle), angle)


def _asinh(g: Graph, a: str) -> str:
    magnitude = g("Abs", a)
    squared = g("Mul", a, a)
    near = _log1p(g, g("Add", magnitude, g("Div", squared, g("Add", 1.0, g("Sqrt", g("Add", squared, 1.0))))))
    far = g("Add", g("Log", magnitude), LN2)
    return g("Mul", g("Sign", a), g.where("Greater", magnitude, 1e8, far, near))


def _acosh(g: Graph, a: str) -> str:
    below = g("Sub", a, 1.0)
    near = _log1p(g, g("Add", below, g("Mul", g("Sqrt", below), g("Sqrt", g("Add", a, 1.0)))))
    return g.where("Greater", a, 1e8, g("Add", g("Log", a), LN2), near)


def _atanh(g: Graph, a: str) -> str:
    magnitude = g("Abs", a)
    grown = _log1p(g, g("Div", g("Mul", 2.0, magnitude), g("Sub", 1.0, magnitude)))
    return g("Mul", g("Mul", 0.5, g("Sign", a)), grown)


def _mod(g: Graph, a: str, b: str) -> str:
    rest = g("Mod", a, b, fmod=1)
    opposed = g("And", g("Not", g("Equal", rest, 0.0)), g("Xor", g("Less", rest, 0.0), g("Less", b, 0.0)))
    return g("Where", opposed, g("Add", rest, b), rest)


def _pick(comparison: str) -> Callable[[Graph, str, str], str]:
    """Return the builder of a maximum or minimum that is nan where an argument is."""

    def build(g: Graph, a: str, b: str) -> str:
        return g("Where", g("Or", g(comparison, a, b), g("IsNaN", a)), a, b)

    return build


def _clear(g: Graph, guarded: str, value: str, otherwise: float) -> str:
    return g.where("Greater", g("Abs", guarded), 0.001, value, otherwise)


def _node(kind: str) -> Callable[..., str]:
    return lambda g, *arguments: g(kind, *arguments)


BUILDERS: Mapping[str, Callable[..., str]] = {
    **{
        name: _node(kind)
        for name, kind in {
            **{"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "neg": "Neg", "inverse": "Reciprocal"},
            **{"pow": "Pow", "sqrt": "Sqrt", "abs": "Abs", "floor": "Floor", "ceil": "Ceil", "round": "Round"},
            **{"exp": "Exp", "log": "Log", "sin": "Sin", "cos": "Cos", "tanh": "Tanh"},
        }.items()
    },
    "square": lambda g, a: g("Mul", a, a),
    "cube": lambda g, a: g("Mul", g("Mul", a, a), a),
    "pow_abs": lambda g, a, b: g("Pow", g("Abs", a), b),
    "cbrt": lambda g, a: g("Mul", g("Sign", a), g("Pow", g("Abs", a), 1.0 / 3.0)),
    "analytic_quotient": lambda g, a, b: g("Div", a, g("Sqrt", g("Add", 1.0, g("Mul", b, b)))),
    "sign": lambda g, a: g("Where", g("IsNaN", a), a, g("Sign", a)),
    "mod": _mod,
    "max": _pick("GreaterOrEqual"),
    "min": _pick("LessOrEqual"),
    "greater": lambda g, a, b: g.where("Greater", a, b, 1.0, 0.0),
    "expm1": _expm1,
    "log2": lambda g, a: g("Div", g("Log", a), LN2),
    "log10": lambda g, a: g("Div", g("Log", a), LN10),
    "log1p": _log1p,
    "log_abs": lambda g, a: g("Log", g("Abs", a)),
    "tan": lambda g, a: g("Div", g("Sin", a), g("Cos", a)),
    "asin": _asin,
    "acos": _acos,
    "atan": _atan,
    "sinh": lambda g, a: g("Mul", g("Tanh", a), _cosh(g, a)),
    "cosh": _cosh,
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
    "protected_div": lambda g, a, b: _clear(g, b, g("Div", a, b), 1.0),
    "protected_sqrt": lambda g, a: g("Sqrt", g("Abs", a)),
    "protected_log": lambda g, a: _clear(g, a, g("Log", g("Abs", a)), 0.0),
    "protected_inverse": lambda g, a: _clear(g, a, g("Reciprocal", a), 0.0),
}
"""How each operator is built."""
