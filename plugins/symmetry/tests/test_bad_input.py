"""Whatever the data, there is an answer or an error that says what is wrong: no warning, no pole among the rows."""

import warnings

import numpy as np
import pytest

from smoothdistill_core import DistillationTask, Formula
from smoothdistill_core.errors import DataError
from smoothdistill_symmetry.poles import divides_across_0
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.scalings import Reduction
from smoothdistill_symmetry.search import found_laws
from smoothdistill_symmetry.student import SymmetryStudent
from smoothdistill_symmetry.term import Variable

A, B = Formula.variable(0), Formula.variable(1)


def both_signs(rows, inputs=3):
    return np.random.default_rng(1).normal(size=(rows, inputs))


def positive(rows, inputs=3):
    return np.random.default_rng(1).uniform(1, 3, size=(rows, inputs))


def answer(X, y):
    """Return what the student finds, and fail at any warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = SymmetryStudent().distil(DistillationTask(X, y, seed=0))
    assert found
    for candidate in found:
        assert np.isfinite(candidate.predict(X)).all()
    return found


def noise(rows, seed=2):
    return np.random.default_rng(seed).normal(size=rows)


ONE_ROW_OF_ZEROS = np.vstack([np.zeros(3), positive(99)])
COLLINEAR = np.column_stack([positive(120, 1)[:, 0] * factor for factor in (1.0, 2.0, -0.5)])
WITH_OUTLIERS = np.where(np.arange(120) % 40 == 0, 1e6, positive(120)[:, 0])

DATA = {
    "inputs of both signs": (both_signs(120), lambda X: X[:, 0] * X[:, 1] - X[:, 2]),
    "a quotient of inputs of both signs": (both_signs(120), lambda X: X[:, 0] / X[:, 1]),
    "one row of zeros": (ONE_ROW_OF_ZEROS, lambda X: X[:, 0] * X[:, 1] + X[:, 2]),
    "zeros and ones": ((both_signs(120) > 0).astype(float), lambda X: X[:, 0] + 2 * X[:, 1] * X[:, 2]),
    "integers": (np.round(10 * positive(120)), lambda X: X[:, 0] ** 2 - X[:, 1]),
    "collinear inputs": (COLLINEAR, lambda X: X[:, 0] ** 2),
    "one input": (positive(120, 1), lambda X: 1 / (1 + X[:, 0])),
    "forty inputs": (positive(120, 40), lambda X: X[:, 3] * X[:, 30] + 0.1 * noise(len(X))),
    "a target of both signs near 0": (positive(120), lambda X: X[:, 0] - X[:, 1] + 1e-9),
    "a tiny target": (positive(120), lambda X: 1e-30 * X[:, 0] * X[:, 1]),
    "a huge target": (positive(120), lambda X: 1e30 * (X[:, 0] + X[:, 1] ** 2)),
    "thirty rows": (positive(30), lambda X: X[:, 0] * X[:, 1] + 0.1 * noise(len(X))),
    "three rows": (positive(3), lambda X: X[:, 0] * X[:, 1]),
    "one row": (positive(1), lambda X: X[:, 0]),
    "noise alone": (positive(120), lambda X: noise(len(X))),
    "outliers": (positive(120), lambda X: np.where(np.arange(len(X)) % 40 == 0, 1e6, X[:, 0])),
    "an outlier among the inputs": (np.column_stack([WITH_OUTLIERS, positive(120)]), lambda X: X[:, 1] + X[:, 2]),
    "inputs that do not vary": (np.ones((50, 2)), lambda X: noise(len(X))),
    "classes": (both_signs(120), lambda X: (X[:, 0] > 0).astype(float)),
    "rows that repeat": (np.tile(positive(10), (12, 1)), lambda X: X[:, 0] + np.sin(X[:, 1])),
}


@pytest.mark.parametrize("what", DATA)
def test_there_is_an_answer(what):
    X, law = DATA[what]
    answer(X, law(X))


def test_a_constant_target_has_a_constant_for_an_answer():
    [candidate] = answer(positive(50), np.full(50, 2.5))
    assert candidate.formula.text() == "2.5"


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(wrong):
    X = positive(50)
    X[3, 1] = wrong
    with pytest.raises(DataError, match="finite"):
        answer(X, X[:, 0])
    with pytest.raises(DataError, match="finite"):
        answer(positive(50), X[:, 1])


def test_no_approximation_has_a_pole_among_the_rows():
    X = both_signs(150, 2)
    y = np.tanh(3 * X[:, 0]) + 0.3 * noise(150) * X[:, 1]
    laws = list(found_laws(X, y, 10))
    assert laws
    assert not any(divides_across_0(law.formula, X) for law in laws)


@pytest.mark.parametrize(
    ("formula", "crosses"),
    [
        (Formula.apply("div", A, B), True),
        (Formula.apply("div", B, A), False),
        (Formula.apply("inverse", B), True),
        (Formula.apply("pow", B, Formula.constant(-2.0)), True),
        (Formula.apply("pow", B, Formula.constant(2.0)), False),
        (Formula.apply("div", A, Formula.apply("add", A, B)), False),
    ],
)
def test_what_is_divided_by_is_seen_at_the_rows(formula, crosses):
    assert divides_across_0(formula, np.array([[2.0, -1.0], [3.0, 1.0]])) is crosses


@pytest.mark.parametrize("power", [-400.0, 400.0])
def test_a_product_whose_values_are_beyond_numbers_is_none_to_search_with(power):
    """Noise leads to such powers; a model of what they leave has weights of 0, or squares that are no numbers."""
    values = np.random.default_rng(0).uniform(2.0, 5.0, size=(60, 2))
    variables = [Variable(Formula.variable(place), values[:, place]) for place in range(2)]
    whole = Problem.whole(variables, values[:, 0] ** 2)
    assert whole.has_values
    assert whole.reduced(Reduction(np.array([2.0, 0.0]), np.array([[0.0, 1.0]])), "data").has_values
    assert not whole.reduced(Reduction(np.array([power, 0.0]), np.array([[0.0, 1.0]])), "data").has_values
    assert not whole.reduced(Reduction(np.array([2.0, 0.0]), np.array([[power, 1.0]])), "data").has_values


@pytest.mark.parametrize("seed", range(24))
def test_a_few_rows_of_any_numbers_have_an_answer(seed):
    draw = np.random.default_rng(seed)
    rows = int(draw.choice([3, 5, 6, 8, 12]))
    kinds = [
        draw.uniform(0, 1, size=rows),
        draw.integers(0, 2, size=rows).astype(float),
        np.exp(draw.normal(0, 8, size=rows)),
        2000.0 + np.arange(rows),
        draw.normal(size=rows) * 10.0 ** draw.integers(-90, 70),
    ]
    X = np.column_stack([kinds[place] for place in draw.permutation(len(kinds))[: draw.integers(1, 4)]])
    target = [X[:, 0], np.sin(X[:, 0]), draw.normal(size=rows), X[:, 0] ** 2 + X[:, -1]][seed % 4]
    answer(X, target + draw.choice([0.0, 0.01]) * np.std(target) * draw.normal(size=rows))
