"""Units are read as pint writes them, and what is none is refused with what would be right."""

import pickle
from fractions import Fraction

import pytest

from smoothdistill_core.errors import DataError
from smoothdistill_core.units import Unit


def test_a_unit_has_dimensions_a_size_and_the_names_that_it_is_written_in():
    unit = Unit.of("km/h")
    assert unit.dimensions == {"[length]": 1, "[time]": -1}
    assert unit.size == pytest.approx(1 / 3.6)
    assert unit.powers == {"kilometer": 1, "hour": -1}
    assert Unit.of("m^0.5").dimensions == {"[length]": Fraction(1, 2)}


@pytest.mark.parametrize("text", ["", "dimensionless", " "])
def test_a_plain_number_has_a_unit_too(text):
    assert Unit.of(text).dimensions == {}
    assert Unit.of(text).size == 1.0


def test_a_unit_is_its_text_wherever_it_is_carried():
    unit = Unit.of("m/s")
    assert unit.dimensions
    assert pickle.loads(pickle.dumps(unit)) == unit == Unit("m/s")
    assert hash(unit) == hash(Unit("m/s"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mtre", "there is no unit 'mtre'; did you mean 'metre'"),
        ("kg*furlog/s", "there is no unit 'furlog' in 'kg*furlog/s'; did you mean 'furlong'"),
        ("degC", "write delta_degC where the column holds differences, or convert it to K"),
        ("°F", "write delta_degF where the column holds differences, or convert it to K"),
        ("dB", "'dB' is a logarithmic scale, no unit; convert the column"),
        ("1000 m", "the unit '1000 m' holds a number; convert the column"),
        ("m/", "'m/' is no unit"),
        ("(m", "'(m' is no unit, a bracket is open"),
        ("m + s", "'m + s' is no unit"),
        ("m^x", "there is no unit|is no unit"),
        ("m" * 101, "is too long"),
    ],
)
def test_what_is_no_unit_is_refused_with_what_would_be_right(text, told):
    with pytest.raises(DataError) as refused:
        Unit.of(text)
    assert any(each in str(refused.value) for each in told.split("|"))


def test_differences_of_temperatures_are_a_unit():
    assert Unit.of("delta_degC").dimensions == Unit.of("K").dimensions
