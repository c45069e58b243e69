"""What is left of formulas as their parts go, in the data's own units."""

import numpy as np
import pytest

from smoothdistill_core import Deadline, Formula
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.trial.what_is_left import what_is_left

V, C, APPLY = Formula.variable, Formula.constant, Formula.apply

FAR = Scaling(tuple(Feature(name, None, 10.0, 2.0, 6.0, 14.0) for name in "ab"), "y", "none", 100.0, 30.0)
"""Inputs that lie far from 0."""


@pytest.fixture
def rows():
    return np.random.default_rng(0).uniform(-2.0, 2.0, size=(200, 2))


@pytest.fixture
def area(rows):
    """The standardised product of the two inputs."""
    return FAR.standardise(FAR.raw(rows).prod(axis=1))


@pytest.fixture
def found():
    """The product as a search finds it over standardised inputs, and a line too many."""
    product = APPLY("mul", APPLY("add", V(0), C(5.0)), APPLY("add", V(1), C(5.0)))
    whole = APPLY("add", APPLY("mul", C(4.0 / 30.0), product), C(-100.0 / 30.0))
    return APPLY("add", whole, Formula.linear([0.001, -0.002], 0.0))


def test_a_product_is_one_part_in_the_datas_own_units(found, rows, area):
    left = what_is_left([found], rows, area, None, FAR)
    shapes = {FAR.raw_formula(formula).complexity: formula for formula in left}
    np.testing.assert_allclose(shapes[3].predict(rows), area, atol=1e-9)


def test_each_is_shorter_than_the_ones_that_are_more_accurate(found, rows, area):
    left = [FAR.raw_formula(formula) for formula in what_is_left([found], rows, area, None, FAR)]
    sizes = [formula.complexity for formula in left]
    raw, y = FAR.raw(rows), FAR.restore(area)
    errors = [np.mean((formula.predict(raw) - y) ** 2) for formula in left]
    assert sizes == sorted(set(sizes))
    assert errors == sorted(errors, reverse=True)


def test_of_many_rows_late_ones_count_as_early_ones_do(rows, monkeypatch):
    monkeypatch.setattr("smoothdistill_core.trial.what_is_left.ROWS", 100)
    rows[:100, 1] = 0.0
    plane = FAR.standardise(FAR.raw(rows) @ [1.0, 3.0])
    long = APPLY("add", Formula.linear([1.0, 3.0], 0.0), APPLY("mul", C(0.01), APPLY("sin", V(0))))
    left = what_is_left([FAR.standardised_formula(long)], rows, plane, None, FAR)
    assert min(np.abs(formula.predict(rows) - plane).max() for formula in left) < 1e-9


def test_nothing_is_taken_from_a_formula_that_has_a_pole(rows, area):
    pole = APPLY("add", APPLY("inverse", V(0)), V(1))
    assert what_is_left([pole], rows, area, None, FAR) == []


def test_without_time_nothing_is_left(found, rows, area):
    assert what_is_left([found], rows, area, None, FAR, Deadline(0.0)) == []
