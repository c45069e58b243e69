"""Outcomes: what every finished student found, and why a method has none."""

import math

from stand_ins.run import LONG, SHORT, scores


def test_a_student_on_the_data_is_direct_and_a_baseline_has_its_own_name(bench):
    bench.student(scores(0.1))
    bench.student(scores(0.2), student="linear")
    bench.taught("jacobian", 0.5, scores(0.6), scores(0.3))
    assert [(o.penalty, o.student, o.teacher, o.strength) for o in bench.results().outcomes] == [
        ("direct", "gp", "", 0.0),
        ("linear", "linear", "", 0.0),
        ("jacobian", "gp", "mlp", 0.5),
    ]


def test_an_outcome_knows_its_scores_its_teachers_and_its_names(bench):
    bench.taught("jacobian", 0.5, scores(0.6, 0.7), scores(0.3, 0.4, fidelity=0.9), formulas=(LONG,))
    (outcome,) = bench.results().outcomes
    assert (outcome.score("r2"), outcome.score("r2", "validation"), outcome.score("fidelity")) == (0.4, 0.3, 0.9)
    assert (outcome.teacher_score("r2"), outcome.teacher_score("r2", "validation")) == (0.7, 0.6)
    assert math.isnan(outcome.score("mae"))
    assert math.isnan(outcome.teacher_score("mae"))
    assert outcome.text == "age + age"


def test_only_finished_students_of_finished_teachers_are_outcomes(bench):
    bench.student(scores(), state="planned")
    bench.student(scores(), state="failed", student="other")
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5), teacher_state="planned")
    bench.taught("jacobian", 0.5, scores(0.5), scores(0.5), state="failed")
    assert bench.results().outcomes == ()


def test_a_run_is_complete_when_every_cell_was_run(bench):
    bench.student(scores(0.1))
    bench.student(scores(), student="other", state="failed")
    assert bench.results().complete
    assert [record.reason for record in bench.results().failed] == ["no luck"]
    bench.student(scores(), student="third", state="planned")
    assert not bench.results().complete


def test_a_method_without_a_score_says_why(bench):
    bench.student([scores(0.5)], formulas=(SHORT,), poles=("1/age",))
    bench.student([], student="empty", formulas=())
    bench.student(scores(0.1), student="unfinished", state="planned")
    bench.student(scores(0.1), student="linear")
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5, 0.5), teacher_state="failed")
    bench.taught("lipschitz", 0.1, scores(0.5), scores(0.5, 0.5), state="failed")
    why = {
        (method.label, method.student): why
        for method, given in bench.results().scores_of_methods("r2").items()
        for why in given.values()
    }
    assert why == {
        ("direct", "gp"): "each of its formulas has a pole",
        ("direct", "empty"): "it has no formula",
        ("direct", "unfinished"): "not run yet",
        ("linear", "linear"): "its r2 is nan",
        ("jacobian", "gp"): "its teacher has no result",
        ("lipschitz", "gp"): "no luck",
    }
