"""The format `python`: a function of one row in plain Python, which needs the module math and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from smoothdistill_core.exports.functions import functions, needed
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.exports.notation import INFIX, Notation
from smoothdistill_core.exports.source import INDENT, module, parameters, safe_target, signature
from smoothdistill_core.exports.statements import by_notation, statements
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.subformulas import numbered

NOTATIONS = INFIX | {
    "div": Notation("divide({0}, {1})"),
    "pow": Notation("power({0}, {1})"),
    "pow_abs": Notation("power_of_magnitude({0}, {1})"),
    "abs": Notation("abs({0})"),
    "round": Notation("rounded({0})"),
    "mod": Notation("modulo({0}, {1})"),
    "max": Notation("maximum({0}, {1})"),
    "min": Notation("minimum({0}, {1})"),
    "log_abs": Notation("log_of_magnitude({0})"),
    **{name: Notation(f"math.{name}({{0}})") for name in ("atan", "tanh", "asinh", "erf")},
    **{
        name: Notation(f"{name}({{0}})")
        for name in (
            *("inverse", "square", "cube", "sqrt", "cbrt", "sign", "floor", "ceil"),
            *("exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos"),
            *("sinh", "cosh", "acosh", "atanh", "gamma", "protected_sqrt", "protected_log", "protected_inverse"),
        )
    },
    **{name: Notation(f"{name}({{0}}, {{1}})") for name in ("analytic_quotient", "greater", "protected_div")},
}
"""How each operator is written."""

RESERVED = {"math", "predict", *functions("python")}


def python_source(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return the source of ``predict(*, <one number for each column that is read>) -> float``.

    An indicator's column is given as it stands in the data. A row without a category has no prediction: nan.
    """
    given = parameters(formula, inputs, RESERVED)
    parts, _ = numbered(formula)
    code = statements(parts, given.variable, by_notation(parts, NOTATIONS))
    lines = [
        f'"""Return {safe_target(target)} for one row."""',
        *given.comments(),
        *given.comparisons("is_category({}, {})"),
        *(f"{name} = {text}" for name, text in code.named),
        f"return {code.result}",
    ]
    body = "\n".join([signature("predict", given.names), *(INDENT + line for line in lines)])
    return module(["import math"], [*needed("python", body), body])
