"""What is kept of all that a search found: exact laws as they are, laws under noise with fitted constants."""

import numpy as np
import pytest

from smoothdistill_core.formula import Formula
from smoothdistill_core.searching import refitted
from smoothdistill_symmetry.search import Law, found_laws
from smoothdistill_symmetry.selection import best_laws

ROWS = 600
A, B = Formula.variable(0), Formula.variable(1)
DRAW = np.random.default_rng(0)
X = DRAW.uniform(1, 3, size=(ROWS, 2))


def applied(name, *arguments):
    return Formula.apply(name, *arguments)


def scaled(number, formula):
    return applied("mul", Formula.constant(number), formula)


def error(formula, y):
    return float(np.std(formula.predict(X) - y) / np.std(y))


def laws(y, *formulas):
    return [Law(formula, error(formula, y)) for formula in formulas]


def test_of_exact_laws_the_shortest_is_the_last_and_its_constants_stay():
    y = 2.0 * X[:, 0] * X[:, 1]
    exact = scaled(2.0, applied("mul", A, B))
    longer = applied("add", exact, scaled(1e-14, applied("square", A)))
    found = best_laws(laws(y, longer, exact, scaled(3.0, A)), X, y)
    assert found[-1].formula == exact


def test_under_noise_constants_are_fitted_and_a_term_has_to_be_worth_its_constant():
    y = 2.0 * X[:, 0] * X[:, 1] + 0.1 * DRAW.normal(size=ROWS)
    law = scaled(1.9, applied("mul", A, B))
    longer = applied("add", law, scaled(0.01, applied("square", A)))
    found = best_laws(laws(y, law, longer), X, y)
    assert [each.formula.complexity for each in found] == [law.complexity]
    assert found[0].formula.text(["a", "b"], digits=2) == "2*(a*b)"


@pytest.mark.parametrize("seed", [1, 2, 4, 7])
def test_a_number_before_a_product_is_likelier_than_an_odd_power(seed):
    y = X[:, 0] / X[:, 1] * (1.0 + 0.03 * np.random.default_rng(seed).normal(size=ROWS))
    law = scaled(1.01, applied("div", A, B))
    odd = applied("div", A, applied("pow", B, Formula.constant(1.003)))
    (found,) = best_laws(laws(y, odd, law), X, y)
    assert found.formula.text(digits=2) == "1*(x0/x1)"


@pytest.mark.parametrize(("others", "terms"), [(0, 2), (200, 1)])
def test_a_further_constant_pays_for_all_laws_that_were_tried(others, terms):
    across, _ = np.linalg.qr(np.column_stack([X, DRAW.normal(size=ROWS)]))
    along, noise = across[:, 1:].T
    gain = np.log(ROWS) + 2.5  # of the criterion
    y = X[:, 0] + 0.1 * (noise + np.sqrt(np.expm1(gain / ROWS)) * along)
    law = scaled(0.9, A)
    bad = [scaled(0.9, applied("sin", scaled(0.3 + 0.001 * place, A))) for place in range(others)]
    longer = applied("add", law, scaled(0.1, B))
    best = best_laws(laws(y, law, longer, *bad), X, y)[-1]
    assert best.formula.complexity == {1: law, 2: longer}[terms].complexity


def test_nothing_found_is_nothing_kept():
    assert best_laws([], X, X[:, 0]) == []


NOISY = {
    "a product": (lambda a, b, c: 0.3 * a * b**2 / c, (1, 5)),
    "a root of a sum": (lambda a, b, c: a * np.sqrt(b**2 + c**2), (1, 5)),
    "a saturation": (lambda a, b, c: a * np.tanh(b / c), (1, 5)),
    "a quotient of sums": (lambda a, b, c: a / (1 + b / c), (1, 5)),
    "waves": (lambda a, b, c: a + b + 2 * np.sqrt(a * b) * np.cos(c), (1, 5)),
}


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.01, 0.05])
@pytest.mark.parametrize("what", NOISY)
def test_the_form_of_a_law_is_found_under_noise(what, noise):
    law, ranges = NOISY[what]
    inputs = np.random.default_rng(3).uniform(*ranges, size=(ROWS, 3))
    clean = law(*inputs.T)
    y = clean + noise * clean.std() * np.random.default_rng(4).normal(size=ROWS)
    kept = [law.formula for law in best_laws(list(found_laws(inputs, y, 10)), inputs, y)]
    freed = [refitted(formula, inputs, clean, rescale=False, evaluations=200) for formula in kept]
    assert min(np.abs(formula.predict(inputs) - clean).max() for formula in freed) < 1e-6 * clean.std()
