"""Which forms of other fields are found in measurements, and how short."""

import numpy as np
import pytest

from smoothdistill_core import DistillationTask, Formula
from smoothdistill_symmetry.noisy_parts import noisy_splits
from smoothdistill_symmetry.power import nearest_powers
from smoothdistill_symmetry.search import found_laws
from smoothdistill_symmetry.selection import best_laws
from smoothdistill_symmetry.smooth_model import SmoothModel
from smoothdistill_symmetry.student import SymmetryStudent
from smoothdistill_symmetry.superpositions import superpositions
from smoothdistill_symmetry.term import Term, Variable
from smoothdistill_symmetry.weighted_sums import in_weighted_sums

ROWS, NOISE = 240, 0.01
WIDE, NARROW = (0.1, 20), (1, 10)

LAWS = {
    "allometry, powers that are no halves": (lambda d, h: 4e-5 * d**1.9 * h**1.1, ((5, 60), (5, 40)), 9),
    "a logarithm of a weighted sum": (lambda a, b: 3 * np.log(a + 2 * b) + 1.5, (NARROW, NARROW), 10),
    "a logistic unit": (lambda a, b: 1 / (1 + np.exp(0.9 * b - 1.7 * a - 0.5)), ((-2, 2), (-2, 2)), 16),
    "a dose and its response": (lambda c, v: v / (1 + (3 / c) ** 2.5), (WIDE, NARROW), 15),
    "an enzyme and its substrate": (lambda s, v, k: v * s / (k + s), (WIDE, NARROW, (0.5, 8)), 13),
    "an oscillation that fades": (lambda t: 2 * np.exp(-0.3 * t) * np.cos(2.2 * t), ((0, 8),), 13),
    "an amplitude before one with a phase": (
        lambda a, t: a * np.exp(-0.3 * t) * np.sin(2.2 * t + 1),
        (NARROW, (0, 8)),
        15,
    ),
    "an oscillation since a year": (
        lambda t: 3 + 2 * np.exp(-0.15 * (t - 2000)) * np.sin(2.2 * t),
        ((2000, 2020),),
        17,
    ),
    "two waves": (lambda t: np.sin(2 * t) + 0.5 * np.sin(5 * t), ((0, 8),), 15),
    "a wave on a line": (lambda t: 0.5 * t + np.sin(2 * t + 1), ((0, 12),), 14),
    "two decays": (lambda t: 1 + 3 * np.exp(-2 * t) + np.exp(-0.3 * t), ((0, 8),), 15),
    "a dose taken in and cleared": (lambda t: 10 * (np.exp(-0.15 * t) - np.exp(-1.2 * t)), ((0, 24),), 13),
    "two peaks": (lambda x: 2 * np.exp(-((x - 2) ** 2)) + 3 * np.exp(-0.5 * (x - 5.5) ** 2), ((0, 8),), 21),
    "a resonance": (lambda x: 1 + 4 / (1 + ((x - 4) / 0.8) ** 2), ((0, 8),), 10),
    "a sum of three inputs' functions": (
        lambda a, b, c: 2 * a + 3 * np.sin(2 * b) + c**2,
        ((-3, 3), (-3, 3), (-2, 2)),
        17,
    ),
    "a product of two inputs, and a wave": (
        lambda a, b, c: a * b + 2 * np.sin(3 * c),
        ((-3, 3), (-3, 3), (-2, 2)),
        14,
    ),
    "a wave of the hour and a rise with the temperature": (
        lambda t, c: 1.2 * 2 ** ((c - 20) / 10) * (1 + 0.5 * np.sin(np.pi * t / 6)),
        ((0, 12), (5, 30)),
        17,
    ),
    "a trend and a season": (
        lambda load, day: 10 + 0.8 * load + 5 * np.sin(2 * np.pi * day / 365 + 1),
        ((0, 10), (0, 1095)),
        14,
    ),
    "a wave of 25 cycles": (lambda t: 3 * np.sin(20 * t), ((0, 8),), 8),
    "a rate and its activation": (
        lambda a, e, t: a * np.exp(-e / (8.314 * t)),
        (NARROW, (2e3, 2e4), (280, 600)),
        10,
    ),
    "what has failed at an age": (lambda t, m: 1 - np.exp(-((t / m) ** 1.8)), ((0, 10), (1, 6)), 12),
    "a current through a barrier": (
        lambda i, v: i * (np.exp(0.8 * v) - np.exp(-0.8 * v)),
        ((0.5, 2), (-3, 3)),
        10,
    ),
    "a tax beyond an allowance": (lambda x: 0.3 * np.maximum(x - 12, 0), ((0, 40),), 7),
    "a line with a bend": (lambda x: 1 + 0.5 * x + np.maximum(x - 4, 0), ((0, 10),), 13),
}


def measured(what, seed=0):
    law, ranges, _ = LAWS[what]
    draw = np.random.default_rng(seed)
    X = draw.uniform(*np.array(ranges, dtype=float).T, size=(ROWS, len(ranges)))
    exact = law(*X.T)
    return X, exact, exact + NOISE * exact.std() * draw.normal(size=ROWS)


@pytest.mark.parametrize("what", LAWS)
def test_a_law_is_seen_through_noise_in_a_short_form(what):
    X, exact, y = measured(what)
    found = best_laws(list(found_laws(X, y, 10)), X, y)
    off = [np.std(law.formula.predict(X) - exact) / np.std(exact) for law in found]
    assert any(
        error < NOISE / 2 and law.formula.complexity <= LAWS[what][2] for error, law in zip(off, found, strict=True)
    )


def variables_of(X):
    return [Variable(Formula.variable(place), column) for place, column in enumerate(X.T)]


def test_rows_in_the_order_of_an_input_are_seen_whole():
    t = np.linspace(0, 20, 1000)
    y = 5 * np.exp(-(((t - 13) / 2) ** 2)) + 1 + 0.05 * np.random.default_rng(0).normal(size=len(t))
    found = SymmetryStudent().distil(DistillationTask(t[:, None], y, 0))
    assert min(np.mean((each.formula.predict(t[:, None]) - y) ** 2) for each in found) < 0.004


def test_powers_within_chance_of_a_half_are_halves():
    X, _, _ = measured("allometry, powers that are no halves")
    y = X[:, 0] ** 1.503 * X[:, 1] ** 1.1 * np.exp(0.05 * np.random.default_rng(2).normal(size=ROWS))
    halves, powers = nearest_powers(variables_of(X), y)
    assert halves.powers == (1.5, 1.0)
    assert powers.powers[0] == 1.5
    assert powers.powers[1] == pytest.approx(1.1, abs=0.03)


def test_powers_beyond_what_numbers_hold_are_passed_over():
    years = np.linspace(2000, 2020, 60)[:, None]
    y = np.exp(0.05 * (years[:, 0] - 2000)) * (1 + 0.01 * np.random.default_rng(0).normal(size=60))
    assert all(np.isfinite(law.formula.predict(years)).all() for law in found_laws(years, y, 10))


@pytest.mark.filterwarnings("error")
def test_a_product_beyond_numbers_has_none_and_warns_of_nothing():
    X = np.array([[1e200, 1e200], [1.0, 2.0]])
    assert np.isfinite(Term.of(variables_of(X), [1.0, 1.0]).values).tolist() == [False, True]


def test_a_product_of_halves_is_one_candidate():
    X, _, _ = measured("allometry, powers that are no halves")
    (only,) = nearest_powers(variables_of(X), np.sqrt(X[:, 0]) / X[:, 1])
    assert only.powers == (0.5, -1.0)


def weights_of(law, ranges):
    draw = np.random.default_rng(0)
    X = draw.uniform(*np.array(ranges, dtype=float).T, size=(ROWS, len(ranges)))
    found = in_weighted_sums(variables_of(X), SmoothModel(X, law(*X.T)))
    return X, found


def test_inputs_whose_slopes_are_multiples_become_one_weighted_sum():
    X, found = weights_of(lambda a, b, c, d: d * np.log(a + 2 * b + 0.5 * c), [NARROW] * 4)
    other, one = found
    assert str(other.formula) == "x3"
    assert one.formula.inputs == {0, 1, 2}
    right = X[:, 0] + 2 * X[:, 1] + 0.5 * X[:, 2]
    assert np.corrcoef(one.values, right)[0, 1] > 0.9999
    np.testing.assert_allclose(one.values, one.formula.predict(X))


def test_a_product_is_no_weighted_sum():
    assert weights_of(lambda a, b: a * b, [NARROW] * 2)[1] is None


def test_noise_is_no_wave_no_decay_no_peak_and_no_bend():
    draw = np.random.default_rng(0)
    for rows in (40, 200):
        t = Term.of(variables_of(draw.uniform(0, 8, size=(rows, 1))), [1.0])
        assert not list(superpositions(t, t**0.0, draw.normal(size=rows)))


@pytest.mark.parametrize("unit", [1.0, 1e9, 1e-9])
def test_waves_on_a_parabola_are_found_in_any_units(unit):
    u = np.linspace(1.0, 3.0, 200)
    y = 2 + u - 3 * u**2 + np.sin(12 * u + 1)
    t = Term.of([Variable(Formula.variable(0), unit * u)], [1.0])
    errors = [np.mean((found.predict(unit * u[:, None]) - y) ** 2) for found in superpositions(t, t**0.0, y)]
    assert min(errors) < 1e-12


@pytest.mark.parametrize("law", [lambda t: 3 * np.exp(-0.5 * t), lambda t: 3 * t / (2 + t)])
def test_what_rises_or_falls_is_no_wave(law):
    draw = np.random.default_rng(1)
    X = draw.uniform(0.01, 8, size=(ROWS, 1))
    exact = law(X[:, 0])
    y = exact + NOISE * exact.std() * draw.normal(size=ROWS)
    most_accurate = best_laws(list(found_laws(X, y, 10)), X, y)[-1].formula
    assert most_accurate.complexity <= 8
    assert "sin" not in most_accurate.text()
    assert "cos" not in most_accurate.text()


def test_what_does_not_fall_apart_is_left_whole():
    draw = np.random.default_rng(0)
    X = draw.uniform(0.1, 3, size=(ROWS, 3))
    for exact in (np.sin(X[:, 0] * X[:, 1]) * X[:, 2], draw.normal(size=ROWS)):
        y = exact + NOISE * exact.std() * draw.normal(size=ROWS)
        assert not list(noisy_splits(SmoothModel(X, y), X, y))


def test_parts_are_those_that_a_sum_and_a_product_have():
    draw = np.random.default_rng(0)
    X = draw.uniform(0.5, 3, size=(ROWS, 3))
    for exact, parts in (
        (X[:, 0] * X[:, 2] + np.exp(X[:, 1]), {(1,), (0, 2)}),
        (X[:, 0] ** X[:, 1] * X[:, 2], {(2,), (0, 1)}),
    ):
        y = exact + NOISE * exact.std() * draw.normal(size=ROWS)
        (split,) = noisy_splits(SmoothModel(X, y), X, y)
        assert set(split.parts) == parts
