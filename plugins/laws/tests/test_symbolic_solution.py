"""The rule of SRBench: difference or ratio of formula and law are a constant."""

import pytest

from smoothdistill_core import Table
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import score
from smoothdistill_laws.law import Law, formula_over
from smoothdistill_laws.symbolic_solution import SymbolicSolution

LAW = Law(expression="a*b/2 + sin(c)", ranges={"a": (1, 5), "b": (1, 5), "c": (0, 3)}, rows=200)
SPLIT = prepare(LAW.load(), Prepare(), 0)


def solved(text, split=SPLIT):
    scaling = split.facts.scaling
    found = scaling.standardised_formula(formula_over(scaling.names, text))
    return score(found, split, [SymbolicSolution()])["test", "symbolic_solution"]


@pytest.mark.parametrize(
    "found",
    [
        "a*b/2 + sin(c)",
        "a*b/2 + sin(c) + 0.7",
        "1.1*(a*b/2 + sin(c))",
        "0.55*a*b + 1.1*sin(c)",
        "0.5000001*a*b + sin(c)",
    ],
)
def test_an_offset_or_a_factor_too_much_is_a_solution(found):
    assert solved(found) == 1.0


@pytest.mark.parametrize(
    "found",
    [
        "0.51*a*b + sin(c)",
        "1.1*(a*b/2 + sin(c)) + 0.7",
        "a*b/2",
        "a*b/2 + sin(c) + 0.01*c",
        "3 + 0*a",
        "3*(a*b/2 + sin(c))",  # its R2 is below one half
    ],
)
def test_another_formula_is_none(found):
    assert solved(found) == 0.0


def test_data_without_a_law_have_no_score():
    lawless = prepare(Table(LAW.load().frame, "y"), Prepare(), 0)
    assert (
        score(
            lawless.facts.scaling.standardised_formula(formula_over(["a", "b", "c"], "a")),
            lawless,
            [SymbolicSolution()],
        )
        == {}
    )
