"""A recipe that demands directions chooses among formulas that are proved to go them, and says what it passed over."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from smoothdistill_core import Formula
from smoothdistill_core.cli.as_json import plain
from smoothdistill_core.cli.showing import show_results
from smoothdistill_core.report import write_report
from stand_ins.run import scores

AGE = Formula.variable(0)  # from -2 to 2 in the training rows
RISING = Formula.apply("exp", AGE)
FALLING = Formula.apply("neg", AGE)
VALLEY = Formula.apply("square", AGE)
IN_DOUBT = Formula.apply("mod", AGE, Formula.constant(0.7))
MEAN = Formula.constant(1.5)


@pytest.fixture
def chosen(bench):
    """Return the results of a search that found formulas, each more accurate than those before."""

    def chosen(*formulas, student="gp", **monotone):
        bench.student(
            [scores((number + 1) / 10) for number in range(len(formulas))], formulas=formulas, student=student
        )
        return bench.results(formula="best", **({"monotone": monotone} if monotone else {}))

    return chosen


def shown(results):
    out = Console(file=io.StringIO(), width=200)
    show_results(results, out)
    return " ".join(out.file.getvalue().split())


def test_without_a_demand_the_best_is_chosen(chosen):
    assert chosen(RISING, FALLING).outcomes[0].formula == FALLING


@pytest.mark.parametrize(
    ("better", "why"),
    [
        (FALLING, "the formula falls as age rises, at age = "),
        (VALLEY, "the formula falls as age rises, at age = -"),
        (IN_DOUBT, "that the formula never falls as age rises is not proved, between age = "),
    ],
    ids=["falls", "falls in part", "is not proved"],
)
def test_what_may_go_another_way_is_passed_over_and_why_is_said(chosen, better, why):
    results = chosen(MEAN, RISING, better, rising=["age"])
    (outcome,) = results.outcomes
    assert outcome.formula == RISING
    assert outcome.passed_over.formula == better
    assert outcome.passed_over_for(results.choose).startswith(why)
    assert [each.formula for each in results.answers["toy"].front] == [MEAN, RISING]
    told = shown(results)
    assert f"takes the place of a better one (choose.poles, choose.units, choose.monotone): {why}" in told
    assert "proved within the ranges of the training rows: the formula never falls as age rises" in told


def test_what_is_allowed_is_not_passed_over_where_the_rule_compares_with_another_best(bench):
    steep = Formula.apply("exp", Formula.apply("add", AGE, AGE))
    bench.student([scores(0.6), scores(0.75), scores(0.9)], formulas=(RISING, steep, Formula.apply("neg", steep)))
    (outcome,) = bench.results(formula="simplest", within=0.2, monotone={"rising": ["age"]}).outcomes
    assert outcome.formula == RISING  # of all three it would be ``steep``
    assert outcome.passed_over is None


def test_the_other_direction_takes_the_other_formula(chosen):
    assert chosen(FALLING, RISING, falling=["age"]).outcomes[0].formula == FALLING


def test_a_formula_has_to_go_the_demanded_way_also_as_it_is_written(bench):
    bench.student(scores(0.5), formulas=(RISING,))
    (record,) = bench.cells
    bench.cells[0] = replace(record, front=(replace(record.front[0], rounded=VALLEY),))
    results = bench.results(monotone={"rising": ["age"]})
    assert results.outcomes == ()
    assert results.refusal_of(results.without_formula[0]).startswith("the formula with few digits falls as age rises")


def test_the_range_is_that_of_the_training_rows_and_not_a_tenth_more(bench, chosen):
    chosen(VALLEY, rising=["age"])
    for key, trial in bench.trials.items():
        (age,) = trial.facts.scaling.features
        scaling = replace(trial.facts.scaling, features=(replace(age, low=0.0),))
        bench.trials[key] = replace(trial, facts=replace(trial.facts, scaling=scaling))
    assert bench.results(monotone={"rising": ["age"]}).outcomes[0].formula == VALLEY


def test_an_input_that_a_trial_does_not_have_is_in_no_formula_of_it(chosen):
    assert chosen(RISING, FALLING, rising=["weight"]).outcomes[0].formula == FALLING


def test_how_many_formulas_go_another_way_is_noted(chosen):
    notes = chosen(MEAN, RISING, FALLING, VALLEY, IN_DOUBT, rising=["age"]).notes
    assert "toy: of 5 formulas, 2 go against choose.monotone, and of 1 it is not proved that they do not" in notes
    assert not any("no formula of a search" in note for note in notes)
    assert not any("monotone" in note for note in chosen(RISING).notes)


def test_where_no_search_has_one_the_baseline_does_and_it_is_said(bench, chosen):
    bench.student(scores(0.05), formulas=(RISING,), student="linear")
    results = chosen(MEAN, FALLING, rising=["age"])
    assert results.answers["toy"].recommended.student == "gp"  # the mean, which is more accurate here
    bench.student(scores(0.3), formulas=(RISING,), student="linear", seed=1)
    assert bench.results(monotone={"rising": ["age"]}).answers["toy"].recommended.formula == RISING
    (said,) = [note for note in results.notes if "no formula of a search" in note]
    assert said.startswith("toy: no formula of a search that uses an input is proved to keep to choose.monotone")


def test_a_student_all_of_whose_formulas_go_another_way_has_none_and_is_named(chosen):
    results = chosen(FALLING, rising=["age"])
    assert results.outcomes == ()
    assert "no formula: " in shown(results)
    assert "see choose.poles, choose.units, choose.monotone" in shown(results)


def test_programs_are_told_what_was_demanded_and_what_was_passed_over(chosen):
    told = plain(chosen(RISING, FALLING, rising=["age"]))
    assert told["demanded"] == {"rising": ["age"], "falling": []}
    (formula,) = told["formulas"]
    assert formula["passed_over"]["formula"] == "-age"
    assert formula["passed_over"]["why"].startswith("the formula falls as age rises")
    assert formula["passed_over"]["scores"]["validation"]["r2"] == 0.2


def test_the_report_says_what_is_proved_and_lists_what_was_passed_over(chosen, tmp_path):
    results = chosen(RISING, FALLING, rising=["age"])
    path = tmp_path / "report.html"
    write_report(results, path)
    page = path.read_text()
    assert "Proved within the ranges of the training rows: the formula never falls as age rises." in page
    assert "may go a way that is not demanded" in page
