"""Which products scalings leave, from exact slopes."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_symmetry.scalings import exponents, offset, reductions, reductions_of_span, rows_of_scalings

X = np.random.default_rng(0).uniform(1, 5, size=(300, 4))
A, B, C, D = map(Formula.variable, range(4))


def applied(name, *arguments):
    return Formula.apply(name, *arguments)


def found(formula, vanishing=(False,) * 4):
    rows = rows_of_scalings(formula.predict(X), formula.gradient(X) * X)
    return [(each.factor.tolist(), each.groups.tolist()) for each in reductions(rows, np.array(vanishing))]


@pytest.mark.parametrize(
    ("formula", "factor", "groups"),
    [
        (applied("div", applied("mul", A, B), applied("mul", C, D)), [1, 1, -1, -1], []),
        (applied("mul", A, applied("sin", applied("div", B, applied("mul", C, D)))), [1, 0, 0, 0], [[0, 1, -1, -1]]),
        (applied("sqrt", applied("mul", A, applied("exp", applied("mul", B, C)))), [0.5, 0, 0, 0], [[0, 1, 1, 0]]),
    ],
)
def test_a_factor_and_the_products_beside_it_are_read_off_exact_slopes(formula, factor, groups):
    assert (factor, groups) in found(formula)[:3]


def test_a_part_that_is_constant_scales_as_anything():
    assert offset(np.full(10, 2.0), np.zeros((10, 2))) is None


def test_what_can_be_0_stands_above_the_line():
    formula = applied("mul", A, applied("exp", applied("div", C, B)))
    assert ([1, 0, 0, 0], [[0, 1, -1, 0]]) in found(formula)
    assert ([1, 0, 0, 0], [[0, -1, 1, 0]]) in found(formula, (False, False, True, False))
    assert not any(group[2] < 0 for _, groups in found(formula, (False, False, True, False)) for group in groups)


@pytest.mark.parametrize("inputs", [1, 2, 5, 8])
def test_of_a_product_and_its_inverse_one_is_listed(inputs):
    found = {tuple(q) for q in exponents(inputs)}
    assert len(found) == len(exponents(inputs))
    assert not any(tuple(-power for power in q) in found for q in found)
    assert all(np.gcd.reduce([int(power) for power in q]) == 1 for q in found)


def test_a_product_is_no_product_of_a_shorter_one_and_another():
    rows = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, -1.0, 0.0], [0.0, 0.1, 0.1, 1.0]])  # off, as slopes may be
    span = np.linalg.svd(rows, full_matrices=False)[2]
    [reduction, *_] = reductions_of_span(span, np.zeros(3, dtype=bool))
    assert reduction.groups.tolist() == [[0, 0, 1], [1, -1, 0]]


def test_values_near_their_error_show_no_scaling():
    formula = applied("mul", A, applied("exp", applied("neg", applied("mul", B, C))))
    values, slopes = formula.predict(X), formula.gradient(X) * X
    error = 0.03 * values.std()
    near = np.abs(values) < error
    assert near.mean() > 0.5
    slopes[near] += error * np.random.default_rng(1).normal(size=slopes[near].shape)
    blind, clear = (np.linalg.svd(rows_of_scalings(values, slopes, known))[1] for known in (0.0, error))
    assert clear[2] / clear[0] < 0.3 * blind[2] / blind[0]
    exact = np.linalg.svd(rows_of_scalings(values, formula.gradient(X) * X))[1]
    assert exact[2] < 1e-9 * exact[0]


def test_small_powers_of_the_factor_are_left_out_for_once():
    rows = np.column_stack([-np.ones(300), np.ones(300), np.full(300, -0.9), np.zeros(300)])
    rows[:, 2:] += np.random.default_rng(0).normal(size=(300, 1)) * [1.0, -1.0]
    listed = list(reductions(rows, np.zeros(3, dtype=bool)))
    factors = [each.factor.tolist() for each in listed if each.groups.tolist() == [[0, 1, -1]]]
    assert [1, 0, -1] in factors
    assert factors.index([1, 0, -1]) < factors.index([0, 0, 0])
