"""An input that is 0 or 1 has no function but a line."""

import numpy as np
import pytest

from smoothdistill_core import DistillationTask
from smoothdistill_core.formula import Operator
from smoothdistill_symmetry.student import SymmetryStudent

CURVED = ("sin", "cos", "tan", "asin", "acos", "atan", "tanh", "sinh", "cosh", "exp", "log")


def curves_of(formula, column):
    """Return the functions in a formula whose argument reads a column and nothing else."""
    node, parts = formula.nodes[0], formula.arguments if isinstance(formula.nodes[0], Operator) else ()
    own = [node.name] if parts and node.name in CURVED and parts[0].inputs == {column} else []
    return own + [name for part in parts for name in curves_of(part, column)]


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_no_formula_bends_a_line_between_two_values(noise):
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.uniform(1, 9, 300), rng.uniform(2, 50, 300), rng.random(300) < 0.4])
    y = 0.5 * X[:, 1] * X[:, 0] ** 2 * np.where(X[:, 2] > 0, 0.7, 1.0) * (1 + noise * rng.standard_normal(300))
    found = [candidate.formula for candidate in SymmetryStudent().distil(DistillationTask(X, y, seed=0))]
    assert [name for formula in found for name in curves_of(formula, 2)] == []
    best = min(found, key=lambda formula: np.mean((formula.predict(X) - y) ** 2))
    assert 1 - np.mean((best.predict(X) - y) ** 2) / y.var() > 0.999
    assert best.complexity <= 12
