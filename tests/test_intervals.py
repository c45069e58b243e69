"""Intervals around predictions cover what they say, and come from rows that the constants were not fitted to."""

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Formula, Table
from smoothdistill_core.prediction import OutOfFold, intervals, out_of_fold
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.searching import refitted

X0, X1 = Formula.variable(0), Formula.variable(1)
PARABOLA = Formula.apply("add", X0, Formula.apply("mul", Formula.constant(0.4), Formula.apply("square", X1)))
"""A line and a parabola: with factor and offset of the whole, three constants."""


def rows(random, count, *, noise=0.5):
    X = random.normal(size=(count, 2))
    y = 2 * X[:, 0] + X[:, 1] ** 2 + noise * random.standard_t(4, size=count)
    return pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "y": y, "who": np.arange(count) % 10, "day": range(count)})


def prepared(frame, **options):
    learnt = learn(
        Table(frame.drop(columns=[c for c in ("who", "day") if c != options.get("by")]), "y"), Prepare(**options), 0
    )
    train = learnt.places["train"]
    return learnt, refitted(PARABOLA, learnt.inputs_at(train), learnt.target_at(train))


@pytest.mark.slow
def test_over_200_repeats_intervals_cover_the_share_that_they_state():
    covered = {0.5: [], 0.9: []}
    for repeat in range(200):
        random = np.random.default_rng(repeat)
        learnt, formula = prepared(rows(random, 100))
        errors = out_of_fold(formula, learnt, repeat)
        new = rows(random, 100)
        scaling = learnt.facts.scaling
        predicted = scaling.restore(formula.predict(scaling.standardised(scaling.inputs(new))))
        for share, found in covered.items():
            low, high = errors.around(predicted, share)
            found.append(np.mean((low <= new["y"]) & (new["y"] <= high)))
    for share, found in covered.items():
        assert np.mean(found) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("options", [{}, {"split": "group", "by": "who"}, {"split": "time", "by": "day"}])
def test_no_error_is_of_a_row_that_its_constants_were_fitted_to(monkeypatch, options):
    learnt, formula = prepared(rows(np.random.default_rng(0), 60), **options)
    fits = []
    monkeypatch.setattr(intervals, "refitted", lambda formula, X, y, weights: fits.append(y) or formula)
    errors = out_of_fold(formula, learnt, 0)
    used = learnt.facts.rows["train"] + learnt.facts.rows["validation"]
    assert len(errors.errors) == used
    assert all(len(set(y)) == len(y) < used for y in fits)
    together = [*learnt.y("train"), *learnt.y("validation")]
    held = [set(together) - set(y) for y in fits]
    assert sum(map(len, held)) == len(set.union(*held)) == used
    assert not set.union(*held) & set(learnt.y("test"))


def test_constants_that_fit_one_row_each_do_not_make_the_interval_narrow():
    """A wave as fast as this goes through every row that it is fitted to; the rows it has not seen it misses."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.uniform(size=12), "y": random.normal(size=12)})
    learnt = learn(Table(frame, "y"), Prepare(), 0)
    wave = X0
    for place in range(6):
        fast = Formula.apply("sin", Formula.apply("mul", Formula.constant(20.0 + 7 * place), X0))
        wave = Formula.apply("add", wave, Formula.apply("mul", Formula.constant(0.1 + 0.1 * place), fast))
    train = learnt.places["train"]
    fitted = refitted(wave, learnt.inputs_at(train), learnt.target_at(train))
    inside = np.abs(learnt.target_at(train) - fitted.predict(learnt.inputs_at(train)))
    assert np.median(np.abs(out_of_fold(fitted, learnt, 0).errors)) > 3 * np.median(inside)


def test_an_interval_is_even_on_the_scale_that_is_fitted():
    errors = OutOfFold(np.linspace(-1, 1, 99), Scaling((), "y", "log1p", 1.0, 0.5))
    predicted = np.expm1(np.array([1.0, 2.0]))
    low, high = errors.around(predicted, 0.9)
    np.testing.assert_allclose(np.log1p(high) - np.log1p(predicted), np.log1p(predicted) - np.log1p(low))
    assert np.isnan(errors.around(np.array([np.nan]), 0.9)[0]).all()


def test_the_share_is_one_that_the_rows_can_tell():
    nine = OutOfFold(np.arange(1.0, 10.0), Scaling((), "y", "none", 0.0, 1.0))
    low, high = nine.around(np.zeros(1), 0.9)
    assert (low, high) == (-9.0, 9.0)
    with pytest.raises(
        DataError, match=r"an interval of 0.95 needs 19 rows to judge by, and there are 9; ask for less"
    ):
        nine.around(np.zeros(1), 0.95)
