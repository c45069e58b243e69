"""How well rows tell the constants of a formula."""

import numpy as np
import pytest

from smoothdistill_core.formula import Formula, standard_errors

X0, X1 = Formula.variable(0), Formula.variable(1)


def decay(factor, rate):
    """Return ``factor * exp(rate * x0)``."""
    inside = Formula.apply("mul", Formula.constant(rate), X0)
    return Formula.apply("mul", Formula.constant(factor), Formula.apply("exp", inside))


def test_those_of_a_line_are_those_of_linear_regression():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 2))
    design = np.column_stack([X, np.ones(50)])
    y = design @ [3.0, -2.0, 1000.0] + rng.normal(size=50)
    found, (squares,), *_ = np.linalg.lstsq(design, y)
    expected = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * squares / 47)
    line = Formula.linear(found[:2], found[2])
    assert sorted(standard_errors(line, X, y)) == pytest.approx(sorted(expected), rel=1e-6)


def test_two_of_them_hold_the_constants_of_a_law_nearly_always():
    rng = np.random.default_rng(1)
    X = rng.uniform(0, 2, size=(80, 1))
    law = decay(5.0, -1.5)
    slopes = np.column_stack([np.exp(-1.5 * X[:, 0]), 5 * X[:, 0] * np.exp(-1.5 * X[:, 0])])
    held = []
    for _ in range(300):
        y = law.predict(X) + rng.normal(scale=0.1, size=80)
        off = np.linalg.lstsq(slopes, y - law.predict(X))[0]
        errors = standard_errors(decay(5.0 + off[0], -1.5 + off[1]), X, y)
        held.append(np.abs(off) <= 2 * errors)
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("formula", "rows"),
    [
        (Formula.apply("add", decay(1.0, 2.0), decay(3.0, 2.0)), 50),  # one factor can make up for the other
        (decay(5.0, -1.5), 2),  # no more rows than constants
        (decay(5.0, 1e4), 50),  # predictions that are no numbers
    ],
)
def test_they_are_infinite_where_the_rows_do_not_tell(formula, rows):
    X = np.random.default_rng(2).uniform(1, 2, size=(rows, 1))
    assert np.isinf(standard_errors(formula, X, X[:, 0])).all()


def test_a_constant_that_is_far_larger_than_the_others_hides_none():
    rng = np.random.default_rng(4)
    X = rng.normal(size=(500, 1))
    y = 0.05 * X[:, 0] + rng.normal(scale=0.01, size=500)
    near, far = (standard_errors(Formula.linear([0.05], offset), X, y + offset) for offset in (1.0, 101325.0))
    error = 0.01 / np.sqrt(500)
    assert near == pytest.approx([error, error], rel=0.1)
    assert far == pytest.approx([1e-6 * 101325.0, error], rel=0.1)


def test_a_constant_that_is_0_is_taken_for_granted():
    rng = np.random.default_rng(5)
    X = rng.uniform(0, 5, size=(500, 1))
    bend = Formula.apply("max", Formula.apply("sub", X0, Formula.constant(2.0)), Formula.constant(0.0))
    errors = standard_errors(bend, X, bend.predict(X) + rng.normal(scale=0.1, size=500))
    assert errors.tolist() == [pytest.approx(0.1 / np.sqrt(300), rel=0.1), np.inf]


def test_a_law_without_noise_is_known_to_a_millionth():
    X = np.random.default_rng(3).uniform(0, 2, size=(80, 1))
    law = decay(5.0, -1.5)
    assert standard_errors(law, X, law.predict(X)).tolist() == pytest.approx([5e-6, 1.5e-6])


def test_a_formula_without_constants_has_none():
    assert standard_errors(Formula.apply("add", X0, X1), np.ones((5, 2)), np.ones(5)).shape == (0,)


def test_those_of_weighted_log_odds_are_wider_where_rows_are_light():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(200, 2))
    y = (rng.random(200) < 0.5).astype(float)
    line = Formula.linear([0.5, -0.5], 0.1)
    alike = standard_errors(line, X, y, log_odds=True)
    np.testing.assert_allclose(standard_errors(line, X, y, np.ones(200), log_odds=True), alike)
    np.testing.assert_allclose(standard_errors(line, X, y, np.full(200, 0.25), log_odds=True), 2.0 * alike)
