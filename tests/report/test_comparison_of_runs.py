"""Runs side by side: what their recipes differ in, and the scores of each."""

import re
from dataclasses import replace

import pytest

from smoothdistill_core import ResultError
from smoothdistill_core.report import write_comparison
from smoothdistill_core.report.comparison_of_runs import labels_of, option_table

FIRST = {
    "teacher": [{"name": "mlp", "epochs": 200}],
    "student": [{"name": "gplearn", "generations": 10}],
    "regularizer": [{"name": "none", "strength": [0.0]}, {"name": "jacobian", "strength": [0.1]}],
    "trials": {"runs": 1, "seeds": 5},
}
SECOND = {
    "teacher": [{"name": "mlp", "epochs": 50}],
    "student": [{"name": "operon", "max_length": 25}],
    "regularizer": [{"name": "none", "strength": [0.0]}, {"name": "jacobian", "strength": [0.1, 1.0]}],
    "trials": {"runs": 1, "seeds": 5},
}


@pytest.fixture
def compare(tmp_path, read_page):
    return lambda *runs: read_page(write_comparison(runs, tmp_path / "comparison.html"))


def test_options_that_differ_are_listed_and_those_of_other_components_are_not(invent):
    runs = [
        invent(seeds=1).results(name="first", content=FIRST),
        invent(seeds=1).results(name="second", content=SECOND),
    ]
    table = option_table(labels_of(runs), runs)
    assert table.rows == (
        ("teacher.mlp.epochs", "200", "50"),
        ("student", "gplearn", "operon"),
        ("regularizer.jacobian.strength", "[0.1]", "[0.1, 1.0]"),
    )


def test_the_scores_of_each_run_stand_beside_the_difference(invent, compare):
    page = compare(
        invent(gain=0.1, seeds=2).results(name="strong", content=FIRST),
        invent(gain=0.0, seeds=2).results(name="weak", content=FIRST),
    )
    assert "The recipes ask for the same." in page.text
    assert "weak − strong" in page.text
    assert "Of 16 scores, each of a method at a strength on a dataset, 16 are in every run." in page.text
    assert "toy jacobian 0.5 0." in page.text


def test_what_only_one_run_has_is_shown_without_a_difference(invent, compare):
    page = compare(
        invent(["both", "first"], seeds=1).results(name="a"),
        invent(["both", "second"], seeds=1).results(name="b"),
        invent(["both"], seeds=1, penalties={}).results(name="c"),
    )
    assert "a, b and c" in page.text
    assert "R² of jacobian, chosen" in page.text
    assert "first jacobian 0.1" in page.text


def test_runs_of_one_name_are_told_apart_by_their_folders(invent, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    runs = [invent(seeds=1).results(name="same", folder=folder) for folder in (one, two, None, None)]
    assert labels_of(runs) == [f"same ({one})", f"same ({two})", "same (in memory)", "same (in memory) #2"]


def test_runs_without_formulas_can_be_compared(builder, compare):
    page = compare(builder.results(name="a"), builder.results(name="b"))
    assert "None of the runs has a formula yet." in page.text


def test_names_in_a_comparison_are_text(invent, compare):
    nasty = "<script>alert(1)</script>"
    page = compare(*(invent([nasty], seeds=1).results(name=name) for name in (nasty, "b")))
    assert len(page.all("script")) == 1
    assert nasty in page.text


def test_one_run_alone_cannot_be_compared(invent, tmp_path):
    with pytest.raises(ResultError, match="a comparison needs at least two runs, not 1"):
        write_comparison([invent(seeds=1).results()], tmp_path / "comparison.html")


def test_runs_on_a_target_and_on_its_logarithm_are_compared_in_the_target_itself(invent, compare):
    plain, log = invent(seeds=1, penalties={}), invent(seeds=1, penalties={})
    for key, trial in log.trials.items():
        scaling = replace(trial.facts.scaling, transform="log1p")
        log.trials[key] = replace(trial, facts=replace(trial.facts, scaling=scaling))
    for record in log.cells:
        for scores in (record.scores, *(entry.scores for entry in record.front)):
            scores["test", "r2_original"], scores["test", "rmse"] = -2.5, 1234.5
    page = compare(plain.results(name="plain"), log.results(name="log"))
    assert re.search(
        r"R² of the formulas dataset method strength plain log log − plain toy direct 0\.\d{3} −2\.500", page.text
    )
    assert re.search(r"R² \(log\) of the formulas dataset .*? toy direct – 0\.\d{3} –", page.text)
    assert re.search(r"RMSE of the formulas, in units of the target dataset .*? toy direct – 1,230 –", page.text)
