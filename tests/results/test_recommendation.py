"""A formula is recommended where it beats the baseline by more than chance."""

import pytest

from smoothdistill_core import formula_by_name
from stand_ins.run import NAN, scores

SURELY, PERHAPS = (0.5, 0.6, 0.4, 0.55), (1.4, 0.2, 1.5, 0.3)
"""Errors on blocks of rows, where those of the baseline are 1: lower on each, or lower in the mean by luck."""


@pytest.mark.parametrize(("errors", "winner"), [(SURELY, "gp"), (PERHAPS, "linear"), ((2.0,) * 4, "linear")])
def test_a_formula_is_recommended_that_beats_the_baseline_by_more_than_chance(bench, errors, winner):
    bench.student(scores(0.5), student="linear", errors=(1.0,) * 4)
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.6), errors=errors)
    (outcome,) = bench.results().recommended
    assert outcome.student == winner
    assert formula_by_name(bench.results()).student == winner


def test_a_worse_formula_is_not_recommended(bench):
    bench.student(scores(0.5), student="linear", errors=(1.0,) * 4)
    bench.student(scores(0.4), errors=SURELY)
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.1), errors=SURELY)
    assert [outcome.student for outcome in bench.results().recommended] == ["linear"]


@pytest.mark.parametrize("options", [{"part": "train"}, {"score": "fidelity"}])
def test_without_paired_errors_the_best_is_recommended(bench, options):
    good = scores(0.6, train=0.6) | {("validation", "fidelity"): 0.9}
    bench.student(scores(0.5, train=0.5), student="linear", errors=(1.0,) * 4)
    bench.taught("jacobian", 0.1, scores(0.5), good, errors=PERHAPS)
    assert [outcome.student for outcome in bench.results(**options).recommended] == ["gp"]


@pytest.mark.parametrize(("standard_errors", "winner"), [(1.9, "linear"), (2.1, "gp"), (-3.0, "linear")])
@pytest.mark.parametrize("blocks", [2, 8])
def test_a_formula_has_to_beat_the_baseline_by_two_standard_errors_of_the_mean(bench, blocks, standard_errors, winner):
    spread = 0.1
    error = spread / (blocks - 1) ** 0.5  # of the mean of values that lie ``spread`` above or below it
    lead = standard_errors * error
    found = tuple(1.0 - lead + spread * (-1) ** block for block in range(blocks))
    bench.student(scores(0.5), student="linear", errors=(1.0,) * blocks)
    bench.student(scores(0.6), errors=found)
    assert [outcome.student for outcome in bench.results().recommended] == [winner]


@pytest.mark.parametrize(
    ("ours", "theirs"), [((), ()), ((2.0,), (1.0,)), ((2.0, 2.0), (1.0, 1.0, 1.0)), ((2.0, 2.0), (1.0, NAN))]
)
def test_errors_that_tell_nothing_of_chance_leave_the_best_formula(bench, ours, theirs):
    bench.student(scores(0.5), student="linear", errors=theirs)
    bench.student(scores(0.6), errors=ours)
    assert [outcome.student for outcome in bench.results().recommended] == ["gp"]
