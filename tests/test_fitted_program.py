"""Fits of the constants of a formula whose structure is known."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from smoothdistill_core.searching import Program, fitted
from smoothdistill_core.searching.program import (
    ADD,
    BESIDE,
    EXP,
    FREE,
    IN_EXP,
    IN_SIN,
    INPUT,
    INVERSE,
    LOG,
    MULTIPLY,
    PHASE,
    POSITIVE,
    ROOT,
    SCALE,
    SHIFT,
    SIN,
    SQUARE,
    TERM,
)

X = np.random.default_rng(0).uniform(0.2, 1.0, (100, 2))
A, B = X.T

LINE = Program.of([(INPUT, 0, 0), (TERM, 0, 0), (INPUT, 1, 0), (TERM, 1, 0)])
DECAY = Program.of([(INPUT, 0, 0), (SCALE, 0, IN_EXP), (EXP, 0, 0), (INPUT, 1, 0), (MULTIPLY, 0, 0), (TERM, 0, 0)])
WAVE = Program.of([(INPUT, 0, 0), (SCALE, 0, IN_SIN), (SHIFT, 1, PHASE), (SIN, 0, 0), (TERM, 0, 0)])
DISTANCE = Program.of(
    [(INPUT, 0, 0), (SQUARE, 0, 0), (INPUT, 1, 0), (SCALE, 0, BESIDE), (ADD, 0, 0), (ROOT, 0, 0), (TERM, 0, 0)]
)
SATURATED = Program.of([(INPUT, 0, 0), (SHIFT, 0, POSITIVE), (INVERSE, 0, 0), (TERM, 0, 0)])
LOGARITHM = Program.of([(INPUT, 0, 0), (SHIFT, 0, FREE), (LOG, 0, 0), (TERM, 0, 0)])


@pytest.mark.parametrize(
    ("program", "y", "inner"),
    [
        (LINE, 3 * A - 2 * B + 1, []),
        (DECAY, 4 * B * np.exp(-2.5 * A) + 1, [-2.5]),
        (DISTANCE, 5 * np.sqrt(A**2 + 0.7 * B), [0.7]),
        (SATURATED, 1 / (A + 0.3), [0.3]),
        (LOGARITHM, 2 * np.log(A + 0.1), [0.1]),
    ],
)
def test_the_constants_of_a_known_structure_are_found(program, y, inner):
    found = fitted(program, X, y)
    assert found.error < 1e-12
    assert found.inner == pytest.approx(inner, rel=1e-4)


def test_a_wave_is_found_up_to_whole_turns():
    found = fitted(WAVE, X, np.sin(4 * A + 0.5))
    assert found.error < 1e-12
    assert abs(found.inner[0]) == pytest.approx(4.0, rel=1e-4)


def test_coefficients_and_intercept_are_in_the_units_of_the_target():
    found = fitted(LINE, X, 3e6 * A - 2e6 * B + 1e6)
    assert found.coefficients == pytest.approx([3e6, -2e6], rel=1e-6)
    assert found.intercept == pytest.approx(1e6, rel=1e-5)


def test_rows_of_weight_0_play_no_part():
    y = 4 * B * np.exp(-2.5 * A)
    y[:20] = 1e3
    found = fitted(DECAY, X, y, np.r_[np.zeros(20), np.ones(80)])
    assert found.error < 1e-12
    assert found.inner == pytest.approx([-2.5], rel=1e-4)


def test_the_same_seed_gives_the_same_constants():
    y = 4 * B * np.exp(-2.5 * A) + np.random.default_rng(1).normal(0, 0.1, 100)
    one, other = fitted(DECAY, X, y, seed=3), fitted(DECAY, X, y, seed=3)
    assert one.inner.tolist() == other.inner.tolist()
    assert one.error == other.error


def test_fits_in_several_threads_at_once_give_what_they_give_one_by_one():
    ys = [np.sin(k * A) + 0.1 * B for k in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda y: fitted(WAVE, X, y), ys))
    alone = [fitted(WAVE, X, y) for y in ys]
    assert [(fit.error, *fit.inner) for fit in together] == [(fit.error, *fit.inner) for fit in alone]


def test_constants_that_are_known_are_begun_from():
    y = np.sin(25 * A)
    assert fitted(WAVE, X, y, starts=1, known=np.array([[25.1, 0.0]])).error < 1e-12


def test_a_formula_without_a_value_on_some_row_has_an_infinite_error():
    root = Program.of([(INPUT, 0, 0), (ROOT, 0, 0), (TERM, 0, 0)])
    assert fitted(root, X - 0.5, A).error == np.inf


def test_a_function_that_bends_too_little_is_no_straight_line_in_disguise():
    assert fitted(DECAY, np.c_[A, np.ones(100)], 1 + 1e-3 * A).error > 1e-9


@pytest.mark.parametrize("code", [[], [(INPUT, 0, 0)], [(TERM, 0, 0), (INPUT, 0, 0)], [(INPUT, 0, 0), (ADD, 0, 0)]])
def test_a_program_whose_stack_does_not_come_out_even_is_refused(code):
    with pytest.raises(ValueError, match="stack"):
        Program.of(code)
