"""An input that is 0 or 1 has no function but a line."""

import numpy as np
import pytest

from smoothdistill_core import DistillationTask
from smoothdistill_core.formula import Formula, Operator
from smoothdistill_symmetry.student import SymmetryStudent
from smoothdistill_symmetry.term import Term, Variable

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


def test_no_formula_bends_it_in_a_sum_of_products_of_functions():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.uniform(0, 3, 300), rng.uniform(0, 3, 300), rng.random(300) < 0.4])
    y = np.sin(X[:, 0]) * np.cos(X[:, 1]) + 0.5 * X[:, 2] * np.sin(X[:, 1])
    found = [candidate.formula for candidate in SymmetryStudent().distil(DistillationTask(X, y, seed=0))]
    assert [name for formula in found for name in curves_of(formula, 2)] == []
    np.testing.assert_allclose(found[-1].predict(X), y, atol=1e-9)


def test_a_wave_of_another_height_where_it_is_1_is_found_under_noise():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.uniform(0, 9, 300), rng.random(300) < 0.4])
    law = (1 - 0.6 * X[:, 1]) * np.cos(X[:, 0])
    found = SymmetryStudent().distil(DistillationTask(X, law + 0.01 * rng.standard_normal(300), seed=0))
    errors = {candidate.formula.complexity: np.mean((candidate.formula.predict(X) - law) ** 2) for candidate in found}
    assert min(error for size, error in errors.items() if size <= 12) < 0.001 * law.var()


def test_what_rounding_leaves_of_0_and_1_is_an_indicator_and_what_is_small_is_none():
    ones = np.arange(200) < 17
    standardised = (ones - ones.mean()) / ones.std()
    back = standardised * ones.std() + ones.mean()
    assert not np.isin(back, (0.0, 1.0)).all()
    given = {"back": back, "plain": 1.0 * ones, "small": 1e-14 * ones, "between": np.linspace(0, 1, 200)}
    terms = {name: Term.of([Variable(Formula.variable(0), values)], [1.0]) for name, values in given.items()}
    assert [name for name, term in terms.items() if term.is_indicator] == ["back", "plain"]
