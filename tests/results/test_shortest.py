"""The shortest formula is taken that is not worse than the most accurate one by more than chance."""

import numpy as np
import pytest

from smoothdistill_core import formula_by_name
from smoothdistill_core.results.shortest import worse
from stand_ins.run import LONG, NAN, SHORT, scores

ROWS = 60


def noise(seed=0, rows=ROWS):
    return np.random.default_rng(seed).normal(size=rows)


@pytest.fixture
def judged(bench):
    """Return a function that says how many nodes the taken formula has, of a short one and a better long one."""

    def taken(short, long, **options):
        found = [scores(1 - np.mean(short), train=0.5), scores(1 - np.mean(long), train=0.6)]
        bench.student(found[0], student="linear", formulas=(SHORT,), errors=tuple(short))
        bench.student(found[1], formulas=(LONG,), errors=tuple(long))
        results = bench.results(**options)
        (outcome,) = results.recommended
        assert formula_by_name(results).formula == outcome.formula
        return outcome.formula.complexity

    return taken


def test_a_short_formula_that_is_as_good_is_taken(judged):
    assert judged(0.4 * noise(1) ** 2, 0.399 * noise(2) ** 2) == SHORT.complexity


def test_a_long_formula_that_is_better_on_nearly_every_row_is_taken(judged):
    assert judged((noise() + 0.5) ** 2, 0.1 * noise() ** 2) == LONG.complexity


def test_a_few_large_errors_do_not_save_a_formula_that_is_worse_on_every_row(judged):
    errors = 0.05 * noise(1) ** 2 + 0.02
    errors[:2] = 40.0  # so large that the mean of the differences lies within its standard error
    exact = 1e-4 * noise(2) ** 2
    differences = errors - exact
    assert differences.mean() < 1.5 * differences.std(ddof=1) / ROWS**0.5
    assert judged(errors, exact) == LONG.complexity


def test_a_rare_event_that_is_foretold_outweighs_a_little_noise_on_all_other_rows(judged):
    constant, formula = np.full(ROWS, 0.01), np.full(ROWS, 0.02)
    constant[:10], formula[:10] = 8.0, 0.5
    assert judged(constant, formula) == LONG.complexity


@pytest.mark.parametrize(("more", "taken"), [(1.12, SHORT), (1.13, LONG)])
def test_an_eighth_more_of_error_is_no_reason_for_a_longer_formula(judged, more, taken):
    errors = 0.1 * noise() ** 2
    assert judged(more * errors, errors) == taken.complexity


@pytest.mark.parametrize(("lost", "taken"), [(0.1, SHORT), (0.15, LONG)])
def test_nor_is_an_eighth_of_what_is_explained_where_that_is_less(judged, lost, taken):
    errors = noise() ** 2
    errors *= 0.8 / errors.mean()
    assert judged(errors * (0.8 + 0.2 * lost) / 0.8, errors) == taken.complexity


def test_what_is_left_of_an_exact_law_decides_nothing(judged):
    assert judged(np.full(ROWS, 1e-9), np.full(ROWS, 1e-15)) == SHORT.complexity


@pytest.mark.parametrize("options", [{"part": "train"}, {"score": "fidelity"}])
def test_without_errors_of_the_rows_judged_on_the_most_accurate_is_taken(judged, options):
    assert judged(np.full(ROWS, 0.4), np.full(ROWS, 0.39), **options) == LONG.complexity


@pytest.mark.parametrize(
    ("errors", "others"), [((), ()), ((2.0,), (1.0,)), ((2.0, 2.0), (1.0, 1.0, 1.0)), ((1.0, NAN), (2.0, 2.0))]
)
def test_errors_that_cannot_be_paired_tell_for_the_most_accurate(errors, others):
    assert worse(errors, others)


def test_a_formula_that_is_equal_or_better_is_not_worse():
    assert not worse(noise() ** 2, noise() ** 2)
    assert not worse(0.5 * noise() ** 2, noise() ** 2)


def test_by_chance_alone_the_longer_of_two_equals_seldom_wins():
    draws = [np.random.default_rng(seed).standard_t(3, size=(2, ROWS)) ** 2 for seed in range(200)]
    assert sum(worse(*draw) for draw in draws) < 60  # of 100 where its mean is lower
