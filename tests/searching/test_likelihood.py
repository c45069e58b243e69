"""Constants of log-odds are those of the greatest likelihood."""

from __future__ import annotations

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.formula.likelihood import factor_and_offset, log_losses, probability, smoothed
from smoothdistill_core.searching import refitted
from smoothdistill_core.searching.compiled_refit import off


def deviances(log_odds, y):
    """Return residuals, and their slopes."""
    return np.array([off(one, aim, True) for one, aim in zip(log_odds, y, strict=True)]).T


def rows(count=800):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(count, 2))
    y = (rng.random(count) < probability(1.5 * X[:, 0] - 2.0 * X[:, 1] + 0.5)).astype(float)
    return X, y


def test_a_linear_formula_becomes_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    X, y = rows()
    fitted = refitted(Formula.linear([0.1, 0.1], 0.0), X, smoothed(y), log_odds=True)
    known = LogisticRegression(C=np.inf, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(fitted.predict(X), known.decision_function(X), atol=0.2)  # labels are smoothed
    known_loss = log_losses(known.decision_function(X), y).mean()
    assert log_losses(fitted.predict(X), y).mean() == pytest.approx(known_loss, abs=1e-4)


def test_classes_that_an_input_separates_have_log_odds_that_end():
    X, _ = rows()
    fitted = refitted(Formula.variable(0), X, smoothed((X[:, 0] > 0).astype(float)), log_odds=True)
    assert 5.0 < np.abs(fitted.predict(X)).max() < 1e3


def test_the_log_loss_never_rises():
    X, y = rows(50)
    start = Formula.apply("exp", Formula.apply("mul", Formula.constant(3.0), Formula.variable(0)))
    before = log_losses(start.predict(X), smoothed(y)).sum()
    after = log_losses(refitted(start, X, smoothed(y), log_odds=True).predict(X), smoothed(y)).sum()
    assert after < before


def test_squares_of_residuals_are_twice_the_log_loss_above_its_least():
    y, log_odds = np.array([0.1, 0.9, 0.5]), np.array([2.0, -1.0, 1e-9])
    least = log_losses(np.log(y / (1 - y)), y)
    residuals, _ = deviances(log_odds, y)
    np.testing.assert_allclose(residuals**2 / 2, log_losses(log_odds, y) - least, atol=1e-15)


def test_slopes_of_residuals_are_their_derivatives():
    y, step = np.array([0.1, 0.9, 0.5, 0.02]), 1e-6
    log_odds = np.array([2.0, -1.0, 3.0, -3.8])
    above, below = deviances(log_odds + step, y)[0], deviances(log_odds - step, y)[0]
    np.testing.assert_allclose(deviances(log_odds, y)[1], (above - below) / (2 * step), rtol=1e-6)


def test_factor_and_offset_are_those_of_the_least_log_loss():
    X, y = rows()
    values = X[:, 0] * 1e6 + 5.0
    factor, offset = factor_and_offset(values, y, np.ones(len(y)))
    p = probability(factor * values + offset)
    assert abs((p - y).mean()) < 1e-8
    assert abs(((p - y) * X[:, 0]).mean()) < 1e-6


def test_values_that_do_not_vary_get_the_share_of_1():
    factor, offset = factor_and_offset(np.full(10, 3.0), np.array([1.0] * 3 + [0.0] * 7), np.ones(10))
    assert probability(np.array(factor * 3.0 + offset)) == pytest.approx(0.3)
