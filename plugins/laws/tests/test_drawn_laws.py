"""Laws that are drawn by a number: what they read, how rough they are, and how near a formula is to them."""

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import Formula, ScoringContext
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_laws.drawn_law import DrawnLaw
from smoothdistill_laws.drawn_laws import DrawnLaws
from smoothdistill_laws.law_r2 import LawR2


def test_a_number_is_a_law_and_other_numbers_are_others():
    assert DrawnLaw(number=1).expression == DrawnLaw(number=1).expression
    assert len({DrawnLaw(number=number).expression for number in range(1, 21)}) == 20


def test_more_inputs_rows_and_noise_leave_the_law_as_it_is():
    law = DrawnLaw(number=4, inputs=8)
    assert law.expression == DrawnLaw(number=4, inputs=30, rows=50, noise=0.3, seed=2).expression
    clean, noisy = law.load(), law.model_copy(update={"noise": 0.3}).load()
    assert clean.frame.drop(columns="y").equals(noisy.frame.drop(columns="y"))
    away = (noisy.frame["y"] - clean.frame["y"]).std() / clean.frame["y"].std()
    assert away == pytest.approx(0.3, rel=0.1)


@pytest.mark.parametrize("number", range(1, 11))
@pytest.mark.parametrize("inputs", [2, 8])
def test_a_law_reads_at_most_five_inputs_and_has_values_beyond_its_range(number, inputs):
    table = DrawnLaw(number=number, inputs=inputs).load()
    assert table.law.inputs <= set(range(5))
    X = np.random.default_rng(0).uniform(0.5, 3.5, size=(1000, inputs))
    assert np.isfinite(table.law.predict(X)).all()


@pytest.mark.parametrize("number", range(1, 6))
def test_a_rough_law_bends_more(number):
    def bend(roughness):
        law = DrawnLaw(number=number, roughness=roughness).load().law
        X = np.random.default_rng(0).uniform(1, 3, (500, 8))
        steps = 0.01 * np.eye(8)
        return sum(np.mean((law.predict(X + s) - 2 * law.predict(X) + law.predict(X - s)) ** 2) for s in steps)

    assert bend(1.0) < bend(4.0) < bend(8.0)


def test_a_suite_is_the_laws_of_the_first_numbers():
    members = DrawnLaws(laws=3, noise=0.1, rows=60).members()
    assert members == [DrawnLaw(number=number, noise=0.1, rows=60) for number in (1, 2, 3)]
    assert [member.label for member in members] == ["law 1", "law 2", "law 3"]


@pytest.mark.parametrize("wrong", [{"number": 0}, {"number": 1, "inputs": 1}, {"number": 1, "roughness": 0.0}])
def test_a_law_that_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValidationError):
        DrawnLaw(**wrong)


def scored(metric, formula, split):
    """Return the score of a formula over the data's own units."""
    model = split.facts.scaling.standardised_formula(formula)
    rows = split.parts["test"]
    prediction, scaling = model.predict(rows.X), split.facts.scaling
    context = ScoringContext(
        model, "test", rows.X, rows.y, prediction, scaling.restore, lambda: rows.X, scaling=scaling, law=split.law
    )
    return metric.score(context)


def test_the_law_itself_has_an_r2_of_1_whatever_the_noise_and_another_law_less():
    table = DrawnLaw(number=2, noise=0.3, rows=200).load()
    split = prepare(table, Prepare(), 0)
    other = DrawnLaw(number=3, rows=200).load().law
    for metric in (LawR2(), LawR2(beyond=0.25)):
        assert scored(metric, table.law, split) == pytest.approx(1.0, abs=1e-9)
        assert scored(metric, other, split) < 0.9


def test_so_little_beyond_the_range_that_no_point_would_lie_there_is_refused():
    with pytest.raises(ValidationError, match=r"beyond is 0, or at least 0.001, not 1e-17"):
        LawR2(beyond=1e-17)


def test_beyond_the_range_a_wrong_curve_shows():
    table = DrawnLaw(number=2, rows=200).load()
    split = prepare(table, Prepare(), 0)
    assert scored(LawR2(beyond=0.5), Formula.constant(0.0), split) < 0.1
    points = LawR2(beyond=0.25)._points(split.facts.scaling)
    low, high = np.array([(feature.low, feature.high) for feature in split.facts.scaling.features]).T
    assert ((points < low) | (points > high)).any(axis=1).all()
    assert (points >= low - 0.25 * (high - low)).all()
    assert (points <= high + 0.25 * (high - low)).all()
