"""Multiplied out, a formula has the values that it had, whatever its operators."""

import warnings

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.formula import OPERATORS
from smoothdistill_laws.algebra import Algebra
from smoothdistill_laws.atoms import Atoms, TooLarge
from smoothdistill_laws.canonical import MOST_NODES, canonical

POINTS = np.random.default_rng(1).uniform([1.0, -2.0, 0.5], [5.0, 2.0, 1.5], size=(100, 3))
NUDGE = 1e-12
"""A formula that this moves visibly is mostly rounding."""

LARGE = 1e6
"""Beyond, one is next to a pole."""

STEPS = {"ceil", "floor", "greater", "mod", "round", "sign"}
"""Operators that jump: rounding in what they are applied to moves their value as a whole."""

CONSTANTS = (0.5, 2.0, -1.0, 3.0, 1.7, -0.3)


def some_formula(random, depth):
    """Return a random formula of up to so many levels over three inputs."""
    if depth == 0 or random.random() < 0.2:
        if random.random() < 0.3:
            return Formula.constant(float(random.choice(CONSTANTS)))
        return Formula.variable(int(random.integers(3)))
    operator = OPERATORS[str(random.choice(sorted(OPERATORS.keys() - STEPS)))]
    return Formula.apply(operator.name, *(some_formula(random, depth - 1) for _ in range(operator.arity)))


def test_random_formulas_keep_their_values():
    random, compared, used = np.random.default_rng(0), 0, set()
    for _ in range(3000):
        formula = some_formula(random, 4)
        wanted = formula.predict(POINTS)
        shaken = formula.predict(POINTS * (1 + NUDGE))
        sound = np.isfinite(wanted).all() and np.abs(wanted).max() < LARGE and formula.inputs
        if not (sound and np.allclose(shaken, wanted, rtol=1e-8, atol=1e-8)):
            continue
        algebra = Algebra(Atoms(POINTS), negligible=0.0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = algebra.atoms.values(canonical(formula, algebra))
            except TooLarge:
                continue
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-8 * np.abs(wanted).max(), err_msg=formula.text())
        compared += 1
        used |= {node.name for node in formula.nodes if hasattr(node, "name")}
    assert compared > 1000
    assert used == OPERATORS.keys() - STEPS


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_operator_of_formulas_keeps_its_values(name):
    arguments = [Formula.variable(2), Formula.variable(0)][: OPERATORS[name].arity]
    formula = Formula.apply(name, *arguments)
    points = POINTS if name != "acosh" else POINTS + 1.0
    points = points if name not in ("asin", "acos", "atanh") else points / 2.0
    algebra = Algebra(Atoms(points), negligible=0.0)
    found = algebra.atoms.values(canonical(formula, algebra))
    np.testing.assert_allclose(found, formula.predict(points), rtol=1e-9)


def test_a_formula_of_too_many_nodes_is_left_alone():
    long = Formula.linear([1.0] * 3, 0.0)
    while long.complexity <= MOST_NODES:
        long = Formula.apply("add", long, long)
    with pytest.raises(TooLarge):
        canonical(long, Algebra(Atoms(POINTS), negligible=0.0))
