"""The constants of a formula: reading them, replacing them, and what they move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant
from smoothdistill_core.formula.operator import Array
from smoothdistill_core.formula.tape import Tape, blocks, rows


def constants(formula: Formula) -> Array:
    """Return the constants in prefix order, shape (k,)."""
    return np.array([node.value for node in formula.nodes if isinstance(node, Constant)], dtype=np.float64)


def with_constants(formula: Formula, values: Sequence[float] | Array) -> Formula:
    """Return the formula with other constants, in prefix order.

    Raises `FormulaError` for another number of them, and for one that is not finite.
    """
    new = np.asarray(values, dtype=np.float64)
    count = sum(isinstance(node, Constant) for node in formula.nodes)
    if new.shape != (count,):
        raise FormulaError(f"the formula has {count} constants; the new ones have shape {new.shape}")
    if not np.isfinite(new).all():
        raise FormulaError("a formula's constants must be finite numbers")
    remaining = iter(new.tolist())
    return Formula(tuple(Constant(next(remaining)) if isinstance(node, Constant) else node for node in formula.nodes))


def sensitivity(formula: Formula, X: Array) -> Array:
    """Return the derivative of each prediction by each constant, shape (n, k), by reverse accumulation."""
    X = rows(formula.nodes, X)
    slopes = np.zeros((len(X), len(constants(formula))))
    for block in blocks(len(X)):
        with np.errstate(all="ignore"):
            slopes[block] = slopes_by_constants(Tape(formula.nodes, X[block]), slopes.shape[1])
    return slopes


def slopes_by_constants(tape: Tape, count: int) -> Array:
    """Return the slopes by the ``count`` constants of a formula at the rows of its tape, shape (n, count)."""
    slopes = np.empty((count, len(tape.values[0])))
    leaves = (adjoint for _, node, adjoint in tape.adjoints() if isinstance(node, Constant))
    for index, adjoint in enumerate(leaves):
        slopes[index] = adjoint
    return slopes.T
