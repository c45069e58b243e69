"""Random laws whose symmetries are known: each that is found is said to have just those, and what is said is true."""

import re

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_symmetry.in_words import in_words
from smoothdistill_symmetry.scalings import rows_of_scalings
from smoothdistill_symmetry.search import found_laws

ROWS, INPUTS = 300, 4
NAMES = ["a", "b", "c", "d"]

FUNCTIONS = ("sqrt", "tanh", "exp", "log1p", "one plus", "none")

TWICE = {"doubling": 1.0, "quadrupling": 2.0, "halving": -1.0, "quartering": -2.0}
DOES = {"doubles": 1.0, "quadruples": 2.0, "halves": -1.0, "quarters": -2.0}
"""The powers of 2 that words stand for."""


def product(powers):
    """Return the product of the inputs to whole powers as a formula, from the constant 1 on."""
    formula = Formula.constant(1.0)
    for place, power in enumerate(powers):
        for _ in range(abs(int(power))):
            formula = Formula.apply("mul" if power > 0 else "div", formula, Formula.variable(place))
    return formula


def law(random):
    """Return a product times a function of another product, or times a sum of it and a constant."""
    places = random.permutation(INPUTS)
    inside, outside = np.zeros(INPUTS), np.zeros(INPUTS)
    inside[places[:2]] = 1, random.choice([-1, 1])
    outside[places[: random.integers(INPUTS + 1)]] = random.choice([-1, 1, 2])
    inner, function = product(inside), random.choice(FUNCTIONS)
    if function == "one plus":
        inner = Formula.apply("add", Formula.constant(1.0), Formula.apply("square", inner))
    elif function != "none":
        inner = Formula.apply(function, Formula.apply("mul", Formula.constant(0.2), inner))
    return Formula.apply("mul", product(outside), inner)


def scaled(X, steps):
    return X * 2.0 ** np.array([steps.get(name, 0.0) for name in NAMES])


def check(said, y, X):
    """Check one clause of a sentence on a law ``y`` of (n, d)."""
    if without := re.fullmatch(r"y does not depend on (.*)", said):
        for name in re.findall(r"\b[a-d]\b", without[1]):
            np.testing.assert_allclose(y(scaled(X, {name: 1.0})), y(X), rtol=1e-6)
    elif as_product := re.fullmatch(r"y scales as (.*)", said):
        scale = eval(f"lambda a, b, c, d: {as_product[1].replace('^', '**')}", {"sqrt": np.sqrt})
        for name in re.findall(r"\b[a-d]\b", as_product[1]):
            moved = scaled(X, {name: 1.0})
            np.testing.assert_allclose(y(moved) / y(X), scale(*moved.T) / scale(*X.T), rtol=1e-6)
    else:
        steps: dict[str, float] = {}
        for word in re.findall(r"\w+", said):
            if word in TWICE:
                doing = TWICE[word]
            elif word in NAMES:
                steps[word] = doing
        assert steps
        times = re.search(r"(multiplies|divides) y by ([\d.]+)$", said)
        does = re.search(rf"({'|'.join(DOES)}) y$", said)
        change = 0.0 if said.endswith("changes nothing") else None
        if times:
            change = np.log2(float(times[2])) * (1 if times[1] == "multiplies" else -1)
        elif does:
            change = DOES[does[1]]
        np.testing.assert_allclose(np.log2(y(scaled(X, steps)) / y(X)), change, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_note_of_a_law_names_its_symmetries(seed):
    random = np.random.default_rng(seed)
    formula = law(random)
    X = random.uniform(1, 3, size=(ROWS, INPUTS))
    singular = np.linalg.svd(rows_of_scalings(formula.predict(X), formula.gradient(X) * X))[1]
    own = int((singular < 1e-9 * singular[0]).sum())
    assert own >= INPUTS - 1  # a factor and one product are left at most
    found = min(found_laws(X, formula.predict(X), INPUTS), key=lambda one: one.error)
    assert found.is_exact
    text = in_words(found.problem, NAMES, "y", exact=True)
    number, clauses = re.fullmatch(r"the data have (\d) symmetr(?:y|ies): (.*)", text).groups()
    assert int(number) == own
    clauses = [clause for clause in clauses.split("; ") if not clause.startswith("so y is")]
    for clause in clauses:
        check(clause, formula.predict, X)
