"""The methods of a study ranked over its datasets."""

import pytest

from smoothdistill_core.statistics import standings


def test_the_methods_of_a_study_are_ranked_over_its_datasets(ten_runs):
    (standing,) = standings(ten_runs)
    assert (standing.student, standing.teacher, standing.unit) == ("gp", "mlp", "runs")
    assert standing.datasets == ("clear", "even", "poor")
    ranks = standing.ranking.average_ranks
    assert set(ranks) == {"jacobian", "none", "direct", "linear"}
    assert ranks["linear"] == 4
    assert ranks["none"] == ranks["direct"]
    assert standing.ranking.datasets == 3


def test_lower_can_be_better(ten_runs):
    (standing,) = standings(ten_runs, direction="lower")
    assert standing.ranking.average_ranks["linear"] == 1


def test_only_runs_in_which_all_methods_have_a_score_count(bench):
    for dataset in ("whole", "gap", "nothing"):
        for run in range(3):
            bench.add("direct", 0.5 if run == 0 else 0.0, run, dataset=dataset)
            failed = dataset == "nothing" or (dataset == "gap" and run > 0)
            bench.add("none", 0.4, run, dataset=dataset, record={"state": "failed", "reason": "x"} if failed else None)
    (standing,) = standings(bench.results())
    assert (standing.datasets, standing.left_out) == (("whole", "gap"), ("nothing",))
    assert len(standing.missing) == 5
    assert standing.ranking.average_ranks == {"none": 1.5, "direct": 1.5}


def test_where_no_dataset_remains_there_is_no_ranking(bench):
    bench.add("direct", 0.5)
    bench.add("none", 0.5, record={"state": "planned"})
    (standing,) = standings(bench.results())
    assert (standing.ranking, standing.left_out) == (None, ("toy",))


def test_every_student_and_teacher_has_its_own_ranking(bench):
    for student in ("gp", "op"):
        bench.add("direct", 0.5, student=student)
        for teacher in ("mlp", "tree"):
            bench.add("none", 0.6, student=student, teacher=teacher)
    bench.add("linear", 0.1, student="linear")
    found = standings(bench.results())
    assert [(standing.student, standing.teacher) for standing in found] == [
        ("gp", "mlp"),
        ("gp", "tree"),
        ("op", "mlp"),
        ("op", "tree"),
    ]
    for standing in found:
        assert standing.ranking.average_ranks == {"none": 1.0, "direct": 2.0, "linear": 3.0}


@pytest.mark.parametrize("unit", ["runs", "seeds"])
def test_the_unit_can_be_asked_for(ten_runs, unit):
    assert standings(ten_runs, unit=unit)[0].unit == unit


def test_one_method_has_nothing_to_be_ranked_with(bench):
    for seed in range(3):
        bench.add("none", 0.5, seed=seed)
    (standing,) = standings(bench.results())
    assert (standing.ranking, standing.datasets) == (None, ("toy",))
