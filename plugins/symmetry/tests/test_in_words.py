"""What is said of symmetries, and that it is true."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.units import DataUnits, Unit
from smoothdistill_symmetry.in_words import in_words
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.scalings import Reduction
from smoothdistill_symmetry.search import found_laws
from smoothdistill_symmetry.selection import best_laws
from smoothdistill_symmetry.term import Variable

X = np.random.default_rng(0).uniform(1, 5, size=(400, 4))
NAMES = ["a", "b", "c", "d"]


def best(y, inputs=3, units=None):
    return min(found_laws(X[:, :inputs], y, 10, units), key=lambda law: law.error)


def said(law):
    return law.in_words(NAMES, "y")


@pytest.mark.parametrize(
    ("law", "words"),
    [
        (
            lambda a, b, c: a * np.tanh(b / c),
            "the data have 2 symmetries: y scales as a; doubling b and c changes nothing; "
            "so y is a times a function of b/c alone",
        ),
        (lambda a, b, c: a * b / c**2, "the data have 3 symmetries: y scales as a*b/c^2"),
        (
            lambda a, b, c: np.exp(-b * c / 9),
            "the data have 2 symmetries: y does not depend on a; doubling b while halving c changes nothing; "
            "so y is a function of b*c alone",
        ),
    ],
)
def test_the_symmetries_of_an_exact_law_are_told(law, words):
    found = best(law(*X[:, :3].T))
    assert found.is_exact
    assert said(found) == words


def test_without_symmetries_nothing_is_told():
    found = best(1 + X[:, 0] + X[:, 1] ** 2, 2)
    assert found.is_exact
    assert said(found) == ""


def test_a_product_that_is_only_near_the_data_is_no_symmetry_of_theirs():
    y = 2.0 * X[:, 0] + 3.0 * X[:, 1] ** 2
    found = list(found_laws(X[:, :2], y, 10))
    assert found[0].problem.source == "powers"
    *shorter, law = best_laws(found, X[:, :2], y)
    assert law.is_exact
    assert found[0].formula.nodes in [each.formula.nodes for each in shorter]
    assert not [words for words in map(said, shorter) if words.startswith("this formula")]


def test_a_product_that_leaves_nothing_but_noise_has_its_symmetries():
    y = X[:, 0] * X[:, 1] / X[:, 2] + 0.1 * np.random.default_rng(1).normal(size=len(X))
    law = best_laws(list(found_laws(X[:, :3], y, 10)), X[:, :3], y)[-1]
    assert said(law) == "this formula has 3 symmetries: y scales as a*b/c"


def test_declared_units_are_named_as_what_tells_the_symmetries():
    units = DataUnits((Unit("kg"), Unit("m/s"), Unit("m/s")), Unit("J"))
    found = best(X[:, 0] * (X[:, 1] ** 2 + 3 * X[:, 2] ** 2), units=units)
    assert said(found) == (
        "the declared units give 2 symmetries: y scales as a; doubling b and c quadruples y; "
        "so y is a*c^2 times a function of b/c alone"
    )


def problem(factor, groups, source="data", variables=None):
    """Return a problem of which only the exponents matter."""
    variables = variables or [Variable(Formula.variable(place), X[:, place]) for place in range(len(factor))]
    whole = Problem.whole(variables, X[:, 0])
    return whole.reduced(Reduction(np.array(factor), np.array(groups).reshape(-1, len(factor))), source)


@pytest.mark.parametrize(
    ("factor", "groups", "words"),
    [
        ([0.0, 0, 0], [[1, 0, 0]], "y does not depend on b and c; so y is a function of a alone"),
        (
            [-0.5, 0, 0],
            [[0, 1, -1]],
            "y scales as 1/sqrt(a); doubling b and c changes nothing; so y is 1/sqrt(a) times",
        ),
        (
            [1.0, 0, 0],
            [[2, -1, 0]],
            "y does not depend on c; doubling a while quadrupling b doubles y; so y is a times",
        ),
        (
            [0, 0, 3.0],
            [[1, 1, -1]],
            "doubling a while halving b changes nothing; doubling a and c multiplies y by 8; so",
        ),
        ([0.5, 0, 0], [[1, -3, 0]], "doubling b while multiplying a by 8 multiplies y by 2.828; so y is sqrt(a) times"),
    ],
)
def test_each_symmetry_has_its_words(factor, groups, words):
    assert words in in_words(problem(factor, groups), NAMES, "y", exact=True)


@pytest.mark.parametrize(("operator", "words"), [("sub", "adding the same to a and c"), ("add", "adding to a what is")])
def test_what_matters_by_a_sum_or_a_difference_alone_is_a_symmetry_too(operator, words):
    together = Formula.apply(operator, Formula.variable(0), Formula.variable(2))
    variables = [Variable(Formula.variable(1), X[:, 1]), Variable(together, together.predict(X))]
    text = in_words(problem([1.0, 0], [[0, 1]], variables=variables), NAMES, "y", exact=True)
    assert text.startswith(f"the data have 2 symmetries: {words}")
    assert text.endswith(f"; y scales as b; so y is b times a function of {together.text(NAMES)} alone")


def test_no_shift_is_told_of_what_is_more_than_a_sum_of_two_inputs():
    squares = [Formula.apply("square", Formula.variable(place)) for place in (0, 2)]
    together = Formula.apply("add", *squares)
    variables = [Variable(Formula.variable(1), X[:, 1]), Variable(together, together.predict(X))]
    text = in_words(problem([1.0, 0], [[0, 1]], variables=variables), NAMES, "y", exact=True)
    assert text == "the data have 1 symmetry: y scales as b; so y is b times a function of a^2 + c^2 alone"


@pytest.mark.parametrize(
    ("source", "opening"),
    [
        ("powers", "this formula has 2 symmetries: y"),
        ("data", "a smooth model of the data shows 2 symmetries: y"),
        ("units", "the declared units give 2 symmetries if no constant has a unit: y"),
        (
            "units and data",
            "the declared units, if no constant has one, and a smooth model of the data give 2 symmetries",
        ),
    ],
)
def test_where_no_exact_law_is_found_what_is_told_depends_on_what_shows_it(source, opening):
    assert in_words(problem([1.0, 0, 0], [[0, 1, -1]], source), NAMES, "y", exact=False).startswith(opening)
