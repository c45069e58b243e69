"""Laws that fall apart into parts, or whose inputs matter together only: which are found exactly."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_symmetry.combinations import combined
from smoothdistill_symmetry.scalings import offset
from smoothdistill_symmetry.search import found_laws
from smoothdistill_symmetry.separability import FACTORS, PRODUCT, SUM, splits
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.term import Variable

ROWS = 600

WIDE, AROUND_0 = (1, 5), (-3, 3)


def inputs(*ranges, seed=0):
    low, high = np.array(ranges, dtype=float).T
    return np.random.default_rng(seed).uniform(low, high, size=(ROWS, len(ranges)))


LAWS = {
    "a product of sums": (lambda a, b, c: (1 + 0.3 * a) * (b**2 + 2 * c), (WIDE, WIDE, WIDE)),
    "a product of sums of both signs": (lambda a, b: (a + 0.3) * (b**2 - 2 * b + 0.5), (AROUND_0, AROUND_0)),
    "a sum of unlike terms": (lambda a, b: np.sin(2 * a) + b**2 / 2, (AROUND_0, AROUND_0)),
    "a root beside a product": (lambda a, b, c: a * b**2 + np.sqrt(1 + c), (WIDE, WIDE, WIDE)),
    "Gaussians of two widths": (lambda a, b: np.exp(-(a**2) / 2) + np.exp(-(b**2) / 3), (AROUND_0, AROUND_0)),
    "a Gaussian and a saturation": (lambda a, b: np.exp(-(a**2)) * np.tanh(b), ((0, 2), (-2, 2))),
    "an exponential less 1 in a sum": (
        lambda a, b, c, d: a - b * np.expm1(c / d),
        (WIDE, (0.1, 1), (0.5, 2), (0.5, 1.5)),
    ),
    "a shifted power": (lambda a, b: a * (2 + b) ** 1.7, (WIDE, (0, 5))),
    "a logarithm with an offset": (lambda a, b: a * np.log(3 + b), (WIDE, (0, 5))),
    "a root of a saturation": (lambda a, b: np.sqrt(9.8 * a * np.tanh(a * b)), ((0.2, 2), (0.3, 2))),
    "waves of a product, too fast for slopes": (
        lambda a, b, c: a * np.sin(2 * np.pi * b * c),
        (WIDE, (0.5, 2), (0, 2)),
    ),
    "a distance of both signs": (
        lambda a, b, c, d, e: a / np.sqrt(1 + (b - c) ** 2 + (d - e) ** 2),
        (WIDE, *[AROUND_0] * 4),
    ),
    "a sum of squares of widths": (
        lambda a, b, c: np.exp(-(a**2) / (2 * (b**2 + c**2))) / np.sqrt(b**2 + c**2),
        (AROUND_0, (1, 3), (1, 3)),
    ),
    "a growth that saturates": (
        lambda a, b, c, d: a / (1 + (a / b - 1) * np.exp(-c * d)),
        ((50, 100), (5, 20), (0.2, 1), (0, 8)),
    ),
    "an angle of a triangle on a sphere": (
        lambda a, b, c: np.arccos(np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(c)),
        ((-1.2, 1.2), (-1.2, 1.2), (-1.5, 1.5)),
    ),
    "a wave before a quotient and a number": (
        lambda a, b, c: np.cos(a) * (1 + b**3 * (c - 1) / (c + 2)),
        ((0, 6), WIDE, WIDE),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", LAWS)
def test_a_law_is_found_exactly(what):
    law, ranges = LAWS[what]
    X = inputs(*ranges)
    found = min(found_laws(X, law(*X.T), 10), key=lambda law: law.error)
    assert found.error < 1e-9
    fresh = inputs(*ranges, seed=1)
    np.testing.assert_allclose(found.formula.predict(fresh), law(*fresh.T), rtol=1e-6, atol=1e-6)


def found_splits(law, *ranges):
    X = inputs(*ranges)
    y = law(*X.T)
    return {split.sight: split for split in splits(SmoothModel(X, y), X, y)}


def test_parts_of_a_sum_and_of_a_product_are_told_apart():
    of_sum = found_splits(lambda a, b, c: a * b + np.sqrt(c), WIDE, WIDE, WIDE)
    assert of_sum[SUM].parts == ((0, 1), (2,))
    assert PRODUCT not in of_sum
    of_product = found_splits(lambda a, b, c: (a + b) * np.exp(-c), WIDE, WIDE, WIDE)
    assert of_product[PRODUCT].parts == ((0, 1), (2,))
    assert SUM not in of_product


def test_a_product_that_changes_its_sign_is_seen():
    assert found_splits(lambda a, b: np.sin(a) * (1 + b**2), AROUND_0, AROUND_0)[FACTORS].parts == ((0,), (1,))


def test_what_hangs_together_is_not_split():
    assert found_splits(lambda a, b: np.exp(-a * b / 9) + a * b**2, WIDE, WIDE) == {}


def test_the_values_of_parts_are_those_of_the_law_up_to_a_constant():
    split = found_splits(lambda a, b: np.sin(a) + b**2, AROUND_0, AROUND_0)[SUM]
    X = inputs(AROUND_0, AROUND_0)[: len(split.values)]
    left = split.values - np.column_stack([np.sin(X[:, 0]), X[:, 1] ** 2])
    assert (left.std(axis=0) < 1e-4).all()


def test_the_number_is_found_with_which_a_target_scales():
    X = inputs(WIDE, WIDE)
    values = X[:, 0] * X[:, 1] ** 2
    slopes = np.column_stack([values, 2 * values])
    assert offset(values - 3.5, slopes) == pytest.approx(3.5)
    wave = 10 * np.sin(X[:, 0]) + X[:, 1] ** 2
    assert offset(wave, np.column_stack([10 * X[:, 0] * np.cos(X[:, 0]), 2 * X[:, 1] ** 2])) is None


def fewer(law, *ranges):
    X = inputs(*ranges)
    y = law(*X.T)
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(X.shape[1])]
    found = combined(variables, y, SmoothModel(X, y))
    return None if found is None else {variable.formula.text(["a", "b", "c"]) for variable in found.variables}


def test_inputs_that_matter_together_only_are_combined():
    assert fewer(lambda a, b, c: np.exp(-c * c / (a**2 + b**2)), WIDE, WIDE, AROUND_0) == {"c", "a^2 + b^2"}
    assert fewer(lambda a, b, c: np.sin(2 * (a - b)) + c, (0, 6), (0, 6), WIDE) == {"c", "a - b"}


def test_inputs_that_matter_each_for_itself_are_left_alone():
    assert fewer(lambda a, b: np.exp(a / 3) + b**3, WIDE, WIDE) is None
