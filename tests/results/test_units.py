"""Formulas that break the units of the data are marked, or give way to the next where the recipe forbids them."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from smoothdistill_core import Explanation, Formula
from smoothdistill_core.cli.front_table import front_table
from smoothdistill_core.cli.showing import show_results
from stand_ins.run import scores

AGE = Formula.variable(0)
SQUARE = Formula.apply("square", AGE)
LAW = Formula.apply("mul", Formula.constant(0.5), AGE)
FRONT = [scores(r2) | {("validation", "rmse"): 1.0 - r2} for r2 in (0.1, 0.5, 0.9)]


@pytest.fixture
def results(bench):
    """A front of 0.5*age, age and age^2 where age is in s and y in s, judged by a recipe's options."""

    def results(formulas=(LAW, AGE, SQUARE), *, input_unit="s", target_unit="s", transform="none", poles=(), **options):
        bench.student(FRONT[: len(formulas)], formulas=formulas, poles=poles)
        for key, trial in bench.trials.items():
            scaling = trial.facts.scaling
            features = tuple(replace(feature, unit=input_unit) for feature in scaling.features)
            scaling = replace(scaling, features=features, unit=target_unit, transform=transform)
            bench.trials[key] = replace(trial, facts=replace(trial.facts, scaling=scaling))
        return bench.results(formula="best", **options)

    return results


def shown(results):
    out = Console(file=io.StringIO(), width=200)
    show_results(results, out)
    return " ".join(out.file.getvalue().split())


def test_a_formula_that_breaks_units_is_marked_wherever_it_is_shown(results):
    found = results()
    (outcome,) = found.outcomes
    assert outcome.formula == SQUARE
    assert outcome.units.breaks == "the formula gives s^2, and y is in s"
    assert "breaks units: the formula gives s^2, and y is in s" in shown(found)


def test_a_factor_that_rounds_to_1_is_not_written_and_still_carries_its_unit(results):
    (outcome,) = results((AGE,), input_unit="m").outcomes
    assert outcome.units.breaks == "the formula gives m, and y is in s"
    nearly = Formula.apply("mul", Formula.constant(1.004), AGE)
    (constant,) = Explanation(nearly, outcome.scaling, short=AGE).units.constants
    assert (constant.value, constant.unit) == (1.004, "s/m")
    assert Explanation(Formula.apply("add", AGE, SQUARE), outcome.scaling, short=SQUARE).units.breaks


def test_the_front_says_which_unit_errors_are_in_and_which_formulas_break_units(results):
    found = results()
    out = Console(file=io.StringIO(), width=200)
    out.print(front_table(found.answers["toy"], found.choose))
    table = out.file.getvalue()
    assert re.search(r"RMSE .*\n *nodes +s ", table)
    assert "breaks units: the formula gives s^2" in table
    assert "constants" not in table


def test_where_that_is_forbidden_the_next_of_the_front_takes_its_place_and_it_is_remembered(results):
    found = results(units="forbid")
    (outcome,) = found.outcomes
    assert outcome.formula == AGE
    assert outcome.passed_over.formula == SQUARE
    assert SQUARE not in [each.formula for each in found.answers["toy"].front]
    told = shown(found)
    assert "takes the place of a better one" in told
    assert "units are broken, as the formula gives s^2, and y is in s" in told


def test_a_student_all_of_whose_formulas_break_units_has_none_and_is_named(results):
    found = results((SQUARE,), units="forbid")
    assert found.outcomes == ()
    assert "no formula: " in shown(found)
    assert found.refusal_of(found.without_formula[0]) == "units are broken, as the formula gives s^2, and y is in s"


def test_poles_and_units_are_two_reasons(results):
    found = results(poles=("", "1/age", ""), units="forbid")
    assert found.outcomes[0].formula == LAW


def test_of_unknown_units_nothing_is_refused_and_that_is_said(results):
    found = results(input_unit=None, target_unit=None, units="forbid")
    assert found.outcomes[0].formula == SQUARE
    assert found.outcomes[0].units is None
    assert any("no column has a unit" in note for note in found.notes)


def test_a_target_that_is_fitted_as_its_logarithm_counts_as_one_of_unknown_unit(results):
    assert results(transform="log1p").outcomes[0].units.breaks == ""
