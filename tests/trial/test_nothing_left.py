"""What is left of a law by a formula: noise, something smooth, more than a hundredth of it, or a long formula."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.preparation import Rows, Split, SplitFacts
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.trial.nothing_left import MOST_NODES, nothing_left

x0, x1, x2 = (Formula.variable(place) for place in range(3))


def product_and(factor, other):
    """Return ``x0*x1 + factor*other``."""
    scaled = Formula.apply("mul", Formula.constant(factor), other)
    return Formula.apply("add", Formula.apply("mul", x0, x1), scaled)


LAW = product_and(0.3, x2)


def split_of(noise, rows=300, law=LAW, parts=("train", "validation"), seed=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3))
    y = law.predict(X)
    y = y + noise * y.std() * rng.normal(size=rows)
    some = 3 * rows // 4
    places = {"train": slice(0, some), "validation": slice(some, rows)}
    box = Scaling(tuple(Feature(f"x{i}", None, 0.0, 1.0, -9.0, 9.0) for i in range(3)), "y", "none", 0.0, 1.0)
    return Split({part: Rows(X[places[part]], y[places[part]]) for part in parts}, SplitFacts(box, (), {}))


def left(formula, split, nodes=7):
    return not nothing_left([(formula, nodes)], split)


@pytest.mark.parametrize("noise", [0.0, 1e-6, 0.001, 0.01, 0.05])
def test_of_a_law_only_noise_is_left(noise):
    assert [left(LAW, split_of(noise, seed=seed)) for seed in range(8)].count(True) <= 1


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
@pytest.mark.parametrize("near", [product_and(0.25, x2), product_and(0.3, Formula.apply("sin", x2))])
def test_what_is_only_near_a_law_leaves_something_smooth(near, noise):
    assert all(left(near, split_of(noise, seed=seed)) for seed in range(4))


def test_more_than_a_hundredth_of_the_variance_is_worth_a_search_whatever_it_is():
    assert left(LAW, split_of(0.2))


def test_a_long_formula_is_worth_a_search_for_a_shorter_one():
    split = split_of(0.01)
    assert left(LAW, split, MOST_NODES + 1)
    assert nothing_left([(LAW, MOST_NODES + 1), (LAW, 7)], split)


def test_without_validation_rows_nobody_can_tell():
    assert left(LAW, split_of(0.0, parts=("train",)))


def test_a_formula_without_a_value_somewhere_leaves_something():
    with np.errstate(all="ignore"):
        assert left(product_and(0.3, Formula.apply("add", x2, Formula.apply("log", x0))), split_of(0.01))


def test_a_few_rows_and_no_formula_are_no_reason_to_stop():
    assert left(x0, split_of(0.0, rows=4))
    assert not nothing_left([], split_of(0.0))


def test_a_constant_leaves_nothing_of_a_constant():
    two = Formula.constant(2.0)
    assert not left(two, split_of(0.0, law=two))
