"""Findings read as sentences with numbers, and promise no more than was found."""

from smoothdistill_core.statistics import comparisons, in_words


def told(results, start, **more):
    (text,) = [text for text in in_words(comparisons(results, **more)) if text.startswith(start)]
    return text


def test_over_several_datasets_wins_and_losses_are_counted(ten_runs):
    assert told(ten_runs, "jacobian beats none") == (
        "jacobian beats none on 1 of 3 datasets, loses on 1, no difference is shown on 1 "
        "(5 % level, Holm-corrected over 3, pairs are runs); "
        "over the means of 3 datasets, jacobian against none: no verdict is possible: 3 pairs, 6 are needed."
    )


def test_where_no_dataset_allows_a_verdict_the_reason_stands_there(ten_runs):
    assert told(ten_runs, "none against direct").startswith(
        "none against direct: no verdict is possible on any of 3 datasets: no runs differ, 6 are needed; over the means"
    )


def test_on_one_dataset_the_numbers_stand_in_the_sentence(bench):
    for seed in range(8):
        bench.add("direct", 0.5, seed=seed)
        bench.add("none", 0.5 + 0.01 * (seed + 1), seed=seed)
    text = told(bench.results(), "none")
    assert text.startswith("none beats direct: mean gain 0.045 r2, 95 % interval 0.0288 to 0.06")
    assert text.endswith("better in 8 of 8 seeds (p = 0.0078).")


def test_a_loss_is_called_one(bench):
    for seed in range(8):
        bench.add("direct", 0.5, seed=seed)
        bench.add("none", 0.4 - 0.01 * seed, seed=seed)
    assert told(bench.results(), "none").startswith("none loses to direct: mean gain -0.135 r2")


def test_five_seeds_allow_no_verdict_and_incomplete_ones_are_counted(bench):
    for seed in range(6):
        bench.add("direct", 0.5, seed=seed)
        bench.add("none", 0.6, seed=seed, record={"state": "failed"} if seed == 2 else None)
    assert told(bench.results(), "none") == (
        "none against direct: no verdict is possible: 5 pairs, 6 are needed; 1 of 6 seeds are incomplete."
    )


def test_of_several_students_each_sentence_says_whose_it_is(bench):
    for student in ("gp", "op"):
        for seed in range(2):
            bench.add("direct", 0.5, seed=seed, student=student)
            bench.add("none", 0.6, seed=seed, student=student)
    texts = in_words(comparisons(bench.results()))
    assert [text.partition(":")[0] for text in texts] == ["gp", "op"]


def test_the_sweet_spot_of_several_teachers_is_compared_with_none_of_each_and_the_sentence_says_whose(bench):
    for seed in range(2):
        bench.add("direct", 0.5, seed=seed)
        for teacher in ("mlp", "series"):
            bench.add("none", 0.6, seed=seed, teacher=teacher)
            bench.add("jacobian", 0.7, seed=seed, teacher=teacher)
    texts = in_words(comparisons(bench.results("sweet_spot")))
    assert [text.partition(" against")[0] for text in texts if "against none" in text] == [
        "mlp: sweet spot",
        "series: sweet spot",
    ]


def always_better(bench, datasets, seeds):
    for dataset in range(datasets):
        for seed in range(seeds):
            bench.add("direct", 0.5, seed=seed, dataset=f"d{dataset}")
            bench.add("none", 0.6 + 0.01 * seed, seed=seed, dataset=f"d{dataset}")
    return bench.results()


def test_only_what_was_found_is_counted(bench):
    assert told(always_better(bench, datasets=7, seeds=9), "none").startswith(
        "none beats direct on 7 of 7 datasets (5 % level, Holm-corrected over 7, pairs are seeds); "
        "over the means of 7 datasets, none beats direct: mean gain 0.14 r2"
    )


def test_it_is_said_when_there_are_too_few_pairs_for_so_many_datasets(bench):
    assert told(always_better(bench, datasets=7, seeds=8), "none").startswith(
        "none beats direct on 0 of 7 datasets, no difference is shown on 7, "
        "which 8 pairs cannot change: 9 are needed (5 % level, Holm-corrected over 7, pairs are seeds)"
    )
