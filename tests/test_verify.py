"""A formula is only taken if it computes what its student computes, guards and gaps included."""

import numpy as np
import pytest

from smoothdistill_core import Candidate, Formula, FormulaError
from smoothdistill_core.trial import verify


def product(factor=1.0):
    return Formula.apply("mul", Formula.constant(factor), Formula.apply("mul", *map(Formula.variable, (0, 1))))


TRAINING_ROWS = np.random.default_rng(2).normal(size=(40, 2))
RESIDUAL = Formula.from_json('["sub", "add", "mul", 0.1, "x0", "x1", "add", "x1", "div", "x0", 10.0]')
"""0 but for rounding."""
RATIO = Formula.apply("protected_div", Formula.variable(0), Formula.variable(1))


@pytest.mark.parametrize(
    ("formula", "predict"),
    [
        (product(2.0), lambda X: X[:, 1] * X[:, 0] * 2.0),
        (RATIO, RATIO.predict),
        (Formula.constant(0.0), lambda X: np.zeros(len(X))),
        (Formula.apply("div", Formula.variable(0), Formula.constant(0.0)), lambda X: X[:, 0] * np.inf),
        (Formula.variable(0), lambda X: X[:, 0].tolist()),
        (RESIDUAL, lambda X: X[:, 0] * 0.1 - X[:, 0] / 10.0),
        (product(1e304), lambda X: X[:, 0] * X[:, 1] * 1e305 * 1e5 / 1e6),
    ],
)
def test_a_formula_that_computes_what_its_student_computes_passes(formula, predict):
    verify(Candidate(formula, predict), TRAINING_ROWS, "scholar")


@pytest.mark.parametrize(
    ("formula", "predict", "message"),
    [
        (
            product(2.0),
            product(2.0 + 1e-7).predict,
            "student 'scholar': its formula gives .* where its own predict gives",
        ),
        (RATIO, lambda X: X[:, 0] / X[:, 1], "the conversion of the formula is wrong"),
        (Formula.variable(0), lambda X: np.where(np.abs(X[:, 0]) > 2.9, 0.0, X[:, 0]), "the conversion of the formula"),
        (Formula.variable(0), lambda X: np.where(X[:, 0] < 0, np.nan, X[:, 0]), "its own predict gives nan"),
        (product(1e304), lambda X: np.full(len(X), np.inf), "its own predict gives inf"),
        (product(1e280), lambda X: X[:, 0] * X[:, 1] * np.inf, "its own predict gives -?inf"),
        (Formula.variable(0), lambda X: X, r"student 'scholar' predicts the shape \(40, 2\) for 40 rows"),
        (Formula.variable(0), lambda X: X[:, :1], r"predicts the shape \(40, 1\) for 40 rows"),
        (Formula.constant(1.0), lambda X: 1.0, r"predicts the shape \(\) for 40 rows"),
        (Formula.variable(2), lambda X: X[:, 0], "this formula reads 3 inputs"),
    ],
)
def test_a_formula_that_computes_something_else_is_refused(formula, predict, message):
    with np.errstate(all="ignore"), pytest.raises(FormulaError, match=message):
        verify(Candidate(formula, predict), TRAINING_ROWS, "scholar")
