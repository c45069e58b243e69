"""The map's tables: what a teacher adds is what two searches, one of them taught, have over two on the data."""

import pandas as pd
import pytest

from map_tables import comparisons, differences_of, drawn

LEVELS = {"centre": [("rows", 500.0), ("noise", 0.05)], "rows=50": [("rows", 50.0)]}
FACTORS = {"rows": (50, 500), "noise": (0.05, 0.3)}


def cell(by, accuracy, validation=0.5, *, point="centre", law="law 1", seed=0, student="operon", **more):
    plain = {"extrapolation": accuracy, "recovery": 0.0, "fidelity": 0.9, "size": 8, "size_of_direct": 8}
    found = {"point": point, "law": law, "seed": seed, "student": student, "by": by, "validation": validation}
    return {**found, "accuracy": accuracy, "stability": False, **plain, **more}


def added(outcome, *cells, teacher="jacobian"):
    return differences_of(pd.DataFrame(cells), teacher, outcome).tolist()


def test_of_two_searches_the_one_that_validates_better_counts():
    taught = cell("jacobian", 0.9, validation=0.8)
    assert added("accuracy", cell("direct", 0.5), cell("second", 0.6, validation=0.4), taught) == pytest.approx([0.4])
    assert added("accuracy", cell("direct", 0.5), cell("second", 0.6, validation=0.7), taught) == pytest.approx([0.3])
    worse = cell("jacobian", 0.9, validation=0.1)
    assert added("accuracy", cell("direct", 0.5), cell("second", 0.6, validation=0.4), worse) == [0.0]


def test_a_search_without_a_formula_leaves_the_other_one():
    assert added("accuracy", cell("direct", 0.5), cell("jacobian", 0.9, validation=0.8)) == pytest.approx([0.4])
    without = [cell("direct", 0.5), cell("second", 0.6), cell("second", 0.6, seed=1), cell("jacobian", 0.9, seed=1)]
    assert added("accuracy", *without) == pytest.approx([0.0, 0.3])


def test_an_r2_below_0_and_one_that_is_not_finite_count_as_0():
    taught = cell("jacobian", -7.0, validation=0.8)
    assert added("accuracy", cell("direct", 0.5), cell("second", 0.5), taught) == pytest.approx([-0.5])
    taught = cell("jacobian", float("nan"), validation=0.8)
    assert added("extrapolation", cell("direct", 0.5), cell("second", 0.5), taught) == pytest.approx([-0.5])


def test_size_is_a_power_of_2_and_fidelity_that_against_a_plain_teacher():
    rows = [cell("direct", 0.5), cell("second", 0.5), cell("none", 0.5, fidelity=0.7)]
    rows.append(cell("jacobian", 0.5, size=4, size_of_direct=16))
    assert added("size", *rows) == [-2.0]
    assert added("fidelity", *rows) == pytest.approx([0.2])
    assert added("fidelity", *rows, teacher="none") == []


def test_smoothness_is_what_a_smooth_teacher_teaches_more_than_a_plain_one():
    rows = [cell("direct", 0.5), cell("none", 0.6, validation=0.7), cell("jacobian", 0.9, validation=0.8)]
    assert added("smoothness", *rows) == pytest.approx([0.3])
    assert added("smoothness", *rows, teacher="none") == []


def test_a_teacher_that_was_not_run_adds_nothing_to_compare():
    assert added("accuracy", cell("direct", 0.5), cell("second", 0.9, validation=0.8)) == []


def test_stability_is_against_the_search_on_the_data():
    rows = [cell("direct", 0.5, stability=True), cell("second", 0.5), cell("jacobian", 0.5, stability=False)]
    assert added("stability", *rows) == [-1.0]


def map_of(laws=8):
    """Return cells of a centre where teaching adds 0.1 on each law, and of a point where it adds nothing."""
    return pd.DataFrame(
        cell(by, 0.5 + gain, 0.5 + gain, point=point, law=f"law {law}", seed=seed)
        for point, taught in (("centre", 0.1), ("rows=50", 0.0))
        for law in range(laws)
        for seed in (0, 1)
        for by, gain in (("direct", 0.0), ("second", 0.0), ("none", 0.0), ("jacobian", taught + 0.001 * law * taught))
    )


def test_a_pair_is_a_law_and_the_centre_counts_once_in_the_correction():
    found = comparisons(map_of(), LEVELS)
    chosen = (found["teacher"] == "jacobian") & (found["outcome"] == "accuracy") & (found["student"] == "all")
    rows, noise, small = (row for _, row in found[chosen].iterrows())
    assert [row["factor"] for row in (rows, noise, small)] == ["rows", "noise", "rows"]
    assert rows["laws"] == 8
    assert rows["mean"] == pytest.approx(0.1, abs=0.001)
    assert rows["low"] > 0.09
    assert rows["p"] == rows["p_holm"] == noise["p_holm"] == 2 / 2**8  # the other point has no verdict: all are equal
    assert small["mean"] == 0.0
    assert pd.isna(small["p_holm"])


def test_the_figure_has_a_panel_for_each_factor_and_outcome():
    figure = drawn(comparisons(map_of(), LEVELS), FACTORS)
    assert len(figure.axes) == 4
    assert [panel.get_xlabel() for panel in figure.axes] == ["", "", "rows", "noise"]
    assert [text.get_text() for text in figure.axes[2].get_xticklabels()] == ["50", "500"]
