"""A run draws its answer: what the formulas predict at rows of the table, and how each column moves them."""

import json
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import (
    Candidate,
    Dataset,
    Formula,
    Results,
    Student,
    Study,
    Table,
    TrainingJob,
    recipe_from_text,
)
from smoothdistill_core.formula import standard_errors
from smoothdistill_core.portrait import Effect, Portrait, Portrayed
from smoothdistill_core.portraying import MOST_EFFECTS, MOST_ROWS, MOST_VALUES, Subject, portray
from smoothdistill_core.preparation import fingerprint, learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny
from smoothdistill_core.trial import Trial


class Known(Dataset):
    """``y = 3 a + b`` and 2 more where the colour is red, 4 more where it is green; ``idle`` has no part in it."""

    name = "known"
    rows: int = 600
    gaps: bool = False
    positive: bool = False

    def load(self):
        rng = np.random.default_rng(0)
        a, b, idle = rng.normal(size=(3, self.rows))
        colour = np.array(["blue", "blue", "blue", "red", "red", "green"] * (self.rows // 6), dtype=object)
        y = 3 * a + b + 2 * (colour == "red") + 4 * (colour == "green")
        if self.positive:
            y = np.expm1(5 + y / 10)
        if self.gaps:
            a, colour = np.where(rng.random(self.rows) < 0.2, np.nan, a), np.where(idle > 1, None, colour)
        return Table(pd.DataFrame({"a": a, "colour": colour, "idle": idle, "b": b, "y": y}), "y")


def trial(seed=0, test_seed=None, prepare=None, **options):
    dataset = Known(**options)
    return Trial(dataset, fingerprint(dataset.load()), Prepare(**prepare or {}), seed, test_seed=test_seed)


def linear(learnt, **slopes):
    """Return the formula over standardised inputs that has slopes in the data's own units, and no intercept."""
    features, scale = learnt.facts.scaling.features, learnt.facts.scaling.scale
    return Formula.linear(
        [slopes.get(each.category or each.column, 0.0) * each.scale / scale for each in features], 0.0
    )


def drawn(of, *formulas, part="test", **also):
    trials = [of] if isinstance(of, Trial) else of
    subjects = [
        Subject(place, f"cell {place}", 0, formula, trials[place].learn().facts.scaling.raw_formula(formula))
        for place, formula in enumerate(formulas)
    ]
    return portray(trials, subjects, part, **also)


def test_the_rows_are_those_of_the_part_as_the_table_has_them():
    made = trial()
    learnt, frame = made.learn(), made.dataset.load().frame
    portrait = drawn(made, linear(learnt, a=3, b=1, red=2, green=4))
    places = np.sort(learnt.places["test"])
    assert (portrait.part, portrait.rows) == ("test", 120)
    assert portrait.actual == tuple(frame.y[places])
    assert list(portrait.inputs) == ["a", "colour", "b"]
    assert portrait.inputs["a"] == tuple(frame.a[places])
    assert portrait.inputs["colour"] == tuple(frame.colour[places])
    off = np.array(portrait.formulas[0].predicted) - portrait.actual
    np.testing.assert_allclose(off, off[0], atol=1e-6)  # but for the intercept it is the law


def test_of_many_rows_some_are_drawn_by_the_seed():
    made = trial(rows=6000)
    formula = linear(made.learn(), a=3)
    first, again = drawn(made, formula), drawn(made, formula)
    assert (first.rows, len(first.actual)) == (1200, MOST_ROWS)
    assert first == again
    assert set(first.actual) <= set(made.dataset.load().frame.y[made.learn().places["test"]])
    assert first.actual != drawn(trial(seed=1, test_seed=0, rows=6000), formula).actual


def test_the_effect_of_a_number_is_a_line_with_its_slope_over_the_range_of_the_data():
    made = trial()
    (formula,) = drawn(made, linear(made.learn(), a=3, b=1)).formulas
    effect = formula.effects["a"]
    assert len(effect.at) == MOST_VALUES
    a = made.dataset.load().frame.a
    assert (effect.at[0], effect.at[-1]) == (a.min(), a.max())
    np.testing.assert_allclose(np.diff(effect.formula) / np.diff(effect.at), 3, rtol=1e-4)
    assert effect.teacher is None


def test_the_indicators_of_a_category_move_together():
    made = trial()
    (formula,) = drawn(made, linear(made.learn(), a=3, red=2, green=4)).formulas
    effect = formula.effects["colour"]
    assert effect.at == ("blue", "red", "green")
    blue, red, green = effect.formula
    assert (red - blue, green - blue) == (pytest.approx(2), pytest.approx(4))


def test_constants_have_standard_errors_in_the_data_s_own_units_by_the_training_rows():
    made = trial()
    learnt, formula = made.learn(), linear(made.learn(), a=3, b=1)
    scaling, rows = learnt.facts.scaling, learnt.places["train"]
    expected = standard_errors(scaling.raw_formula(formula), scaling.raw(learnt.X("train")), learnt.target[rows])
    assert drawn(made, formula).formulas[0].standard_errors == pytest.approx(expected, rel=0.01)
    assert np.isfinite(expected).all()


def test_with_many_rows_a_sample_tells_how_small_they_are():
    made = trial(rows=60_000)
    learnt, formula = made.learn(), linear(made.learn(), a=3, b=1)
    scaling, rows = learnt.facts.scaling, learnt.places["train"]
    expected = standard_errors(scaling.raw_formula(formula), scaling.raw(learnt.X("train")), learnt.target[rows])
    assert drawn(made, formula).formulas[0].standard_errors == pytest.approx(expected, rel=0.05)


def test_where_the_logarithm_of_the_target_was_fitted_they_are_of_that_fit():
    made = trial(positive=True, prepare={"target": "log1p"})
    learnt, formula = made.learn(), linear(made.learn(), a=3 / 10, b=1 / 10)
    scaling, rows = learnt.facts.scaling, learnt.places["train"]
    inside = scaling.raw_formula(formula)
    expected = standard_errors(inside, scaling.raw(learnt.X("train")), learnt.target[rows])
    subject = Subject(0, "cell", 0, formula, Formula.apply("expm1", inside))
    assert portray([made], [subject], "test").formulas[0].standard_errors == pytest.approx(expected, rel=0.01)


def test_shares_are_those_of_the_variance_and_an_unused_column_has_none():
    made = trial()
    (formula,) = drawn(made, linear(made.learn(), a=3, b=1, red=2, green=4)).formulas
    assert list(formula.shares) == ["a", "colour", "b"]
    assert math.fsum(formula.shares.values()) == pytest.approx(1)
    variances = {"a": 9.0, "colour": 4 / 3 + 8 / 3 - (2 / 3 + 2 / 3) ** 2, "b": 1.0}
    whole = sum(variances.values())
    assert formula.shares == {column: pytest.approx(each / whole, abs=0.06) for column, each in variances.items()}
    assert "idle" not in formula.effects


def test_a_column_that_matters_only_together_with_another_has_a_share():
    made = trial()
    places = {each.name: place for place, each in enumerate(made.learn().facts.scaling.features)}
    product = Formula.apply("mul", Formula.variable(places["a"]), Formula.variable(places["b"]))
    (formula,) = drawn(made, product).formulas
    assert formula.shares == {"a": pytest.approx(0.5, abs=0.05), "b": pytest.approx(0.5, abs=0.05)}


def test_a_formula_without_inputs_has_neither_shares_nor_effects():
    (formula,) = drawn(trial(), Formula.constant(1.0)).formulas
    assert (formula.shares, formula.effects) == ({}, {})
    assert len(set(formula.predicted)) == 1


def test_each_formula_sees_the_rows_as_its_own_trial_scales_them():
    trials = [trial(seed, test_seed=0) for seed in range(2)]
    first, second = drawn(trials, *(linear(each.learn(), a=3) for each in trials)).formulas
    off = np.subtract(first.predicted, second.predicted)
    np.testing.assert_allclose(off, off[0], atol=1e-6)
    assert first.effects["a"].at == second.effects["a"].at


def test_columns_with_gaps_are_shown_with_them():
    made = trial(gaps=True, prepare={"missing": "impute"})
    portrait = drawn(made, linear(made.learn(), a=3, red=2, green=4))
    frame = made.dataset.load().frame.iloc[np.sort(made.learn().places["test"])]
    assert [value is None for value in portrait.inputs["a"]] == frame.a.isna().tolist()
    assert [value is None for value in portrait.inputs["colour"]] == frame.colour.isna().tolist()
    assert None in portrait.inputs["a"]
    assert None in portrait.inputs["colour"]
    (formula,) = portrait.formulas
    assert np.isfinite(formula.predicted).all()
    assert np.isfinite(formula.effects["a"].at).all()
    assert formula.effects["colour"].at == ("blue", "red", "green")


def test_a_target_that_was_transformed_is_shown_in_its_own_unit():
    made = trial(positive=True, prepare={"target": "log1p"})
    learnt, frame = made.learn(), made.dataset.load().frame
    portrait = drawn(made, linear(learnt, a=0.3, b=0.1, red=0.2, green=0.4))
    assert portrait.actual == tuple(frame.y[np.sort(learnt.places["test"])])
    (formula,) = portrait.formulas
    ratio = np.add(formula.predicted, 1) / np.add(portrait.actual, 1)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)
    assert 0.9 < ratio[0] < 1.1
    assert min(formula.effects["a"].formula) > 50


def test_what_is_not_finite_stays_and_nothing_fails():
    made = trial()
    places = {each.name: place for place, each in enumerate(made.learn().facts.scaling.features)}
    a = Formula.variable(places["a"])
    huge = Formula.apply("exp", Formula.apply("mul", Formula.constant(1e6), a))
    root = Formula.apply("log", a)
    portrait = drawn([made] * 3, root, huge, Formula.apply("log", Formula.constant(-1.0)))
    some, one, none = portrait.formulas
    assert 0 < np.isnan(some.predicted).sum() < 120
    assert some.shares == {"a": 1.0}
    assert math.isnan(some.effects["a"].formula[0])
    assert math.isfinite(some.effects["a"].formula[-1])
    assert np.isnan(one.predicted).any()
    assert np.isnan(none.predicted).all()
    assert "NaN" not in portrait.to_json()
    assert json.loads(portrait.to_json())["formulas"][0]["predicted"].count(None) == np.isnan(some.predicted).sum()
    assert repr(Portrait.from_json(portrait.to_json())) == repr(portrait)


def test_the_columns_with_the_largest_shares_alone_have_effects():
    class Wide(Known):
        """Twenty columns, each worth a little more than the one before."""

        def load(self):
            frame = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 20)), columns=[f"c{i}" for i in range(20)])
            return Table(frame.assign(y=frame @ np.arange(1.0, 21.0)), "y")

    made = Trial(Wide(), fingerprint(Wide().load()), Prepare(), 0)
    (formula,) = drawn(made, linear(made.learn(), **{f"c{i}": i + 1 for i in range(20)})).formulas
    assert len(formula.shares) == 20
    assert list(formula.effects) == list(formula.shares)[:MOST_EFFECTS]
    assert "c0" not in formula.effects


def test_it_is_written_and_read():
    effect = Effect((1.0, 2.0), (math.nan, 4.0), None)
    formulas = (Portrayed("cell", 2, (0.5, math.nan), {"x": 0.7, "c": math.nan}, {"x": effect}),)
    portrait = Portrait("test", 2, {"x": (1.0, None), "c": ("red", "7")}, (1.5, 2.5), (math.nan, 1.0), formulas)
    assert Portrait.from_json(portrait.to_json()) == portrait
    of_members = replace(portrait, spread=(0.5, math.nan))
    assert Portrait.from_json(of_members.to_json()) == of_members


class Divided(tiny.TinyTeacher):
    """A teacher whose members disagree by as much as the first input is."""

    name = "divided"

    def load(self, data):
        model = super().load(data)
        model.spread = lambda X: np.abs(X[:, 0])
        return model


def test_where_the_members_of_a_teacher_disagree_is_kept_in_the_target_s_own_unit():
    made = trial()
    learnt = made.learn()
    split = made.split()
    (model,) = tiny.TinyTeacher().train([TrainingJob(*split.parts["train"].own(), tiny.Steepness(), 1.0, 0)])
    formula = linear(learnt, a=3)
    portrait = drawn(made, formula, teacher=Divided(), weights=model.save())
    X = learnt.inputs_at(np.sort(learnt.places["test"]))
    np.testing.assert_allclose(portrait.spread, np.abs(X[:, 0]) * learnt.facts.scaling.scale, rtol=1e-6)
    assert drawn(made, formula, teacher=tiny.TinyTeacher(), weights=model.save()).spread is None
    assert drawn(made, formula).spread is None


class Slopes(Student):
    """Offers the first input, and the two first, with slopes as they are fitted anew."""

    name = "slopes"

    def distil(self, task):
        found = [Formula.variable(0), Formula.linear([0.9, *[0.1] * (task.X.shape[1] - 1)], 0.0)]
        return [Candidate(formula, formula.predict) for formula in found]


def run(make_registry, folder=None, stop=None, trials="{seeds: 2, test: shared}", more="", dataset="{name: known}"):
    registry = make_registry(*tiny.COMPONENTS, Known, Slopes)
    recipe = recipe_from_text(
        f"name: drawn\ndataset: {dataset}\nteacher: tiny\nregularizer: [none, {{name: steepness, strength: [1.0]}}]\n"
        f"student: slopes\nmetric: r2\ntrials: {trials}\n{more}",
        registry,
    )
    with ThreadPoolExecutor(1) as executor:
        return Study(recipe, registry, folder).run(executor=executor, workers=1, stop=stop)


def contents(folder):
    with Store(folder, read_only=True) as store:
        return store.contents()


@pytest.mark.parametrize(
    ("trials", "more", "part"),
    [
        ("{seeds: 1}", "", "test"),
        ("{seeds: 2, test: shared}", "", "test"),
        ("{seeds: 2, test: own}", "", "validation"),
        ("{seeds: 1}", "choose: {part: train}\nprepare: {validation: 0}", "test"),
        ("{seeds: 2, test: own}", "choose: {part: train}\nprepare: {validation: 0}", "test"),
    ],
)
def test_a_run_draws_the_front_of_its_answer(smoothdistill_make_registry, trials, more, part):
    results = run(smoothdistill_make_registry, trials=trials, more=more)
    portrait, answer = results.portraits["known"], results.answers["known"]
    assert portrait.part == part
    shown = [(formula.cell, formula.place) for formula in portrait.formulas]
    assert shown == [(outcome.cell.key, outcome.place) for outcome in answer.front]
    frame, taken = Known().load().frame, answer.recommended.trial
    places = learn(Known().load(), Prepare(**results.content["prepare"]), taken.seed, 0 if "shared" in trials else None)
    assert portrait.actual == tuple(frame.y[np.sort(places.places[part])])
    for formula, outcome in zip(portrait.formulas, answer.front, strict=True):
        cells = pd.DataFrame({"idle": 0.0, "colour": "blue", **portrait.inputs})
        expected = outcome.explanation.predict(cells[["a", "colour", "idle", "b"]])
        np.testing.assert_allclose(formula.predicted, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("more", ["", "keep: teachers\n", "distil: {teachers: best}\n"])
def test_the_teacher_is_shown_beside_it(smoothdistill_make_registry, tmp_path, more):
    results = run(smoothdistill_make_registry, tmp_path, more=more)
    portrait = results.portraits["known"]
    actual, taught = np.array(portrait.actual), np.array(portrait.taught)
    assert np.corrcoef(actual, taught)[0, 1] > 0.9
    effect = next(of.effects["a"] for of in portrait.formulas if "a" in of.effects)
    slopes = np.diff(effect.teacher) / np.diff(effect.at)
    np.testing.assert_allclose(slopes, slopes[0], rtol=1e-3)
    with Store(tmp_path, read_only=True) as store:
        assert len(store.with_weights()) == (4 if "keep" in more else 0)


def test_the_same_run_draws_the_same(smoothdistill_make_registry, tmp_path):
    first, second = (run(smoothdistill_make_registry, tmp_path / name) for name in ("first", "second"))
    assert first.portraits == second.portraits == Results.read(tmp_path / "first").portraits
    before = contents(tmp_path / "first")
    assert run(smoothdistill_make_registry, tmp_path / "first").portraits == first.portraits
    assert contents(tmp_path / "first") == before == contents(tmp_path / "second")


def test_a_run_that_was_killed_before_it_drew_draws_when_it_runs_again(
    smoothdistill_make_registry, tmp_path, monkeypatch
):
    whole = run(smoothdistill_make_registry, tmp_path / "whole")

    def kill(*task, **_):
        raise KeyboardInterrupt

    with monkeypatch.context() as until_then:
        until_then.setattr("smoothdistill_core.study.study.draw_answers", kill)
        with pytest.raises(KeyboardInterrupt):
            run(smoothdistill_make_registry, tmp_path / "half")
    half = Results.read(tmp_path / "half")
    assert (half.complete, half.portraits) == (True, {})
    assert [task.dataset for task in half.to_draw] == ["known"]
    assert run(smoothdistill_make_registry, tmp_path / "half").portraits == whole.portraits
    assert contents(tmp_path / "half") == contents(tmp_path / "whole")


def test_a_run_that_is_stopped_draws_later(smoothdistill_make_registry, tmp_path):
    stop = threading.Event()
    stop.set()
    assert run(smoothdistill_make_registry, tmp_path, stop=stop).portraits == {}
    assert run(smoothdistill_make_registry, tmp_path).portraits.keys() == {"known"}


def test_another_answer_is_drawn_anew(smoothdistill_make_registry, tmp_path):
    one = run(smoothdistill_make_registry, tmp_path, trials="{seeds: 1}")
    two = run(smoothdistill_make_registry, tmp_path, trials="{seeds: 2, test: own}")
    assert (one.portraits["known"].part, two.portraits["known"].part) == ("test", "validation")
    again = run(smoothdistill_make_registry, tmp_path, trials="{seeds: 1}").portraits["known"]
    assert again.actual == one.portraits["known"].actual
    assert one.portraits["known"].taught is not None
    assert again.taught is None  # its weights were dropped by then


def test_each_dataset_is_drawn(smoothdistill_make_registry):
    results = run(smoothdistill_make_registry, dataset="[{name: known}, {name: tiny}]")
    assert results.portraits.keys() == {"known", "tiny"} == results.answers.keys()


def test_what_cannot_be_drawn_is_warned_of_and_drawn_by_the_next_run(
    smoothdistill_make_registry, tmp_path, monkeypatch
):
    def fail(*task):
        raise ValueError("no way")

    with monkeypatch.context() as at_first:
        at_first.setattr("smoothdistill_core.study.portraying.portray", fail)
        with pytest.warns(RuntimeWarning, match="could not draw the answer on known: ValueError: no way") as said:
            results = run(smoothdistill_make_registry, tmp_path / "again")
    assert len([warning for warning in said if "draw" in str(warning.message)]) == 1
    assert (results.complete, results.portraits) == (True, {})
    run(smoothdistill_make_registry, tmp_path / "again")
    run(smoothdistill_make_registry, tmp_path / "whole")
    assert contents(tmp_path / "again") == contents(tmp_path / "whole")
