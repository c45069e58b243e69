"""Of a front one formula counts: by the rule, on the judged part, without a pole."""

import math

import pytest

from smoothdistill_core import Formula
from stand_ins.run import LONG, NAN, SHORT, scores


@pytest.mark.parametrize(
    ("front", "part", "winner"),
    [
        ([scores(0.1, 0.9), scores(0.2, 0.1)], "validation", 1),
        ([scores(0.3, 0.1), scores(0.2, 0.9)], "validation", 0),
        ([scores(0.9, train=0.1), scores(0.1, train=0.2)], "train", 1),
        ([scores(NAN), scores(-5.0)], "validation", 1),
        ([scores(-math.inf), scores(-5.0)], "validation", 1),
        ([scores(0.2), scores(0.2)], "validation", 0),
    ],
)
def test_of_a_front_the_best_on_the_judged_part_counts_and_the_simpler_of_equals(bench, front, part, winner):
    formulas = (SHORT, LONG)
    bench.student(front, formulas=formulas)
    bench.student(front[::-1], formulas=formulas[::-1], student="reversed")
    outcomes = bench.results(part=part).outcomes
    assert [outcome.formula for outcome in outcomes] == [formulas[winner]] * 2


LONGER = Formula.apply("add", LONG, LONG)
LONGEST = Formula.apply("add", LONGER, LONGER)
FRONT = (SHORT, LONG, LONGER, LONGEST)  # 1, 3, 7 and 15 nodes


@pytest.mark.parametrize(
    ("options", "r2", "winner"),
    [
        ({"formula": "best"}, (0.1, 0.5, 0.59, 0.6), 3),
        ({"formula": "simplest"}, (0.1, 0.5, 0.59, 0.6), 2),
        ({"formula": "simplest", "within": 0.2}, (0.1, 0.5, 0.59, 0.6), 1),
        ({"formula": "simplest", "within": 0.0}, (0.1, 0.5, 0.59, 0.6), 3),
        ({"formula": "simplest"}, (NAN, 0.5, 0.7, 0.6), 2),
        ({"formula": "knee"}, (0.1, 0.5, 0.59, 0.6), 1),
        ({"formula": "knee"}, (0.1, 0.2, 0.59, 0.6), 2),
        ({"formula": "knee"}, (0.6, 0.5, 0.4, 0.3), 0),
        ({"formula": "description_length"}, (0.1, 0.5, 0.5001, 0.5002), 1),
        ({"formula": "description_length"}, (0.1, 0.1, 0.1, 0.99999999), 3),
    ],
)
def test_the_rule_chooses_a_formula_of_the_front(bench, options, r2, winner):
    bench.student([scores(value) for value in r2], formulas=FRONT)
    (outcome,) = bench.results(**options).outcomes
    assert outcome.formula == FRONT[winner]
    assert len(outcome.front) == 4


@pytest.mark.parametrize(("poles", "winner"), [("forbid", 1), ("warn", 2), ("allow", 2)])
def test_a_formula_with_a_pole_gives_way_to_the_next_and_is_remembered(bench, poles, winner):
    front = [scores(0.1), scores(0.5), scores(0.9)]
    bench.student(front, formulas=FRONT[:3], poles=("", "", "1/age"))
    results = bench.results(poles=poles)
    (outcome,) = results.outcomes
    assert outcome.formula == FRONT[winner]
    assert (outcome.passed_over is None) == (poles != "forbid")
    if poles == "forbid":
        assert outcome.passed_over.pole == "1/age"


@pytest.mark.parametrize(("train", "validation", "winner"), [(1.0, 1.0, 2), (1.0, 0.999, 1), (0.999, 1.0, 1)])
def test_a_law_that_is_exact_on_all_rows_is_chosen_whatever_it_may_lack_elsewhere(bench, train, validation, winner):
    law = scores(validation) | {("train", "r2"): train}
    bench.student([scores(0.1), scores(0.5), law], formulas=FRONT[:3], poles=("", "", "sqrt(age)"))
    (outcome,) = bench.results(poles="forbid").outcomes
    assert outcome.formula == FRONT[winner]


def test_a_student_all_of_whose_formulas_have_poles_has_none_and_is_named(bench):
    bench.student([scores(0.5), scores(0.9)], formulas=FRONT[:2], poles=("1/age", "log(age)"))
    bench.student(scores(0.2), student="linear")
    results = bench.results()
    assert [outcome.student for outcome in results.outcomes] == ["linear"]
    assert [record.cell.student for record in results.without_formula] == ["gp"]
    assert bench.results(poles="allow").without_formula == ()


def test_formulas_can_be_judged_by_their_fidelity(bench):
    loyal = scores(0.1) | {("validation", "fidelity"): 0.9}
    right = scores(0.9) | {("validation", "fidelity"): 0.1}
    bench.taught("jacobian", 0.1, scores(0.5), [loyal, right], formulas=(SHORT, LONG))
    assert bench.results(score="fidelity").outcomes[0].formula == SHORT
    assert bench.results(score="r2").outcomes[0].formula == LONG


def test_the_knee_lies_above_the_line_that_counts_nodes_from_the_simplest(bench):
    bench.student([scores(value) for value in (0.0, 0.4, 0.67, 1.0)], formulas=FRONT)
    (outcome,) = bench.results(formula="knee").outcomes
    assert outcome.formula == FRONT[1]


def test_of_formulas_of_one_size_the_knee_is_the_best(bench):
    bench.student([scores(0.2), scores(0.6)], formulas=(SHORT, Formula.constant(2.0)))
    (outcome,) = bench.results(formula="knee").outcomes
    assert outcome.formula == Formula.constant(2.0)
