"""Of many inputs those that matter are kept, chosen on the training rows alone, and it is said."""

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Registry, Study, Table, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.preparation import learn
from smoothdistill_core.preparation.screening import steepness
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.report.tables.provenance import data_table

MATTER = [17, 101, 250, 333, 490]


def law(X):
    """Friedman's first function of the five inputs that matter: a product, a parabola and two lines."""
    a, b, c, d, e = (X[:, place] for place in MATTER)
    return 10 * np.sin(np.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e


def table(rows=400, width=500, seed=0, **columns):
    random = np.random.default_rng(seed)
    X = random.random((rows, width))
    y = law(X) + random.normal(size=rows)
    names = [f"x{place}" for place in range(width)]
    return Table(pd.DataFrame(X, columns=names).assign(y=y, **columns), "y")


@pytest.mark.parametrize("seed", range(3))
def test_the_five_of_500_inputs_that_matter_are_kept_in_their_order(seed):
    found = learn(table(seed=seed), Prepare(screen=5), seed)
    assert found.facts.scaling.names == [f"x{place}" for place in MATTER]


def test_what_was_kept_and_how_clear_it_was_is_said():
    (note,) = [note for note in learn(table(), Prepare(screen=5), 0).facts.notes if "screened" in note]
    assert note.startswith("screened: 5 of 500 inputs are kept, those in which a smooth model of the training rows is ")
    assert all(f"x{place}" in note for place in MATTER)
    share = int(note.rpartition("has ")[2].partition("%")[0])
    assert share < 40


def test_a_table_of_no_more_inputs_than_are_wanted_is_left_alone():
    few = table(width=500).frame[["x17", "x101", "y"]]
    found = learn(Table(few, "y"), Prepare(screen=2), 0)
    assert found.facts.scaling.names == ["x17", "x101"]
    assert not [note for note in found.facts.notes if "screened" in note]


def test_only_training_rows_choose():
    clean = table(rows=200, width=500)
    before = learn(clean, Prepare(screen=5), 0)
    poisoned = clean.frame.copy()
    for part in ("validation", "test"):
        rows = before.places[part]
        poisoned.loc[rows, "y"] = 100 * poisoned.loc[rows, "x3"]
    after = learn(Table(poisoned, "y"), Prepare(screen=5), 0)
    assert after.facts.scaling.features == before.facts.scaling.features


def test_a_category_that_does_not_matter_counts_as_the_commonest():
    rows = 400
    kind = np.random.default_rng(5).choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    frame = table(rows).frame[["x1", "x2"]].assign(kind=kind)
    frame["y"] = 3.0 * (kind == "c") + frame["x1"]
    found = learn(Table(frame, "y"), Prepare(screen=2), 0)
    assert found.facts.scaling.names == ["x1", "[kind = c]"]
    new = pd.DataFrame({"x1": [0.5, 0.5], "kind": ["a", "b"]})
    np.testing.assert_array_equal(found.facts.scaling.inputs(new), [[0.5, 0.0], [0.5, 0.0]])


def test_a_large_table_is_screened_on_a_sample_that_the_seed_draws(monkeypatch):
    monkeypatch.setattr("smoothdistill_core.preparation.screening.MOST_ROWS", 100)
    X = np.random.default_rng(0).normal(size=(300, 4))
    first, again, other = (steepness(X, np.sin(X[:, 2]), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.argmax() == other.argmax() == 2
    assert not np.array_equal(first, other)


def test_a_parabola_has_no_slope_on_average_and_is_found():
    X = np.random.default_rng(0).normal(size=(300, 100))
    assert steepness(X, X[:, 40] ** 2 - 1, 0).argmax() == 40


@pytest.mark.slow
def test_a_run_on_500_inputs_finds_a_formula_of_those_that_matter_and_its_report_says_what_was_kept():
    recipe = recipe_from_text(
        "dataset: {name: friedman1, features: 500, rows: 600}\nprepare: {screen: 8}\nstudent: linear\n"
        "distil: {teachers: none}\ntrials: {seeds: 1}",
        Registry(),
    )
    results = Study(recipe, Registry()).run(executor=CallingThread(), workers=1)
    (outcome,) = results.recommended
    read = {outcome.scaling.names[place] for place in outcome.formula.inputs}
    assert {"x1", "x2", "x4", "x5"} <= read <= {"x1", "x2", "x3", "x4", "x5"}
    assert outcome.score("r2") > 0.6
    assert "screened: 8 of 500 inputs are kept" in data_table(results).to_csv()
