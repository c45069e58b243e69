"""The front of a trial is that of all its students and teachers; each size of it can be taken."""

from dataclasses import replace

import pytest

from smoothdistill_core import Formula, ResultError, formula_by_name
from stand_ins.run import LONG, NAN, SHORT, scores

LONGER = Formula.apply("mul", LONG, SHORT)


@pytest.fixture
def searched(bench):
    bench.student([scores(0.3), scores(0.5)], formulas=(SHORT, LONG))
    bench.taught("jacobian", 0.1, scores(0.9), [scores(0.2), scores(0.45), scores(0.8)], formulas=(SHORT, LONG, LONGER))
    bench.student(scores(0.4), student="linear", formulas=(LONG,))
    return bench


def front(results):
    return [(o.formula.complexity, o.penalty, o.score("r2", "validation")) for o in results.answers["toy"].front]


def test_each_size_has_the_formula_with_the_least_error_whoever_found_it(searched):
    assert front(searched.results()) == [(1, "direct", 0.3), (3, "direct", 0.5), (5, "jacobian", 0.8)]


def test_a_longer_formula_that_is_no_better_is_in_no_front(searched):
    searched.student(scores(0.7), formulas=(Formula.apply("add", LONGER, SHORT),))
    assert len(front(searched.results())) == 3


def test_formulas_with_poles_or_without_a_score_are_in_no_front(searched):
    searched.student([scores(0.6), scores(NAN)], formulas=(SHORT, LONG), poles=("1/age", ""))
    assert front(searched.results())[0] == (1, "direct", 0.3)
    assert front(searched.results(poles="allow"))[0] == (1, "direct", 0.6)


@pytest.mark.parametrize(("size", "nodes"), [(1, 1), (2, 1), (3, 3), (4, 3), (99, 5)])
def test_a_size_gets_the_most_accurate_formula_of_at_most_so_many_nodes(searched, size, nodes):
    assert formula_by_name(searched.results(), size=size).formula.complexity == nodes


def test_a_size_below_every_formula_is_refused_with_the_sizes_there_are(bench):
    bench.student([scores(0.5), scores(0.6)], formulas=(LONG, LONGER))
    with pytest.raises(ResultError, match="no formula has at most 2 nodes; they have 3, 5"):
        formula_by_name(bench.results(), size=2)


def test_a_size_of_another_choice_is_refused(searched):
    with pytest.raises(ResultError, match="leave out the choice 'direct'"):
        formula_by_name(searched.results(), choice="direct", size=3)


def test_the_answer_of_a_dataset_is_that_of_the_trial_where_the_taken_formula_is_best(bench):
    for seed, r2 in enumerate((0.5, 0.7, 0.6)):
        bench.student(scores(r2), seed)
    assert bench.results().answers["toy"].recommended.trial.seed == 1


def test_no_choice_changes_with_the_test_rows(searched):
    before = searched.results()
    poisoned = type(searched)()
    poisoned.trials = searched.trials
    for record in searched.cells:
        poisoned.cells.append(_with_test_scores(record, 1e9))
    after = poisoned.results()
    assert front(after) == front(before)
    for found in (before, after):
        assert len(found.recommended) == 1
    assert after.recommended[0].cell == before.recommended[0].cell
    assert [(label, o.cell) for label, o in after.chosen] == [(label, o.cell) for label, o in before.chosen]
    assert [o.formula for o in after.outcomes] == [o.formula for o in before.outcomes]


def _with_test_scores(record, value):
    def poisoned(found):
        return {at: value if at[0] == "test" else score for at, score in found.items()}

    front = tuple(replace(entry, scores=poisoned(entry.scores)) for entry in record.front)
    return replace(record, scores=poisoned(record.scores), front=front)
