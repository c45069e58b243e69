"""Numbers as people read them: about three digits, plainly, and a dash for what is none."""

import math

import pytest

from smoothdistill_core.wording.numbers import quantity, three_decimals, three_digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1,230"),
        (999.9, "1,000"),
        (999_999.0, "1.00e+06"),
        (27.44, "27.4"),
        (1.0, "1.00"),
        (0.012345, "0.0123"),
        (0.00001234, "1.23e-05"),
        (-6.5, "-6.50"),
        (0.0, "0"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "-"),
    ],
)
def test_what_has_a_unit_is_written_with_three_digits(value, text):
    assert three_digits(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (math.nan, "–"), (math.inf, "∞"), (-6.5, "−6.50"), (1234.5, "1,230")]
)
def test_on_a_page_it_has_the_signs_of_print(value, text):
    assert quantity(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9612, "0.961"), (-27.4, "-27.400"), (-27364.0, "-2.7e+04"), (math.nan, "-"), (-math.inf, "-inf")],
)
def test_a_score_is_written_with_three_decimals(value, text):
    assert three_decimals(value) == text
