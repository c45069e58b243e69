"""A summary has a line for each baseline, strength and choice: means over the trials of the test part."""

import math

import pytest

from smoothdistill_core import summarise
from smoothdistill_core.results.summary import known_of
from stand_ins.run import LONG, scores, two_seeds


def test_the_summary_has_baselines_then_strengths_then_choices(bench):
    two_seeds(bench)
    lines = summarise(bench.results())
    assert [(line.penalty, line.strength, line.student, line.teacher, line.trials) for line in lines] == [
        ("direct", "", "gp", "", 2),
        ("linear", "", "linear", "", 2),
        ("none", "", "gp", "mlp", 2),
        ("jacobian", 0.1, "gp", "mlp", 2),
        ("jacobian", 0.5, "gp", "mlp", 2),
        ("jacobian", "chosen", "gp", "mlp", 2),
        ("best", "chosen", "", "", 2),
    ]


def test_a_line_holds_what_a_recipe_scores_beyond_the_usual(bench):
    for seed, sparkle in enumerate((0.25, 0.75)):
        bench.student({**scores(0.5), ("test", "sparkle"): sparkle}, seed=seed)
    (line, _) = summarise(bench.results())
    assert line.others == {"sparkle": 0.5}


def test_errors_stand_before_further_metrics(bench):
    bench.student(scores(0.5, sparkle=0.25, mae=1.5, rmse=2.5))
    (line, _) = summarise(bench.results())
    assert list(line.others.items()) == [("rmse", 2.5), ("mae", 1.5), ("sparkle", 0.25)]


def test_r2_is_of_the_logarithm_where_that_is_fitted_and_that_of_the_target_stands_beside_it(bench):
    bench.on_log = {"gems"}
    bench.taught("none", 0.0, scores(test=0.9, r2_original=0.7), scores(0.5, 0.8, r2_original=-27.4), dataset="gems")
    line = summarise(bench.results())[0]
    assert line.transform == "log1p"
    assert (line.r2, line.r2_of("log"), line.r2_original, line.r2_of("target")) == (0.8, 0.8, -27.4, -27.4)
    assert (line.teacher_r2_of("log"), line.teacher_r2_of("target")) == (0.9, 0.7)


def test_a_target_that_is_fitted_as_it_is_has_no_r2_of_a_logarithm(bench):
    bench.taught("none", 0.0, scores(test=0.9), scores(0.5, 0.8))
    line = summarise(bench.results())[0]
    assert line.transform == "none"
    assert (line.r2_of("target"), line.teacher_r2_of("target")) == (0.8, 0.9)
    assert all(map(math.isnan, (line.r2_original, line.r2_of("log"), line.teacher_r2_of("log"))))


def test_lines_know_what_their_r2_are_of(bench):
    bench.on_log = {"gems", "unmeasured"}
    bench.student(scores(0.5, 0.8), dataset="plain")
    bench.student(scores(0.5, 0.8, r2_original=0.6), dataset="gems")
    bench.student(scores(0.5, 0.8), dataset="unmeasured")
    lines = {line.dataset: line for line in summarise(bench.results())}
    assert known_of([lines["plain"]]) == ["target"]
    assert known_of([lines["gems"]]) == ["target", "log"]
    assert known_of([lines["unmeasured"]]) == ["log"]
    assert known_of(list(lines.values())) == ["target", "log"]


def test_a_line_holds_means_over_the_trials_of_the_test_part(bench):
    two_seeds(bench)
    line = summarise(bench.results())[3]
    assert line.teacher_r2 == pytest.approx((0.7 + 0.5) / 2)
    assert line.smoothness == pytest.approx((2.0 + 2.2) / 2)
    assert line.r2 == pytest.approx((0.6 + 0.8) / 2)
    assert line.fidelity == pytest.approx((0.8 + 0.9) / 2)
    assert line.nodes == pytest.approx((1 + 3) / 2)
    assert (line.formula, line.formula_seed) == ("age + age", 1)


def test_a_line_without_a_teacher_has_its_own_smoothness(bench):
    two_seeds(bench)
    line = summarise(bench.results())[0]
    assert line.smoothness == pytest.approx((3.0 + 3.2) / 2)
    assert math.isnan(line.teacher_r2)
    assert math.isnan(line.fidelity)


def test_the_chosen_line_holds_what_each_trial_chose(bench):
    bench.taught("jacobian", 0.1, scores(0.5, 0.1), scores(0.9, 0.3), seed=0)
    bench.taught("jacobian", 0.5, scores(0.5, 0.9), scores(0.1, 0.8), seed=0)
    bench.taught("jacobian", 0.1, scores(0.5, 0.9), scores(0.1, 0.8), seed=1)
    bench.taught("jacobian", 0.5, scores(0.5, 0.3), scores(0.8, 0.5), seed=1)
    line = summarise(bench.results())[-2]
    assert (line.strength, line.trials, line.formula_seed) == ("chosen", 2, 0)
    assert (line.r2, line.teacher_r2) == (pytest.approx(0.4), pytest.approx(0.2))


def test_a_strength_that_failed_once_keeps_its_place_and_says_how_many_trials_it_has(bench):
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5), seed=0, state="failed")
    bench.taught("jacobian", 0.5, scores(0.5), scores(0.5), seed=0)
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5), seed=1)
    bench.taught("jacobian", 0.5, scores(0.5), scores(0.5), seed=1)
    lines = [(line.strength, line.trials) for line in summarise(bench.results())]
    assert lines == [(0.1, 1), (0.5, 2), ("chosen", 2), ("chosen", 2)]


def test_datasets_are_summarised_one_after_the_other(bench):
    for dataset, shift in [("wine", 0.0), ("tea", 0.1)]:
        bench.student(scores(0.3 + shift, 0.3 + shift), dataset=dataset)
        bench.taught("jacobian", 0.1, scores(0.9), scores(0.1 + 5 * shift, 0.1), dataset=dataset, formulas=(LONG,))
    lines = summarise(bench.results())
    assert [line.dataset for line in lines] == ["wine"] * 4 + ["tea"] * 4
    assert {dataset: answer.recommended.penalty for dataset, answer in bench.results().answers.items()} == {
        "wine": "direct",
        "tea": "jacobian",
    }


def test_a_run_that_found_nothing_has_an_empty_summary(bench):
    bench.student(scores(), state="planned")
    results = bench.results("sweet_spot")
    assert (results.outcomes, results.chosen, summarise(results), results.answers) == ((), (), [], {})
