"""Runs that are empty, unfinished, tiny or hopeless: the page says so and stays readable; and large ones stay quick."""

import math
from dataclasses import replace

import pytest

from smoothdistill_core.scaling import Feature


def test_a_run_without_a_trial_has_a_page(builder, page_of):
    page = page_of(builder.results())
    assert "The plan is empty." in page.text
    assert "There is no formula yet." in page.text


def test_a_run_that_has_only_begun_says_what_is_still_to_run(builder, page_of):
    trial = builder.trial(known=False)
    teacher = builder.teacher(trial, "jacobian", 0.1, state="planned")
    builder.student(trial, state="planned")
    builder.student(trial, of=teacher, state="planned")
    page = page_of(builder.results())
    assert "3 cells of 3 are still to be run. There is no formula yet." in page.text
    assert "not run yet" in page.text


def test_a_run_of_which_everything_failed_says_why(builder, page_of):
    trial = builder.trial(known=False)
    teacher = builder.teacher(trial, "jacobian", 0.1, state="failed")
    builder.student(trial, of=teacher, state="failed")
    page = page_of(builder.results())
    assert "2 cells of 2 failed. There is no formula yet." in page.text
    assert page.text.count("no luck") >= 2


def test_one_formula_on_the_data_alone_is_a_whole_report(builder, page_of):
    builder.student(builder.trial(), 0.4, student="linear")
    page = page_of(builder.results(content={}, versions={}))
    assert "linear was fitted to the data" in page.text
    assert "R² 0.400 on the test part" in page.text
    assert "Accuracy against smoothness" not in page.text


def test_students_all_of_whose_formulas_have_poles_are_listed(builder, page_of):
    builder.student(builder.trial(), poles=("1/a", "1/b", "1/c"))
    page = page_of(builder.results())
    assert "no formula" in page.text
    assert "none of its formulas may be chosen: 1/a can lack a value" in page.text


def test_one_strength_draws_the_trade_off_and_no_curve(invent, page_of):
    page = page_of(invent(penalties={"jacobian": (0.3,)}, seeds=1).results())
    assert "Accuracy against smoothness" in page.text
    assert "Accuracy by strength" not in page.text


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1e9])
def test_scores_that_are_no_number_or_far_off_spoil_no_figure(invent, page_of, bad):
    build = invent(seeds=6)
    for place, record in enumerate(build.cells[:5]):
        front = tuple(replace(e, scores={**e.scores, ("test", "r2"): bad}) for e in record.front)
        scores = dict.fromkeys(record.scores, bad)
        build.cells[place] = replace(record, front=front, scores=scores)
    page = page_of(build.results())
    assert "nan" not in page.text.replace("its r2 is nan", "").split()
    assert 'd="M nan' not in page.source
    assert "Accuracy against smoothness" in page.text
    if bad == -1e9:
        assert "far value" in page.text


def test_a_metric_that_was_not_measured_leaves_its_figure_out(invent, page_of):
    build = invent(seeds=2)
    for place, record in enumerate(build.cells):
        scores = {key: value for key, value in record.scores.items() if key[1] != "jacobian_norm"}
        build.cells[place] = replace(record, scores=scores)
    page = page_of(build.results())
    assert "Accuracy against smoothness" not in page.text
    assert "Accuracy by strength" in page.text


def test_a_formula_too_deep_to_typeset_is_shown_as_text(builder, page_of):
    from smoothdistill_core import Formula

    builder.student(builder.trial())
    deep = Formula.variable(0)
    for _ in range(150):
        deep = Formula.apply("sin", deep)
    (record,) = builder.cells
    builder.cells[0] = replace(record, front=(replace(record.front[-1], rounded=deep, explained=deep),))
    page = page_of(builder.results())
    assert "sin(sin(sin(" in page.text


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_twenty_datasets_of_fifty_trials_take_seconds_not_minutes(invent, page_of):
    results = invent([f"dataset {place}" for place in range(20)], runs=10, seeds=5).results()
    page = page_of(results)
    assert len(page.source) < 6e6


def test_a_dataset_with_categories_says_what_they_are_compared_with(builder, page_of):
    town = Feature("town", "Oslo", 0.5, 0.5, 0.0, 1.0, reference="Rome")
    scaling = builder.facts.scaling
    plain = "'price' from 2 inputs; rows: 60 train, 20 validation, 20 test."
    builder.student(builder.trial(), 0.4, student="linear")
    page = page_of(builder.results())
    assert plain in page.text
    assert "Categories are compared" not in page.text
    builder.facts = replace(builder.facts, scaling=replace(scaling, features=(*scaling.features, town)))
    builder.student(builder.trial("towns"), 0.4, student="linear")
    page = page_of(builder.results())
    assert "'price' from 3 inputs; rows: 60 train, 20 validation, 20 test." in page.text
    assert "Categories are compared with town = Rome." in page.text
