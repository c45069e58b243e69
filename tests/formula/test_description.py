"""Of two formulas the shorter one wins, unless the longer one is worth its bits."""

import math

import pytest

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Formula, description_length

x, y = Formula.variable(0), Formula.variable(1)
short = Formula.apply("add", x, y)
longer = Formula.apply("add", x, Formula.apply("mul", Formula.constant(0.37), y))


def test_at_equal_error_the_shorter_formula_is_better():
    assert description_length(short, 0.1, 100) < description_length(longer, 0.1, 100)


def test_a_smaller_error_is_worth_more_nodes_the_more_rows_show_it():
    assert description_length(longer, 0.09, 1000) < description_length(short, 0.1, 1000)
    assert description_length(longer, 0.09, 10) > description_length(short, 0.1, 10)


def test_the_bits_add_up():
    # 5 nodes over 5 symbols, one constant of log2(1024)/2 bits, 1024/2 * log2(1/4) for the errors
    assert description_length(longer, 0.25, 1024) == pytest.approx(5 * math.log2(5) + 5 - 1024)


def test_a_small_whole_number_is_cheaper_than_a_fitted_constant():
    def plus(value):
        return description_length(Formula.apply("add", x, Formula.constant(value)), 0.1, 10_000)

    assert plus(2.0) < plus(40.0) < plus(2.1) == plus(1e9)


def test_no_error_and_endless_error_have_their_place():
    assert description_length(short, 0.0, 100) == description_length(short, 1e-15, 100)
    assert description_length(short, math.inf, 100) == description_length(short, math.nan, 100) == math.inf


@pytest.mark.parametrize(("error", "rows"), [(-0.1, 10), (0.1, 0)])
def test_what_cannot_be_is_refused(error, rows):
    with pytest.raises(FormulaError, match="from 0 and 1 row or more"):
        description_length(short, error, rows)
