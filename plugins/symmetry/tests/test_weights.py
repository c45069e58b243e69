"""Rows count by their weights: whole weights as if rows were repeated."""

from __future__ import annotations

import numpy as np
import pytest

from smoothdistill_core import DistillationTask
from smoothdistill_symmetry.search import error_of, found_laws
from smoothdistill_symmetry.selection import best_laws
from smoothdistill_symmetry.student import SymmetryStudent

RNG = np.random.default_rng(0)
X = RNG.uniform(1.0, 3.0, size=(240, 2))
PRODUCT, QUOTIENT = 2.0 * X[:, 0] * X[:, 1], 2.0 * X[:, 0] / X[:, 1]
TIMES = np.tile([1, 4, 2, 3], 60)


def front(y, weights=None, rows=slice(None)):
    return SymmetryStudent().distil(DistillationTask(X[rows], y[rows], seed=0, weights=weights))


def best(y, weights=None):
    """Return the most accurate candidate."""
    return front(y, weights)[-1].formula


@pytest.mark.parametrize("heavy", ["product", "quotient"])
def test_of_two_laws_that_of_the_heavy_rows_is_found(heavy):
    half = np.arange(240) % 2 == 0
    y = np.where(half, PRODUCT, QUOTIENT) * np.exp(0.01 * RNG.normal(size=240))
    weights = np.where(half == (heavy == "product"), 1.0, 1e-6)
    law = PRODUCT if heavy == "product" else QUOTIENT
    np.testing.assert_allclose(best(y, weights).predict(X), law, rtol=0.02)


def test_whole_weights_give_the_constants_of_repeated_rows():
    y = PRODUCT + np.where(TIMES > 2, 0.2, -0.2) + 0.05 * RNG.normal(size=240)
    weighted, again, alike = (
        front(y, *of)[1].formula for of in ((TIMES * 1.0,), (None, np.repeat(np.arange(240), TIMES)), (None,))
    )
    np.testing.assert_allclose(weighted.predict(X), again.predict(X), rtol=1e-6)
    assert np.abs(weighted.predict(X) - alike.predict(X)).max() > 0.05


def test_the_error_of_a_law_is_that_at_repeated_rows():
    y = PRODUCT + 0.1 * RNG.normal(size=240)
    law = best(y)
    rows = np.repeat(np.arange(240), TIMES)
    assert error_of(law, X, y, TIMES * 1.0) == pytest.approx(error_of(law, X[rows], y[rows], None))


def test_equal_weights_change_nothing_but_rounding():
    y = PRODUCT + 0.1 * RNG.normal(size=240)
    ones = np.ones(240)
    plain = best_laws(list(found_laws(X, y, 10)), X, y)
    weighted = best_laws(list(found_laws(X, y, 10, weights=ones)), X, y, ones)
    assert [law.formula for law in plain] == [law.formula for law in weighted]


SHAPES = {
    "a function of one input": (lambda x: 3 * x**3 / np.expm1(2.6 * x), 1e-9),
    "a function with a number added": (lambda x: 2 + 3 * np.tanh(2.2 * x - 4.1), 1e-4),
    "two waves": (lambda x: np.sin(9 * x) + 0.5 * np.sin(23 * x), 0.02),
}


@pytest.mark.parametrize("what", SHAPES)
def test_rows_that_weigh_next_to_nothing_hide_no_function_of_one_input(what):
    law, close = SHAPES[what]
    x, light = X[:, :1], np.arange(240) % 4 == 0
    y = law(x[:, 0])
    wrong = np.where(light, y + 3.0 * RNG.normal(size=240), y)
    weights = np.where(light, 1e-14, 1.0)
    found = min(found_laws(x, wrong, 10, weights=weights / weights.mean()), key=lambda found: found.error)
    assert np.sqrt(np.mean((found.formula.predict(x) - y)[~light] ** 2)) < close * y.std()
