"""From the results of a study to paired values: who is compared with whom, on what, and what is left out."""

import math
from dataclasses import replace

import pytest

from smoothdistill_core import ResultError
from smoothdistill_core.components import Role
from smoothdistill_core.results import Method
from smoothdistill_core.statistics import Missing, StatisticsError, comparisons
from smoothdistill_scores.accuracy import MeanAbsoluteError

NAN = math.nan
GOOD = [0.5, 0.52, 0.51, 0.55, 0.53, 0.54]
BETTER = [0.6, 0.63, 0.63, 0.69, 0.68, 0.7]


def compared(found):
    return list(dict.fromkeys((str(c.method), str(c.against)) for c in found))


def one(found, method, against, dataset="toy"):
    (comparison,) = [
        c for c in found if (c.method.label, c.against.label, c.dataset) == (method, against, dataset)
    ]  # fmt: skip
    return comparison


def with_baselines(bench, **more):
    bench.everywhere("direct", GOOD, **more)
    bench.everywhere("linear", GOOD, student="linear", shift=-0.1)
    bench.everywhere("none", GOOD, **more)
    bench.everywhere("jacobian", BETTER, **more)
    return bench


def test_every_method_is_compared_with_none_direct_and_linear_and_no_two_methods_twice(bench):
    bench = with_baselines(bench)
    bench.everywhere("lipschitz", GOOD)
    assert compared(comparisons(bench.results())) == [
        ("jacobian", "none"),
        ("jacobian", "direct"),
        ("jacobian", "linear"),
        ("lipschitz", "none"),
        ("lipschitz", "direct"),
        ("lipschitz", "linear"),
        ("none", "direct"),
        ("none", "linear"),
        ("direct", "linear"),
    ]


def test_what_is_always_compared_with_is_compared_with_once_also_where_it_is_asked_for(bench):
    bench = with_baselines(bench)
    asked = comparisons(bench.results(), against=["none", "direct", "linear"])
    assert [(c.method, c.against, c.corrected_p) for c in asked] == [
        (c.method, c.against, c.corrected_p) for c in comparisons(bench.results())
    ]


def test_direct_and_linear_stay_whatever_else_is_asked_for(bench):
    bench = with_baselines(bench)
    bench.everywhere("l2(beta=2)", GOOD)
    assert compared(comparisons(bench.results(), against=["l2"])) == [
        ("jacobian", "l2(beta=2)"),
        ("jacobian", "direct"),
        ("jacobian", "linear"),
        ("l2(beta=2)", "direct"),
        ("l2(beta=2)", "linear"),
        ("none", "l2(beta=2)"),
        ("none", "direct"),
        ("none", "linear"),
        ("direct", "linear"),
    ]


def test_seeds_of_a_single_run_are_the_pairs_and_the_result_says_so(bench):
    found = one(comparisons(with_baselines(bench).results()), "jacobian", "none")
    assert (found.unit, found.planned, len(found.pairs), found.missing) == ("seeds", 6, 6, ())
    assert [row.name for row in found.pairs] == [f"seed {seed}" for seed in range(6)]
    assert found.gains == pytest.approx([b - g for b, g in zip(BETTER, GOOD, strict=True)])
    assert found.test.p == 0.03125
    assert found.finding == "better"
    assert "the seeds split the same rows anew" in found.caveat
    assert "the seeds share one test part" in replace(found, shared_test=True).caveat


def test_a_runs_value_is_the_mean_over_its_seeds(bench):
    for run in range(6):
        for seed, score in enumerate([0.1, 0.2, 0.6]):
            bench.add("none", score + run, run, seed)
            bench.add("direct", 0.0, run, seed)
    found = one(comparisons(bench.results()), "none", "direct")
    assert [(row.name, row.values) for row in found.pairs[1:2]] == [("run 1", (pytest.approx(1.3), 0.0))]
    assert found.unit == "runs"


def test_runs_too_few_for_a_verdict_are_paired_by_their_seeds_unless_runs_are_asked_for(bench):
    bench.everywhere("none", BETTER, runs=2)
    bench.everywhere("direct", GOOD, runs=2)
    results = bench.results()
    assert one(comparisons(results, unit="runs"), "none", "direct").planned == 2
    found = one(comparisons(results), "none", "direct")
    assert (found.planned, found.pairs[-1].name) == (6, "seed 1002")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"record": {"state": "failed", "reason": "out of memory"}}, "out of memory"),
        ({"record": {"state": "planned"}}, "not run yet"),
        ({"pole": "1/x"}, "each of its formulas has a pole"),
    ],
)
@pytest.mark.parametrize("label", ["none", "jacobian", "direct"])
def test_a_run_without_one_of_its_seeds_is_left_out_and_named(bench, label, more, why):
    for run in range(3):
        for seed in range(2):
            for method in ("none", "jacobian", "direct"):
                gone = more if (method, run, seed) == (label, 1, 1) else {}
                bench.add(method, 0.5 + 0.1 * run, run, seed, **gone)
    for found in comparisons(bench.results(), unit="runs"):
        touched = label in (found.method.label, found.against.label)
        assert [row.name for row in found.pairs] == (["run 0", "run 2"] if touched else ["run 0", "run 1", "run 2"])
        assert found.planned == 3
        method = found.method if found.method.label == label else found.against
        assert found.missing == ((Missing(method, "toy", 1, 1001, why),) if touched else ())


@pytest.mark.parametrize("score", [NAN, math.inf, -math.inf])
def test_a_score_that_is_no_number_is_missing_and_never_dropped_in_silence(bench, score):
    for seed in range(3):
        bench.add("direct", 0.5, seed=seed)
        bench.add("none", score if seed == 1 else 0.6, seed=seed, validation=0.5)
    found = one(comparisons(bench.results()), "none", "direct")
    assert [row.name for row in found.pairs] == ["seed 0", "seed 2"]
    assert [(missing.seed, missing.why) for missing in found.missing] == [(1, f"its r2 is {score}")]


def test_a_strength_that_failed_is_no_candidate_and_the_others_are_chosen_from(bench):
    bench.add("direct", 0.5)
    bench.add("jacobian", 0.7, strength=0.1)
    bench.add("jacobian", 0.9, strength=0.5, record={"state": "failed", "reason": "gone"})
    assert one(comparisons(bench.results()), "jacobian", "direct").pairs[0].values == (0.7, 0.5)


def test_a_sweep_that_is_not_finished_has_no_choice_yet(bench):
    bench.add("direct", 0.5)
    bench.add("jacobian", 0.7, strength=0.1)
    bench.add("jacobian", 0.9, strength=0.5, record={"state": "planned"})
    (found,) = comparisons(bench.results())
    assert [missing.why for missing in found.missing] == ["not run yet"]


def test_the_chosen_strength_counts_not_the_best_on_the_test_part(bench):
    bench.add("direct", 0.5)
    bench.add("jacobian", 0.7, strength=0.1, validation=0.6)
    bench.add("jacobian", 0.9, strength=0.5, validation=0.4)
    bench.add("jacobian", 0.95, strength=0.0, validation=0.99)
    found = comparisons(bench.results())
    assert compared(found) == [("jacobian", "direct")]
    assert found[0].pairs[0].values == (0.7, 0.5)


def test_strength_0_stands_in_for_no_strength_that_failed(bench):
    bench.add("direct", 0.5)
    bench.add("jacobian", 0.9, strength=0.1, record={"state": "failed", "reason": "gone"})
    bench.add("jacobian", 0.95, strength=0.0)
    (found,) = comparisons(bench.results())
    assert (found.pairs, [missing.why for missing in found.missing]) == ((), ["gone"])


def test_a_trial_without_a_sweet_spot_is_named(bench):
    for seed, steepness in enumerate([2.0, 0.5]):  # the teacher's is 1
        bench.add("direct", 0.5, seed=seed, steepness=steepness)
        bench.add("jacobian", 0.6, seed=seed)
    found = one(comparisons(bench.results("sweet_spot")), "sweet spot", "direct")
    assert [row.name for row in found.pairs] == ["seed 0"]
    assert [missing.why for missing in found.missing] == ["no teacher is a sweet spot"]


def test_students_and_teachers_are_compared_with_their_own(bench):
    for student in ("gp", "op"):
        bench.add("direct", 0.5, student=student)
        for teacher in ("mlp", "tree"):
            bench.add("none", 0.5, student=student, teacher=teacher)
            bench.add("jacobian", 0.6, student=student, teacher=teacher)
    bench.add("linear", 0.1, student="linear")
    couples = [(c.method, c.against) for c in comparisons(bench.results(), against=["none"])]
    assert len(couples) == 2 * (2 * 3 + 2 * 2 + 1)
    for method, other in couples:
        assert other.student in (method.student, "linear")
        assert other.teacher in (method.teacher, "")


def test_linear_stands_beside_the_others_also_where_it_imitates_teachers(bench):
    linear = "linear(alpha=2.0)"
    bench.add("direct", 0.5, student="gp")
    bench.add(linear, 0.5, student=linear)
    for student in ("gp", linear):
        bench.add("none", 0.6, student=student)
    couples = [(c.method, c.against) for c in comparisons(bench.results())]
    direct, baseline = Method("direct", "gp", role=Role.DIRECT), Method(linear, linear, role=Role.BASELINE)
    assert set(couples) == {
        (Method("none", "gp", "mlp"), direct),
        (Method("none", "gp", "mlp"), baseline),
        (direct, baseline),
        (Method("none", linear, "mlp"), baseline),
    }


def test_holm_corrects_over_the_datasets_and_over_all_comparisons_of_dataset_means(ten_runs):
    found = comparisons(ten_runs)
    clear = one(found, "jacobian", "none", "clear")
    assert (clear.test.p, clear.family) == (0.001953125, 3)
    assert clear.corrected_p == pytest.approx(3 * 0.001953125)
    findings = {c.dataset: c.finding for c in found if (str(c.method), str(c.against)) == ("jacobian", "none")}
    assert findings == {"clear": "better", "even": "no difference shown", "poor": "worse", None: "no verdict"}
    overall = one(found, "jacobian", "none", None)
    assert (overall.unit, overall.family, overall.caveat) == ("datasets", 0, "")
    assert [row.name for row in overall.pairs] == ["clear", "even", "poor"]


def test_methods_that_are_equal_everywhere_stay_out_of_the_family(ten_runs):
    same = one(comparisons(ten_runs), "none", "direct", "clear")
    assert (same.test.why_no_verdict, same.corrected_p, same.family) == ("all 10 differences are 0", None, 0)
    assert (same.effect.wins.rate, same.finding) == (0.5, "no verdict")


def test_the_value_of_a_dataset_is_the_mean_over_its_complete_pairs(bench):
    for dataset, shift in [("one", 0.0), ("two", 1.0), ("none at all", NAN)]:
        for seed, score in enumerate([0.1, 0.3, 0.8]):
            bench.add("direct", 0.0, seed=seed, dataset=dataset)
            gone = NAN if seed == 2 else 0.0
            bench.add("none", score + shift + gone, seed=seed, dataset=dataset, validation=0.5)
    found = one(comparisons(bench.results()), "none", "direct", None)
    assert [(row.name, row.values) for row in found.pairs] == [
        ("one", (pytest.approx(0.2), 0.0)),
        ("two", (pytest.approx(1.2), 0.0)),
    ]
    assert found.planned == 3
    assert [missing.dataset for missing in found.missing] == ["one", "two", *["none at all"] * 3]


def test_a_gain_is_positive_where_lower_is_better(bench):
    for seed in range(6):
        bench.add("direct", 0.5, seed=seed, rmse=3.0)
        bench.add("none", 0.5, seed=seed, rmse=1.0 + 0.1 * seed)
    (found,) = comparisons(bench.results(), "rmse", direction="lower")
    assert found.gains == pytest.approx([2.0, 1.9, 1.8, 1.7, 1.6, 1.5])
    assert found.finding == "better"
    (reverse,) = comparisons(bench.results(), "rmse", direction="higher")
    assert reverse.finding == "worse"


def test_the_direction_of_a_metric_is_what_it_said_when_the_study_ran(bench):
    for seed in range(6):
        bench.add("direct", 0.5, seed=seed, mae=3.0)
        bench.add("none", 0.5, seed=seed, mae=1.0 + 0.1 * seed)
    (found,) = comparisons(replace(bench.results(), metrics=(MeanAbsoluteError().facts(),)), "mae")
    assert (found.direction, found.finding) == ("lower", "better")


def test_of_a_study_that_has_not_begun_no_verdict_is_possible(bench):
    for label in ("direct", "none"):
        bench.add(label, 0.0, record={"state": "planned"})
    (found,) = comparisons(bench.results())
    assert (found.finding, found.test.why_no_verdict) == ("no verdict", "there are no pairs")
    assert [missing.why for missing in found.missing] == ["not run yet"] * 2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"metric": "rsme", "direction": "lower"}, ResultError, "by a metric 'rsme'; did you mean 'rmse'"),
        ({"metric": "rmse"}, StatisticsError, "which is better of 'rmse'"),
        ({"direction": "up"}, StatisticsError, "'higher' or 'lower', not 'up'"),
        ({"against": ["jacobain"]}, ResultError, "no method 'jacobain'; did you mean 'jacobian'"),
    ],
)
def test_what_the_study_does_not_know_is_refused_by_name(bench, arguments, error, message):
    bench = with_baselines(bench, rmse=1.0)
    with pytest.raises(error, match=message):
        comparisons(bench.results(), **arguments)


def test_trials_that_all_have_the_same_split_are_one_pair_and_nothing_is_tested_or_given_an_interval(bench):
    split_by_time = replace(with_baselines(bench).results(), content={"prepare": {"split": "time"}})
    for asked in ({}, {"unit": "seeds"}, {"unit": "runs"}):
        comparison = one(comparisons(split_by_time, **asked), "jacobian", "none")
        assert (comparison.unit, len(comparison.pairs), comparison.planned) == ("splits", 1, 1)
        assert comparison.gains == (pytest.approx(sum(BETTER) / 6 - sum(GOOD) / 6),)
        assert comparison.finding == "no verdict"
        assert comparison.effect.mean.interval is None
        assert "not of other rows" in comparison.caveat
