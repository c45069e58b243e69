"""Rows with weights: what is fitted, scored and chosen counts each row by its own, or is refused by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Formula, RecipeError, Registry, Study, Table
from smoothdistill_core.formula import rounded, standard_errors
from smoothdistill_core.formula.likelihood import smoothed
from smoothdistill_core.prediction import out_of_fold
from smoothdistill_core.preparation import learn, prepare, read, write
from smoothdistill_core.recipe import Prepare, recipe_from_text
from smoothdistill_core.results.shortest import worse
from smoothdistill_core.searching import as_shares, refitted
from smoothdistill_core.study.identity import Identity
from smoothdistill_core.trial import Trial
from smoothdistill_core.trial.log_odds import response
from smoothdistill_core.trial.row_errors import block_errors, log_loss_errors

RNG = np.random.default_rng(0)
TIMES = np.tile([1, 4, 2, 3], 60)
"""How often each row is there, or what it weighs."""

FRAME = pd.DataFrame(
    {
        "time": np.repeat([1, 2, 3], [144, 48, 48]),
        "size": RNG.lognormal(size=240),
        "kind": RNG.choice(["ash", "elm", "oak"], 240),
        "w": 7.0 * TIMES,
    }
).assign(y=lambda frame: frame["size"] ** 2 + RNG.normal(size=240))


def table(**changes):
    return Table(FRAME.assign(**changes), "y")


def repeated():
    return Table(FRAME.drop(columns="w").iloc[np.repeat(np.arange(240), TIMES)].reset_index(drop=True), "y")


def same_training_rows(**options):
    """Return two preparations: one of weighted rows, and one of the same rows repeated."""
    by_time = Prepare(split="time", by="time", **options)
    weighted = by_time.model_copy(update={"weights": "w"})
    return learn(table(), weighted, 0), learn(repeated(), by_time, 0)


def test_a_target_of_two_values_goes_with_weights_of_rows():
    labels = np.where(FRAME["y"] > 1.0, "yes", "no")
    split = prepare(table(y=labels), Prepare(weights="w"), 0)
    train = split.parts["train"]
    assert set(train.y.tolist()) == {0.0, 1.0}
    assert train.weights.mean() == pytest.approx(1.0)
    assert any(note.startswith("rows are weighted by w") for note in split.facts.notes)


def test_both_classes_need_rows_that_count():
    labels = np.where(FRAME["y"] > 1.0, "yes", "no")
    weighed = table(y=labels, w=np.where(labels == "yes", 1.0, 0.0))
    with pytest.raises(DataError, match="is yes in all rows whose weight is above 0: there is no other class"):
        learn(weighed, Prepare(weights="w"), 0)


@pytest.mark.parametrize("of", [response, smoothed])
def test_what_stands_for_labels_is_that_of_repeated_rows(of):
    labels, times = np.array([0.0, 1.0, 1.0, 0.0]), np.array([1, 3, 2, 2])
    weighted = of(labels, weights=times.astype(float))
    np.testing.assert_allclose(np.repeat(weighted, times), of(np.repeat(labels, times)))


def test_log_losses_are_in_units_of_what_the_weighted_share_leaves():
    labels, times = np.array([0.0, 1.0, 1.0, 0.0]), np.array([1, 3, 2, 2])
    odds = np.array([0.1, -1.0, 2.0, 0.3])
    np.testing.assert_allclose(
        log_loss_errors(odds, labels, labels, times.astype(float)),
        log_loss_errors(odds, labels, np.repeat(labels, times)),
    )


def test_the_column_of_weights_is_no_input_and_has_the_mean_1_in_the_training_part():
    split = prepare(table(), Prepare(weights="w"), 0)
    assert "w" not in {feature.column for feature in split.facts.scaling.features}
    assert split.parts["train"].weights.mean() == pytest.approx(1.0)
    assert split.parts["test"].weights.max() == pytest.approx(split.parts["train"].weights.max())
    assert "w weighs the rows, and is no input" in split.facts.notes
    assert any(note.startswith("rows are weighted by w, from 0.") for note in split.facts.notes)


def test_whole_weights_scale_as_repeated_rows_do():
    weighted, again = same_training_rows(missing="impute")
    for ours, theirs in zip(weighted.facts.scaling.features, again.facts.scaling.features, strict=True):
        assert (ours.name, ours.reference) == (theirs.name, theirs.reference)
        assert (ours.mean, ours.scale, ours.filling) == pytest.approx((theirs.mean, theirs.scale, theirs.filling))
    assert weighted.facts.scaling.mean == pytest.approx(again.facts.scaling.mean)
    assert weighted.facts.scaling.scale == pytest.approx(again.facts.scaling.scale)


def test_rows_of_weight_0_are_left_out_as_if_they_were_not_there():
    weights = FRAME["w"].where(FRAME.index % 3 > 0, 0.0)
    split = prepare(table(w=weights), Prepare(weights="w"), 0)
    without = prepare(Table(FRAME[FRAME.index % 3 > 0].reset_index(drop=True), "y"), Prepare(weights="w"), 0)
    assert "80 of 240 rows left out: their weight is 0" in split.facts.notes
    for part, rows in split.parts.items():
        np.testing.assert_array_equal(rows.X, without.parts[part].X)
        np.testing.assert_array_equal(rows.weights, without.parts[part].weights)


def test_a_split_in_files_keeps_the_weights(tmp_path):
    write(learn(table(), Prepare(weights="w"), 0), tmp_path)
    kept = read(tmp_path).parts["test"]
    np.testing.assert_array_equal(kept.weights, prepare(table(), Prepare(weights="w"), 0).parts["test"].weights)
    kept.own_weights()[:] = 0.0
    assert kept.weights.min() > 0.0


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([-1.0] + [1.0] * 239, r"column 'w' holds -1.0 in data row 1, where a weight belongs \(1 of 240 rows\)"),
        ([1.0, np.nan] + [1.0] * 238, "column 'w' holds nothing in data row 2"),
        ([1.0, np.inf] + [1.0] * 238, "column 'w' holds inf in data row 2"),
        (["heavy"] * 240, "column 'w' holds 'heavy' in data row 1"),
        ([None] * 240, "column 'w' holds nothing in data row 1"),
        ([10**400] * 240, r"column 'w' holds 1000+\.\.\. \(401 letters\) in data row 1"),
        ([10**5000] * 240, "column 'w' holds a number of thousands of digits in data row 1"),
        ([1j] * 240, "column 'w' holds 1j in data row 1"),
        (pd.to_datetime(["2020-01-01"] * 240), r"column 'w' holds Timestamp\('2020-01-01 00:00:00'\) in data row 1"),
        ([0.0] * 240, "column 'w' is zero in all 240 rows, so that none is left"),
        (
            [1e-300] * 239 + [1e10],
            r"column 'w' goes from 1e-300 to 1e\+10, and numbers cannot hold what the lightest add",
        ),
    ],
)
def test_what_is_no_weight_is_refused_with_its_row(weights, message):
    with pytest.raises(DataError, match=f"prepare.weights: {message}"):
        prepare(table(w=weights), Prepare(weights="w"), 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": "wt"}, "prepare.weights names no column 'wt'; did you mean 'w'"),
        ({"weights": "y"}, "prepare.weights: column 'y' is the target"),
    ],
)
def test_a_column_that_cannot_weigh_is_refused(options, message):
    with pytest.raises(DataError, match=message):
        prepare(table(), Prepare(**options), 0)


def test_rows_cannot_be_split_by_their_weights():
    with pytest.raises(ValueError, match="weights: w splits the rows as well"):
        Prepare(weights="w", split="group", by="w")


def test_weights_are_part_of_the_identity_of_a_trial_and_without_them_it_is_what_it_was():
    identity = Identity([])

    def key(**options):
        return identity.of(Trial(Registry().components("dataset")["diabetes"](), "data", Prepare(**options), 0)).key

    assert key(weights="bmi") != key()
    assert "weights" not in Prepare().model_dump(mode="json")


LINE = Formula.apply("add", Formula.constant(1.0), Formula.apply("mul", Formula.constant(2.0), Formula.variable(0)))
X = FRAME[["size"]].to_numpy()
Y = FRAME["y"].to_numpy()
TWICE = np.repeat(np.arange(240), TIMES)


def test_constants_are_fitted_as_to_repeated_rows():
    weighted, again = refitted(LINE, X, Y, 7.0 * TIMES), refitted(LINE, X[TWICE], Y[TWICE])
    np.testing.assert_allclose(weighted.predict(X), again.predict(X))
    assert weighted != refitted(LINE, X, Y)


def test_a_formula_is_rounded_as_at_repeated_rows():
    fitted = refitted(LINE, X, Y, TIMES)
    assert rounded(fitted, X, Y, 0.001, TIMES * 1.0) == rounded(fitted, X[TWICE], Y[TWICE], 0.001)


def test_standard_errors_are_those_of_weighted_least_squares():
    fitted = refitted(LINE, X, Y, TIMES)
    design, roots = np.column_stack([np.ones(240), X[:, 0]]), np.sqrt(TIMES)
    left = (fitted.predict(X) - Y) * roots
    covariance = np.linalg.inv((design * TIMES[:, None]).T @ design) * (left @ left) / (240 - 2)
    for scale in (1.0, 9.0):
        found = standard_errors(fitted, X, Y, scale * TIMES)
        np.testing.assert_allclose(np.sort(found), np.sort(np.sqrt(np.diag(covariance))))


def test_errors_of_rows_that_a_choice_is_made_by_have_the_weighted_mean():
    residuals = LINE.predict(X) - Y
    errors = block_errors(residuals**2, 7.0 * TIMES)
    assert len(errors) == 240
    assert np.mean(errors) == pytest.approx(np.average(residuals**2, weights=TIMES))
    many = np.tile(np.arange(240), 10)
    assert np.mean(block_errors(residuals[many] ** 2, TIMES[many] * 1.0)) == pytest.approx(
        np.average(residuals**2, weights=TIMES), rel=0.01
    )


def test_of_two_formulas_the_one_that_is_better_on_heavy_rows_is_chosen():
    squares = np.random.default_rng(1).normal(size=200) ** 2
    heavy = np.arange(200) < 50
    shorter, longer = squares * np.where(heavy, 2.25, 1.0), squares * np.where(heavy, 1.0, 2.25)
    alike = np.ones(200)
    by_weight = np.where(heavy, 20.0, 0.2)
    assert not worse(block_errors(shorter, alike), block_errors(longer, alike))
    assert worse(block_errors(shorter, by_weight), block_errors(longer, by_weight))


def test_an_interval_holds_its_share_of_the_weight():
    noise = np.where(FRAME.index % 2, 0.1, 5.0) * RNG.normal(size=240)
    noisy = table(y=2.0 * FRAME["size"] + noise, w=np.where(FRAME.index % 2, 20.0, 1.0))
    learnt = learn(noisy, Prepare(weights="w"), 0)
    line = Formula.apply("mul", Formula.constant(1.0), Formula.variable(0))
    errors = out_of_fold(line, learnt, 0)
    low, high = errors.around(np.array([5.0]), 0.9)
    width = (high - low)[0] / 2 / learnt.facts.scaling.scale
    inside = np.abs(errors.errors) <= width * (1 + 1e-9)
    assert as_shares(errors.weights) @ inside == pytest.approx(0.9, abs=0.02)
    assert inside.mean() < 0.87


RECIPE = """
name: weighed
dataset: {name: csv, path: trees.csv, target: y}
prepare: {weights: w}
teacher: {name: mlp, hidden: [8], epochs: 3}
regularizer: none
student: linear
trials: {seeds: 1}
"""


def test_what_counts_every_row_alike_is_refused_where_it_is_named(smoothdistill_make_registry, tmp_path):
    from smoothdistill_core.testing.tiny import COMPONENTS, TinyDataset, TinyR2, TinyStudent, TinyTeacher

    registry = smoothdistill_make_registry(*COMPONENTS)
    text = "dataset: tiny\nprepare: {weights: a}\nteacher: tiny\nregularizer: none\nstudent: [tiny]\nmetric: [r2]\n"
    with pytest.raises(RecipeError) as refused:
        recipe_from_text(text, registry)
    named = {"teacher": "3:10", "student": "5:11", "metric": "6:10"}
    for problem, (kind, place) in zip(refused.value.problems, named.items(), strict=True):
        name = "r2" if kind == "metric" else "tiny"
        assert f"recipe:{place}: {kind}[0]: the {kind} '{name}' counts every row alike, and " in str(problem)
        assert str(problem).endswith(f"name another {kind}, or take the weights out")

    class Baseline(TinyStudent):
        name, baseline = "ground", True

    class Weighing(TinyTeacher):
        weighs_rows = True

    class AlsoWeighing(TinyStudent):
        weighs_rows = True

    class WeighingToo(TinyR2):
        weighs_rows = True

    others = [each for each in COMPONENTS if each not in (TinyTeacher, TinyStudent, TinyR2)]
    registry = smoothdistill_make_registry(TinyDataset, *others[1:], Weighing, AlsoWeighing, WeighingToo, Baseline)
    with pytest.raises(RecipeError, match="the baseline 'ground', which every study runs, counts every") as refused:
        recipe_from_text(text, registry)
    assert len(refused.value.problems) == 1


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The results of light rows that follow one line, and heavy ones that follow another."""
    folder = tmp_path_factory.mktemp("weighed")
    rng = np.random.default_rng(0)
    heavy = np.arange(300) % 3 == 0
    x = rng.normal(size=300)
    y = np.where(heavy, 2.0, -2.0) * x + 0.01 * rng.normal(size=300)
    weights = np.where(heavy, 50.0, 0.01)
    pd.DataFrame({"x": x, "y": y, "w": weights}).to_csv(folder / "trees.csv", index=False)
    registry = Registry()
    with_students = RECIPE.replace("student: linear", "student: [linear, symmetry]")
    return Study(recipe_from_text(with_students, registry, folder=folder), registry).run(workers=1)


def test_a_study_finds_what_holds_for_heavy_rows_and_its_scores_count_by_weight(results):
    assert not results.failed
    (answer,) = results.answers.values()
    slope = answer.recommended.explanation.formula.gradient(np.array([[0.0]]))[0, 0]
    assert slope == pytest.approx(2.0, abs=0.05)
    for outcome in results.outcomes:
        assert outcome.score("r2") > 0.95  # of the rows alike it would be negative


def test_the_notes_of_a_study_say_that_rows_are_weighted(results):
    (trial,) = results.trials.values()
    assert any(note.startswith("rows are weighted by w, ") for note in trial.facts.notes)
