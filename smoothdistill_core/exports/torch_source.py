"""The format `torch`: a module over the rows of a tensor, which needs torch and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smoothdistill_core.exports.functions import functions, needed
from smoothdistill_core.exports.inputs import Input, as_inputs, identifiers
from smoothdistill_core.exports.notation import INFIX, Notation
from smoothdistill_core.exports.preparation_for_code import precomputed
from smoothdistill_core.exports.running import run
from smoothdistill_core.exports.source import INDENT, module, safe_target, temporaries
from smoothdistill_core.exports.statements import by_notation, statements
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.subformulas import numbered

if TYPE_CHECKING:
    from torch import nn

NOTATIONS = INFIX | {
    "div": Notation("torch.div({0}, {1})"),  # number / tensor multiplies by a rounded reciprocal
    "inverse": Notation("torch.reciprocal({0})"),
    "pow": Notation("torch.pow({0}, {1})"),
    "pow_abs": Notation("torch.pow(torch.abs({0}), {1})"),
    "mod": Notation("modulo({0}, {1})"),
    "max": Notation("torch.maximum({0}, {1})"),
    "min": Notation("torch.minimum({0}, {1})"),
    "log_abs": Notation("torch.log(torch.abs({0}))"),
    **{
        name: Notation(f"torch.{name}({{0}})")
        for name in (
            *("square", "sqrt", "abs", "floor", "ceil", "round", "exp", "expm1", "log", "log2", "log10", "log1p"),
            *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf"),
        )
    },
    **{
        name: Notation(f"{name}({{0}})")
        for name in ("cube", "cbrt", "sign", "gamma", "protected_sqrt", "protected_log", "protected_inverse")
    },
    **{name: Notation(f"{name}({{0}}, {{1}})") for name in ("analytic_quotient", "greater", "protected_div")},
}
"""How each operator is written."""

RESERVED = {"torch", "nn", "Tensor", "Formula", "self", "X", *functions("torch")}


def torch_source(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return the source of a class ``Formula(nn.Module)`` over X of shape (..., d); it returns shape (...).

    The columns of X are the inputs in their order, indicators included as 0 and 1.
    """
    used = sorted(formula.inputs)
    names = identifiers((inputs[index].name for index in used), RESERVED | temporaries(formula))
    variables = dict(zip(used, names, strict=True))
    parts, _ = numbered(formula)
    code = statements(parts, variables.__getitem__, by_notation(parts, NOTATIONS, "X.new_tensor({})".format))
    inner = INDENT * 2
    result = code.result
    if not used:
        result = f"X.new_full(X.shape[:-1], {result})"
    lines = [
        "class Formula(nn.Module):",
        f'{INDENT}"""{safe_target(target)} for the rows of X (..., {len(inputs)}); the result has shape (...)."""',
        "",
        f"{INDENT}def forward(self, X: Tensor) -> Tensor:",
        # repr writes line ends and unprintable letters as escapes, so no name can leave its comment
        *(f"{inner}{variables[index]} = X[..., {index}]  # {inputs[index].name!r}" for index in used),
        *(f"{inner}{name} = {text}" for name, text in code.named),
        f"{inner}return {result}",
    ]
    body = "\n".join(lines)
    return module(["import torch", "from torch import Tensor, nn"], [*needed("torch", body), body])


def to_torch(formula: Formula, names: Sequence[str | Input] | None = None) -> nn.Module:
    """Return the formula as a torch module: X of shape (..., d) to shape (...), in the precision of X, differentiable.

    Where a guard of a protected operator acts, gradients are 0, as those of `Formula.gradient`.
    """
    needed = max(formula.inputs, default=-1) + 1
    inputs = as_inputs(formula, names if names is not None else [f"x{index}" for index in range(needed)])
    module: nn.Module = run(torch_source(precomputed(formula), inputs, "y"), {}, kept=True)["Formula"]()
    return module
