"""A formula is selected by what people call it, and one that is not there named with those that are."""

import pytest

from smoothdistill_core import ResultError, formula_by_name
from smoothdistill_core.results import formulas_by_name
from stand_ins.run import scores, two_seeds


def test_a_formula_is_selected_by_what_people_call_it(bench):
    two_seeds(bench)
    results = bench.results()
    assert set(formulas_by_name(results, "toy")) == {
        "best",
        "direct",
        "linear",
        "none",
        "jacobian 0.1",
        "jacobian 0.5",
        "jacobian",
    }
    assert formula_by_name(results).penalty == "jacobian"
    assert formula_by_name(results, "toy", "linear").student == "linear"
    assert formula_by_name(results, choice="jacobian 0.5").strength == 0.5
    assert formula_by_name(results, choice="jacobian") is formula_by_name(results, choice="jacobian 0.1")


@pytest.mark.parametrize(
    ("dataset", "choice", "message"),
    [
        ("toys", "best", "no formula for a dataset 'toys'; did you mean 'toy'"),
        ("toy", "jacobain", "no choice 'jacobain'; did you mean 'jacobian'"),
        ("toy", "jacobian 0.3", "no choice 'jacobian 0.3'; did you mean 'jacobian 0.[15]'"),
        (None, "best", "several datasets; choose one: toy, wine"),
    ],
)
def test_a_formula_that_is_not_there_is_named_with_those_that_are(bench, dataset, choice, message):
    two_seeds(bench)
    bench.student(scores(0.5), dataset="wine")
    with pytest.raises(ResultError, match=message):
        formula_by_name(bench.results(), dataset, choice)


def test_of_a_run_that_found_nothing_nothing_can_be_selected(bench):
    bench.student(scores(), state="planned")
    with pytest.raises(ResultError, match="no formula yet"):
        formula_by_name(bench.results())
