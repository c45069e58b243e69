"""Sums of terms are written the shortest way."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_symmetry.term import Term, Variable
from smoothdistill_symmetry.writing import quotient

X = np.random.default_rng(0).uniform(1, 2, size=(50, 2))
VARIABLES = [Variable(Formula.variable(i), X[:, i]) for i in range(2)]


def terms(*powers_and_numbers):
    return [(Term.of(VARIABLES, powers), number) for powers, number in powers_and_numbers]


def value(*powers_and_numbers):
    return sum(number * X[:, 0] ** p * X[:, 1] ** q for (p, q), number in powers_and_numbers)


BELOW = [((0, 0), 1.0), ((0, 2), 3.0)]
SQUARES = {
    "of a sum": ([((2, 0), 4.0), ((1, 1), 12.0), ((0, 2), 9.0)], "2*a + 3*b"),
    "of a difference": ([((2, 0), 9.0), ((1, 0), -6.0), ((0, 0), 1.0)], "3*a - 1"),
    "of a difference that is negative": ([((2, 0), 1.0), ((1, 0), -10.0), ((0, 0), 25.0)], "5 - 1*a"),
    "in another order": ([((1, 1), 12.0), ((0, 2), 9.0), ((2, 0), 4.0)], "3*b + 2*a"),
}


@pytest.mark.parametrize("which", SQUARES)
def test_a_perfect_square_stands_before_the_root(which):
    square, root = SQUARES[which]
    formula = quotient(terms(*square), terms(*BELOW), root=True)
    np.testing.assert_allclose(formula.predict(X), np.sqrt(value(*square) / value(*BELOW)))
    assert formula.text(["a", "b"], 6) == f"({root})/sqrt(1 + 3*b^2)"


def test_what_changes_its_sign_stands_before_no_root():
    values = np.random.default_rng(0).normal(size=(50, 2))
    variables = [Variable(Formula.variable(place), values[:, place]) for place in range(2)]
    square, product = (Term.of(variables, powers) for powers in ((2, 0), (2, 2)))
    formula = quotient([(square, 1.0), (product, 1.0)], root=True)
    np.testing.assert_allclose(formula.predict(values), np.abs(values[:, 0]) * np.sqrt(1 + values[:, 1] ** 2))


@pytest.mark.parametrize(
    "above",
    [
        [((2, 0), 4.0), ((1, 1), 11.0), ((0, 2), 9.0)],
        [((2, 0), 1.0), ((1, 0), -3.0), ((0, 0), 2.25)],  # the square of a - 1.5, which is of both signs
        [((2, 0), 4.0), ((0, 2), 9.0)],
    ],
)
def test_what_is_no_square_of_one_sign_stays_below_the_root(above):
    formula = quotient(terms(*above), root=True)
    np.testing.assert_allclose(formula.predict(X), np.sqrt(value(*above)), atol=1e-7)
    assert formula.text(["a", "b"], 6).startswith("sqrt(")
