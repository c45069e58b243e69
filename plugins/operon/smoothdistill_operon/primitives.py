"""The functions that Operon and formulas share: the name of each on both sides, and what Operon's computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Primitive(NamedTuple):
    """One function: its name in a `Formula`, and its value in double precision by Operon's definition."""

    operator: str
    value: Callable[..., Any]


PRIMITIVES = {
    "Add": Primitive("add", np.add),
    "Sub": Primitive("sub", np.subtract),
    "Mul": Primitive("mul", np.multiply),
    "Div": Primitive("div", np.divide),
    "Aq": Primitive("analytic_quotient", lambda a, b: a / np.sqrt(1.0 + b * b)),
    "Pow": Primitive("pow", np.power),
    "Powabs": Primitive("pow_abs", lambda a, b: np.power(np.abs(a), b)),
    "Square": Primitive("square", lambda a: a * a),
    "Sqrt": Primitive("sqrt", np.sqrt),
    "Sqrtabs": Primitive("protected_sqrt", lambda a: np.sqrt(np.abs(a))),
    "Cbrt": Primitive("cbrt", np.cbrt),
    "Abs": Primitive("abs", np.abs),
    "Exp": Primitive("exp", np.exp),
    "Log": Primitive("log", np.log),
    "Logabs": Primitive("log_abs", lambda a: np.log(np.abs(a))),
    "Log1p": Primitive("log1p", np.log1p),
    "Sin": Primitive("sin", np.sin),
    "Cos": Primitive("cos", np.cos),
    "Tan": Primitive("tan", np.tan),
    "Asin": Primitive("asin", np.arcsin),
    "Acos": Primitive("acos", np.arccos),
    "Atan": Primitive("atan", np.arctan),
    "Sinh": Primitive("sinh", np.sinh),
    "Cosh": Primitive("cosh", np.cosh),
    "Tanh": Primitive("tanh", np.tanh),
}
"""By Operon's name. Left out: ceil and floor, which jump, and fmin and fmax, which are swapped in 0.6.2."""

SYMBOLS = {primitive.operator: name.lower() for name, primitive in PRIMITIVES.items()}
"""The name that pyoperon's ``allowed_symbols`` has for each operator of a formula."""
