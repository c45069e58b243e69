"""The names of PySR's operators, by their number of arguments: all that PySR's own ``predict`` can compute."""

from __future__ import annotations

from typing import Literal

Unary = Literal[
    "neg", "abs", "sign", "inv", "square", "cube", "sqrt", "sqrt_abs", "cbrt", "relu",
    "exp", "log", "log2", "log10", "log1p", "log_abs", "log2_abs", "log10_abs", "log1p_abs",
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "acosh_abs",
    "atanh", "atanh_clip", "erf", "erfc", "gamma", "floor", "ceil", "round",
]  # fmt: skip
Binary = Literal[
    "+", "-", "*", "/", "^", "plus", "sub", "mult", "div", "pow", "pow_abs", "mod", "max", "min",
    "greater", "less", "greater_equal", "less_equal", "cond", "logical_or", "logical_and",
]  # fmt: skip
Ternary = Literal["fma", "muladd", "clamp"]
