"""The format `text`: an equation to read, followed by what its protected operators mean."""

from __future__ import annotations

from collections.abc import Sequence

from smoothdistill_core.exports.inputs import Input, labels
from smoothdistill_core.formula import Formula, Operator, readable

MEANINGS = {
    "protected_div": "pdiv(a, b) = a/b where |b| > 0.001, else 1",
    "protected_sqrt": "psqrt(a) = sqrt(|a|)",
    "protected_log": "plog(a) = log(|a|) where |a| > 0.001, else 0",
    "protected_inverse": "pinv(a) = 1/a where |a| > 0.001, else 0",
    "pow_abs": "powabs(a, b) = |a|^b",
    "log_abs": "logabs(a) = log(|a|)",
    "greater": "greater(a, b) = 1 where a > b, else 0",
}
"""What is not common knowledge."""


def text(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return the equation; a name that is no single word stands in quotes."""
    return "\n".join([f"{readable(target)} = {formula.text(labels(inputs))}", *meanings(formula)])


def meanings(formula: Formula) -> list[str]:
    """Return what the formula's less known operators mean, one line each."""
    used = {node.name for node in formula.nodes if isinstance(node, Operator)}
    return [meaning for name, meaning in MEANINGS.items() if name in used]
