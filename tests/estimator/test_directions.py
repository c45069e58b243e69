"""A fit that demands directions has a formula that is proved to keep to them, and says so."""

import pytest

from smoothdistill_core import DataError, RecipeError
from smoothdistill_core.formula import first_wrong_slope


def demanding(distiller, **monotone):
    return distiller(choose={"monotone": monotone})


def test_the_formula_of_a_fit_keeps_to_demanded_directions(distiller, plane):
    X, y = plane
    free, strict = distiller().fit(X, y), demanding(distiller, falling=["x0"]).fit(X, y)
    assert first_wrong_slope(free.formula_.formula, 0, -1, [(-2.0, 2.0)] * 3) is not None
    assert first_wrong_slope(strict.formula_.formula, 0, -1, [(-2.0, 2.0)] * 3) is None
    assert "proved within the ranges of the training rows: the formula never rises as x0 rises" in strict.report()


def test_directions_that_no_formula_can_have_are_refused(distiller, plane):
    with pytest.raises(RecipeError, match=r"choose.monotone: 'x0' is in both lists"):
        demanding(distiller, rising=["x0"], falling=["x0"]).fit(*plane)
    with pytest.raises(DataError, match=r"choose.monotone: there is no input 'y0'; known: x0, x1, x2"):
        demanding(distiller, rising=["y0"]).fit(*plane)
