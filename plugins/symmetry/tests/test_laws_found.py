"""Which laws the search finds exactly."""

import numpy as np
import pytest

from smoothdistill_symmetry.search import found_laws

ROWS = 400


def inputs(*ranges, seed=0):
    low, high = np.array(ranges, dtype=float).T
    return np.random.default_rng(seed).uniform(low, high, size=(ROWS, len(ranges)))


def best(X, y, most=10):
    return min(found_laws(X, y, most), key=lambda law: law.error)


WIDE = (1, 5)

LAWS = {
    "a product of powers": (lambda a, b, c: 0.3 * a * b**2 / np.sqrt(c), (WIDE, WIDE, WIDE)),
    "a negative product": (lambda a, b: -2.0 * a / b, (WIDE, WIDE)),
    "a common factor of a sum": (lambda a, b, c: a * (b**2 + 3.0 * c**2), (WIDE, WIDE, WIDE)),
    "a root of a sum": (lambda a, b, c: a * np.sqrt(b**2 + c**2), (WIDE, WIDE, WIDE)),
    "a quotient of sums": (lambda a, b, c: (a + b) / (1 + a * b / c**2), (WIDE, WIDE, (4, 8))),
    "a root below the line": (lambda a, b, c: a / np.sqrt(1 - b**2 / c**2), (WIDE, (1, 2), (3, 9))),
    "a root plus a sum": (lambda a, b, c: a + np.sqrt(b**2 + c**2), (WIDE, WIDE, WIDE)),
    "an exponential of a product": (lambda a, b, c: a / np.expm1(b * c / 7.0), (WIDE, WIDE, WIDE)),
    "a saturation": (lambda a, b, c: a * np.tanh(b / c), (WIDE, WIDE, WIDE)),
    "a Gaussian of a difference": (lambda a, b, c: np.exp(-(((a - b) / c) ** 2) / 2) / c, ((1, 3), (1, 3), (1, 3))),
    "a difference in an angle": (lambda a, b, c: a**2 * np.cos(b - c), (WIDE, (0, 6), (0, 6))),
    "waves with a common angle": (lambda a, b, c: a + b + 2 * np.sqrt(a * b) * np.cos(c), (WIDE, WIDE, (0, 6))),
    "many waves, too fast for the smooth model": (lambda a, b, c: a * (1 - np.cos(b * c)), (WIDE, WIDE, WIDE)),
    "a logarithm of a quotient": (lambda a, b, c: a * np.log(b / c), (WIDE, WIDE, WIDE)),
    "one input": (lambda a: a + 1 / a, (WIDE,)),
    "a shape between two factors": (lambda a: a**3 / np.expm1(1.3 * a), ((0.5, 5),)),
    "a shape in large units": (lambda a: a**3 / np.expm1(1.3e-6 * a), ((0.5e6, 5e6),)),
    "a shape of what is 0 in most rows": (
        lambda a: np.exp(-1.3e-6 * np.maximum(a, 0.0)),
        ((-4e6, 3e6),),
    ),
    "a Gaussian in small units": (lambda a, b, c: a * c * np.exp(-((b - c) ** 2)), ((1e-5, 3e-5), (1, 3), (1, 3))),
    "a root of what changes its sign": (lambda a, b, c: np.sqrt(a**2 * (b + 3 * c)), ((-2, 2), WIDE, WIDE)),
}


@pytest.mark.parametrize("what", LAWS)
def test_a_law_is_found_exactly(what):
    law, ranges = LAWS[what]
    X = inputs(*ranges)
    found = best(X, law(*X.T))
    assert found.error < 1e-9
    fresh = inputs(*ranges, seed=1)
    np.testing.assert_allclose(found.formula.predict(fresh), law(*fresh.T), rtol=1e-6, atol=1e-6)


def test_what_is_found_is_written_the_short_way():
    X = inputs(WIDE, WIDE, (4, 8))
    assert best(X, (X[:, 0] + X[:, 1]) / (1 + X[:, 0] * X[:, 1] / X[:, 2] ** 2)).formula.complexity <= 18
    assert best(X, X[:, 0] * X[:, 1] / X[:, 2]).formula.text(["a", "b", "c"], digits=6) in ("a*b/c", "1*(a*b/c)")


@pytest.mark.parametrize("noise", [0.01, 0.05])
def test_a_product_is_found_under_noise(noise):
    X = inputs(WIDE, WIDE, WIDE)
    law = X[:, 0] * X[:, 1] / X[:, 2]
    y = law + noise * law.std() * np.random.default_rng(1).normal(size=ROWS)
    short = [found.formula for found in found_laws(X, y, 10) if found.formula.complexity <= 7]
    assert min(np.abs(formula.predict(X) / law - 1.0).max() for formula in short) < 0.02


def test_only_the_inputs_that_matter_are_looked_at_where_there_are_many():
    X = inputs(*[WIDE] * 15)
    found = best(X, X[:, 3] / X[:, 11], most=3)
    assert found.error < 1e-9
    assert found.formula.inputs == {3, 11}


def test_an_input_of_both_signs_is_never_divided_by():
    X = inputs((-2, 2), WIDE, WIDE)
    found = best(X, X[:, 1] * (X[:, 0] + X[:, 2]))
    assert found.error < 1e-9
    assert np.isfinite(found.formula.predict(np.array([[0.0, 2.0, 3.0]]))).all()


def test_of_noise_alone_nothing_exact_is_found():
    X = inputs(WIDE, WIDE, WIDE)
    y = np.random.default_rng(2).normal(size=ROWS)
    assert best(X, y).error > 0.8
