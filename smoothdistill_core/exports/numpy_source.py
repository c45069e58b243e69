"""The format `numpy`: a function of columns, which needs numpy and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from smoothdistill_core.exports.functions import functions, needed
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.exports.notation import INFIX, PRODUCTS, Notation
from smoothdistill_core.exports.source import INDENT, module, parameters, safe_target, signature
from smoothdistill_core.exports.statements import by_notation, statements
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.operators.operator import PRODUCT
from smoothdistill_core.formula.subformulas import numbered

NOTATIONS = INFIX | {
    "div": Notation("{0} / {1}", PRODUCT, PRODUCTS),
    "pow": Notation("np.power({0}, {1})"),
    "pow_abs": Notation("np.power(np.abs({0}), {1})"),
    "mod": Notation("np.mod({0}, {1})"),
    "max": Notation("np.maximum({0}, {1})"),
    "min": Notation("np.minimum({0}, {1})"),
    "log_abs": Notation("np.log(np.abs({0}))"),
    "asin": Notation("np.arcsin({0})"),
    "acos": Notation("np.arccos({0})"),
    "atan": Notation("np.arctan({0})"),
    "asinh": Notation("np.arcsinh({0})"),
    "acosh": Notation("np.arccosh({0})"),
    "atanh": Notation("np.arctanh({0})"),
    **{
        name: Notation(f"np.{name}({{0}})")
        for name in (
            *("square", "sqrt", "cbrt", "abs", "sign", "floor", "ceil", "round", "exp", "expm1", "log", "log2"),
            *("log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
        )
    },
    **{
        name: Notation(f"{name}({{0}})")
        for name in ("inverse", "cube", "erf", "gamma", "protected_sqrt", "protected_log", "protected_inverse")
    },
    **{name: Notation(f"{name}({{0}}, {{1}})") for name in ("analytic_quotient", "greater", "protected_div")},
}
"""How each operator is written."""

RESERVED = {"math", "np", "predict", *functions("numpy")}


def numpy_source(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return the source of ``predict(*, <one array for each column that is read>)``, which returns an array.

    Each column has shape (n,), and so has the result; a formula that reads no column returns one number.
    """
    given = parameters(formula, inputs, RESERVED)
    parts, _ = numbered(formula)
    code = statements(parts, given.variable, by_notation(parts, NOTATIONS))
    lines = [
        f'"""Return {safe_target(target)} for columns of numbers."""',
        *given.comments(),
        *(f"{name} = np.asarray({name}, dtype=float)" for name in given.numbers.values()),
        *given.comparisons("is_category({}, {})"),
        'with np.errstate(all="ignore"):',
        *(f"{INDENT}{name} = {text}" for name, text in code.named),
        f"{INDENT}return {code.result}",
    ]
    body = "\n".join([signature("predict", given.names), *(INDENT + line for line in lines)])
    used = needed("numpy", body)
    imports = ["import math", "", "import numpy as np"] if any("math." in text for text in used) else []
    return module(imports or ["import numpy as np"], [*used, body])
