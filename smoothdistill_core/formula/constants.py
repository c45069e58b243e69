"""The constants of a formula: reading them, replacing them, and what they move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula.evaluation import blocks, rows
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.gradients import Tape
from smoothdistill_core.formula.nodes import Constant
from smoothdistill_core.formula.operators.operator import Array


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
    slopes = np.empty((len(constants(formula)), len(X)))
    for block in blocks(len(X)):
        with np.errstate(all="ignore"):
            for index, (_, adjoint) in enumerate(Tape(formula.nodes, X[block]).adjoints(Constant)):
                slopes[index, block] = adjoint
    return slopes.T
