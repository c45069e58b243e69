"""The best strength of each penalty, and the sweet spot, are chosen without the test part."""

import pytest

from smoothdistill_core.components import Measure, MetricFacts
from stand_ins.run import METRICS, NAN, Bench, scores


def choices(results):
    return [(label, outcome.student, outcome.strength) for label, outcome in results.chosen]


@pytest.mark.parametrize(("part", "strengths"), [("validation", (0.5, 0.1)), ("train", (0.1, 0.5))])
def test_the_best_strength_of_each_penalty_is_chosen_on_the_named_part(bench, part, strengths):
    bench.taught("jacobian", 0.1, scores(0.9, 0.9), scores(validation=0.2, train=0.6, test=0.9))
    bench.taught("jacobian", 0.5, scores(0.1, 0.1), scores(validation=0.4, train=0.5, test=0.1))
    bench.taught("lipschitz", 0.1, scores(0.1, 0.1), scores(validation=0.7, train=0.2, test=0.1))
    bench.taught("lipschitz", 0.5, scores(0.9, 0.9), scores(validation=0.6, train=0.3, test=0.9))
    assert choices(bench.results(part=part)) == [
        ("jacobian", "gp", strengths[0]),
        ("lipschitz", "gp", strengths[1]),
    ]


@pytest.mark.parametrize("rule", ["best", "sweet_spot"])
@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_test_part_has_no_say(bench, rule, part):
    def choose(*test_scores):
        bench = Bench()
        better, worse, direct = test_scores
        bench.student(scores(0.2, direct, 0.2, steepness=2.0))
        bench.taught("jacobian", 0.1, scores(0.5, worse, 0.5, steepness=1.0), scores(0.3, better, 0.3))
        bench.taught("jacobian", 0.5, scores(0.5, better, 0.5, steepness=1.0), scores(0.4, worse, 0.4))
        return choices(bench.results(rule, part))

    assert choose(0.9, 0.1, 0.5) == choose(0.1, 0.9, 0.5) == choose(NAN, NAN, 1.0)
    assert [strength for _, _, strength in choose(0.9, 0.1, 0.5)] == [0.5]


def test_each_seed_student_and_teacher_chooses_for_itself(bench):
    for seed, student, teacher, winner in [(0, "gp", "mlp", 0.1), (0, "op", "mlp", 0.5), (1, "gp", "forest", 0.5)]:
        for strength in (0.1, 0.5):
            found = scores(1.0 if strength == winner else 0.0)
            bench.taught("jacobian", strength, scores(0.5), found, seed, student, teacher=teacher)
    assert choices(bench.results()) == [("jacobian", "gp", 0.1), ("jacobian", "op", 0.5), ("jacobian", "gp", 0.5)]


@pytest.mark.parametrize("rule", ["best", "sweet_spot"])
def test_strength_0_is_never_chosen(bench, rule):
    bench.student(scores(0.1, steepness=2.0))
    bench.taught("none", 0.0, scores(0.9, steepness=0.1), scores(0.9))
    bench.taught("jacobian", 0.0, scores(0.9, steepness=0.1), scores(0.9))
    assert bench.results(rule).chosen == ()
    bench.taught("jacobian", 0.1, scores(0.5, steepness=1.0), scores(0.2))
    assert [strength for _, _, strength in choices(bench.results(rule))] == [0.1]


def test_a_score_that_is_no_number_never_wins(bench):
    bench.taught("jacobian", 0.1, scores(0.5), scores(NAN))
    bench.taught("jacobian", 0.3, scores(0.5), scores(-3.0))
    bench.taught("jacobian", 0.5, scores(0.5), scores(NAN))
    assert choices(bench.results()) == [("jacobian", "gp", 0.3)]
    assert bench.results().answers["toy"].recommended.strength == 0.3


def test_the_sweet_spot_beats_direct_in_accuracy_and_in_smoothness(bench):
    bench.student(scores(0.5, steepness=1.0))
    bench.student(scores(0.99, steepness=0.01), student="linear")
    bench.taught("jacobian", 0.1, scores(0.9, steepness=1.5), scores(0.9))
    bench.taught("jacobian", 0.3, scores(0.8, steepness=0.8), scores(0.6))
    bench.taught("lipschitz", 0.5, scores(0.7, steepness=0.6), scores(0.7))
    bench.taught("jacobian", 1.0, scores(0.4, steepness=0.1), scores(0.8))
    assert choices(bench.results("sweet_spot")) == [("sweet spot", "gp", 0.5)]


@pytest.mark.parametrize(
    "teacher",
    [
        scores(0.5, steepness=0.5),
        scores(0.9, steepness=1.0),
        scores(0.4, steepness=0.5),
        scores(0.9, steepness=1.1),
        scores(NAN, steepness=0.5),
        scores(0.9, steepness=NAN),
    ],
)
def test_without_a_teacher_that_beats_direct_there_is_no_sweet_spot(bench, teacher):
    bench.student(scores(0.5, steepness=1.0))
    bench.taught("jacobian", 0.1, teacher, scores(0.99))
    assert bench.results("sweet_spot").chosen == ()


def test_the_sweet_spot_goes_by_what_the_recipes_metrics_say_of_themselves(bench):
    bench.metrics = (
        MetricFacts("rmse", "lower", Measure.ACCURACY, "error", "kg", "both"),
        *METRICS,
        MetricFacts("calmness", "higher", Measure.SMOOTHNESS, "calm", "", "both"),
    )

    def scored(r2, rmse, steepness, calmness):
        extra = {(part, "rmse"): rmse for part in ("validation", "test")}
        extra |= {(part, "calmness"): calmness for part in ("validation", "test")}
        return scores(r2, steepness=steepness) | extra

    bench.student(scored(0.5, 2.0, 1.0, 1.0))
    bench.taught("jacobian", 0.1, scored(0.9, 3.0, 0.5, 2.0), scores(0.9))  # less accurate by the first metric
    bench.taught("jacobian", 0.3, scored(0.1, 1.0, 0.5, 0.5), scores(0.8))
    bench.taught("jacobian", 0.5, scored(0.9, 1.0, 1.5, 2.0), scores(0.7))
    assert choices(bench.results("sweet_spot")) == [("sweet spot", "gp", 0.3)]
    bench.metrics = (bench.metrics[0], bench.metrics[-1])
    assert choices(bench.results("sweet_spot")) == [("sweet spot", "gp", 0.5)]


def test_a_sweet_spot_is_judged_against_direct_of_the_same_seed_and_student(bench):
    bench.student(scores(0.9, steepness=1.0), seed=0)
    bench.student(scores(0.1, steepness=1.0), seed=1)
    bench.student(scores(0.1, steepness=1.0), seed=0, student="op")
    for seed, student in [(0, "gp"), (1, "gp"), (0, "op"), (1, "op")]:
        bench.taught("jacobian", 0.1, scores(0.5, steepness=0.5), scores(0.4), seed, student)
    found = [(outcome.trial.seed, outcome.student) for _, outcome in bench.results("sweet_spot").chosen]
    assert found == [(1, "gp"), (0, "op")]


def test_the_best_formula_is_the_best_on_the_judged_part(bench):
    bench.student(scores(validation=0.9, test=0.1, train=0.1))
    bench.taught("jacobian", 0.1, scores(0.9), scores(validation=0.1, test=0.9, train=0.9))
    assert bench.results().answers["toy"].recommended.penalty == "direct"
    assert bench.results(part="train").answers["toy"].recommended.penalty == "jacobian"
