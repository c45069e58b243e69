"""What declared units allow, and the laws that are found by it."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.units import DataUnits, Unit, check_units
from smoothdistill_symmetry.known_units import span_of_units
from smoothdistill_symmetry.scalings import reductions_of_span
from smoothdistill_symmetry.search import found_laws


def declared(*inputs, target):
    return DataUnits(tuple(None if unit is None else Unit(unit) for unit in inputs), Unit(target))


def first(units, vanishing=None):
    number = len(units.inputs)
    span = span_of_units(units, [Formula.variable(place) for place in range(number)])
    return next(reductions_of_span(span, np.zeros(number, dtype=bool) if vanishing is None else np.array(vanishing)))


x, z = Formula.variable(0), Formula.variable(1)


def best(X, y, units=None):
    return min(found_laws(X, y, 10, units), key=lambda law: law.error)


def test_a_product_whose_unit_is_that_of_the_target_is_all_that_units_may_leave():
    found = first(declared("kg", "m/s^2", "m", target="J"))
    assert found.factor.tolist() == [1, 1, 1]
    assert found.groups.tolist() == []


def test_what_is_left_are_products_without_a_unit():
    found = first(declared("m", "m/s^2", "", target="s"))
    assert found.factor.tolist() == [0.5, -0.5, 0]
    assert found.groups.tolist() == [[0, 0, 1]]
    found = first(declared("m/s", "m/s", "kg", target="J"))
    assert found.factor.tolist() in ([2, 0, 1], [1, 1, 1], [0, 2, 1])
    assert found.groups.tolist() == [[1, -1, 0]]


def test_the_size_of_units_does_not_matter_and_radians_are_plain_numbers():
    found = first(declared("km", "hour", "rad", target="m/s"))
    assert found.factor.tolist() == [1, -1, 0]
    assert found.groups.tolist() == [[0, 0, 1]]


def test_exponents_of_units_may_be_high():
    found = first(declared("m^3/(kg*s^2)", "m/s", "kg", "kg", "m", target="W"))
    assert (found.groups @ [3, 1, 0, 0, 1]).tolist() == [0] * len(found.groups)
    assert len(found.groups) == 2
    assert found.factor @ [3, 1, 0, 0, 1] == 2


def test_nothing_is_divided_by_what_can_be_0():
    units = declared("m", "m", "m", target="m")
    assert (first(units).groups < 0).any(axis=0).sum() >= 1
    found = first(units, (True, False, True))
    assert (found.groups[:, [0, 2]] >= 0).all()
    assert (found.factor[[0, 2]] >= 0).all()


@pytest.mark.parametrize(
    ("units", "variables"),
    [
        (declared("m", None, target="m"), [x, z]),
        (DataUnits((Unit("m"), Unit("s")), None), [x, z]),
        (declared("", "rad", target=""), [x, z]),
        (declared("m", target="s"), [x]),
        (declared("m", "m", target="m"), [Formula.apply("mul", x, z)]),
        (declared("m", "s", target="m"), [Formula.apply("add", x, z)]),
    ],
)
def test_units_that_tell_nothing_leave_the_matter_to_the_data(units, variables):
    assert span_of_units(units, variables) is None


def test_inputs_that_are_not_looked_at_need_no_unit():
    assert span_of_units(declared("m", None, "s", target="m/s"), [x, Formula.variable(2)]).shape == (1, 3)


X = np.random.default_rng(0).uniform(1, 5, size=(400, 4))
A, B, C, D = X.T
SPEEDS = declared("kg", "m/s", "m/s", "", target="J")


@pytest.mark.parametrize("target", [A * C**2 / np.sqrt(1 - (B / 6 / C) ** 2), A * B * C * D])
def test_laws_in_units_are_found_exactly_and_are_right_about_units(target):
    found = best(X, target, SPEEDS)
    assert found.is_exact
    assert check_units(found.formula, SPEEDS, ("a", "b", "c", "d"), "y").outcome == "consistent"


def test_inputs_that_are_0_in_some_rows_are_no_trouble():
    counts = X.round() - [3, 1, 0, 0]
    units = declared("m", "m", "s", "s", target="m/s")
    assert best(counts, counts[:, 0] / counts[:, 2], units).is_exact
    found = best(counts, counts[:, 1] / counts[:, 2] * np.exp(-counts[:, 3] / counts[:, 2]), units)
    assert found.error < 0.5


@pytest.mark.slow
def test_a_difference_that_slopes_do_not_show_is_tried_where_both_have_one_unit():
    found = best(X, B * np.sin(2 * (A - C)) ** 2 / D, declared("rad", "m", "rad", "s", target="m/s"))
    assert found.is_exact
    assert found.problem.source == "units and data"
    assert len(found.problem.groups) == 1


def test_a_law_with_a_constant_in_units_is_found_nevertheless():
    speeds = declared("m", "m", "s", "", target="m")
    found = best(X, A + 0.5 * 9.81 * C**2, speeds)
    assert found.is_exact
    assert found.problem.source == "data"
    assert best(X, 2.5 * A / C, declared("m", "m", "s", "", target="J")).is_exact


@pytest.mark.slow
def test_what_the_units_leave_is_reduced_further_by_what_the_data_show():
    units = declared("m", "m", "m", "m", target="m")
    found = best(X, A * np.tanh(B * C / D**2), units)
    assert found.is_exact
    assert found.problem.source == "units and data"
    assert len(found.problem.groups) == 1


def test_under_noise_a_law_in_units_is_found():
    near = np.column_stack([(3 + X[:, :3]) / 4, D])
    law = near[:, :3].prod(axis=1) * (2 + np.cos(D))
    y = law + 0.05 * law.std() * np.random.default_rng(1).normal(size=len(law))
    units = declared("kg", "m/s", "s", "rad", target="kg*m")
    short = [found.formula for found in found_laws(near, y, 10, units) if found.formula.complexity <= 14]
    assert min(np.sqrt(np.mean((formula.predict(near) - law) ** 2)) / law.std() for formula in short) < 0.03
