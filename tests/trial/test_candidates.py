"""What a student returns: formulas that are verified, explained and refitted, and what it says of them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Dataset, Formula, Student, Table
from smoothdistill_core.preparation import fingerprint
from smoothdistill_core.recipe import Distil, Prepare
from smoothdistill_core.trial import Trial
from stand_ins.trial import METRICS, Product, Scholar, Workshop, distilled, found, honest, product


def test_all_candidates_of_a_front_are_scored_in_their_order(trial):
    result = distilled(trial, Scholar(mood="front"), METRICS)
    assert [formula.complexity for formula, _ in found(result)] == [1, 5]
    assert all(scores.keys() >= {("test", "error"), ("train", "steepness")} for _, scores in found(result))


def test_of_equal_formulas_one_is_kept(trial):
    assert [formula.complexity for formula, _ in found(distilled(trial, Scholar(mood="twice"), []))] == [5, 1]


def test_a_formula_is_explained_in_the_units_and_names_of_the_data(trial, split):
    (entry,) = distilled(trial, Scholar(), [], Workshop(), b"2.5").front
    scaling, rows = split.facts.scaling, split.parts["test"]
    explained = entry.explained.predict(scaling.raw(rows.X))
    np.testing.assert_allclose(explained, scaling.restore(Product(2.5).predict(rows.X)), rtol=1e-9)
    rounded, target = entry.rounded.predict(scaling.raw(rows.X)), scaling.restore(rows.y)
    assert np.mean((rounded - explained) ** 2) < 1e-3 * np.var(target)
    assert len(entry.rounded.to_json()) < len(entry.explained.to_json())


class Late(Dataset):
    """y = a + 3 * b, where b varies in late rows alone."""

    name = "late"

    def load(self):
        a, b = np.random.default_rng(0).normal(size=(2, 100))
        b[:50] = 0.0
        return Table(pd.DataFrame({"a": a, "b": b, "when": np.arange(100), "y": a + 3 * b}), "y")


class Exact(Student):
    """Fits the plane."""

    name = "exact"

    def distil(self, task):
        return [honest(Formula.linear(np.linalg.lstsq(task.X, task.y)[0], 0.0))]


def test_rounding_looks_at_late_rows_as_at_early_ones(monkeypatch):
    monkeypatch.setattr("smoothdistill_core.trial.front_entry.ROUNDING_ROWS", 30)
    trial = Trial(Late(), fingerprint(Late().load()), Prepare(split="time", by="when"), 0)
    (entry,) = distilled(trial, Exact(), []).front
    assert entry.rounded.text(["a", "b", "when"]) == "a + 3.0*b"


def test_a_formula_that_can_divide_by_0_among_the_inputs_is_marked(trial):
    (entry,) = distilled(trial, Scholar(mood="pole"), []).front
    assert "b" in entry.pole
    assert distilled(trial, Scholar(), []).front[0].pole == ""


def test_a_formula_that_loses_its_digits_in_other_units_is_left_out(trial):
    assert [formula.complexity for formula, _ in found(distilled(trial, Scholar(mood="partly fragile"), []))] == [5]
    failed = distilled(trial, Scholar(mood="fragile"), [])
    assert "rewritten into the data's own units" in failed.reason


@pytest.mark.parametrize(("refit", "factor"), [("none", 1.0), ("teacher", 2.0)])
def test_constants_are_fitted_again_where_the_recipe_says_so(trial, split, refit, factor):
    result = distilled(trial, Scholar(mood="half"), [], Workshop(), b"2.0", distil=Distil(extra="none", refit=refit))
    X = split.parts["train"].X
    np.testing.assert_allclose(found(result)[0][0].predict(X), factor * X[:, 0] * X[:, 1], atol=1e-8)


def test_constants_can_be_fitted_to_the_data_behind_a_teacher(trial, split):
    result = distilled(trial, Scholar(), [], Workshop(), b"2.0", distil=Distil(extra="none", refit="data"))
    X, y = split.parts["train"].X, split.parts["train"].y
    basis = np.column_stack([X[:, 0] * X[:, 1], np.ones(len(X))])
    best = basis @ np.linalg.lstsq(basis, y)[0]
    np.testing.assert_allclose(found(result)[0][0].predict(X), best, atol=1e-6)


class Lawgiver(Student):
    """Finds 3 * a^2, a law in the data's own units whose constant is wrong."""

    name = "lawgiver"

    def distil(self, task):
        a = Formula.variable(0)
        law = Formula.apply("mul", Formula.constant(3.0), Formula.apply("mul", a, a))
        return [honest(task.scaling.standardised_formula(law))]


@pytest.mark.parametrize("shown", [10, 10_000])
def test_a_law_in_the_units_of_the_data_stays_one_when_its_constants_are_fitted(trial, split, shown):
    """Whether the search saw a sample of the rows or all, constants are those of all."""
    distil = Distil(refit="data", prune=False, max_rows=shown)
    (entry,) = distilled(trial, Lawgiver(), [], distil=distil).front
    scaling, train = split.facts.scaling, split.parts["train"]
    raw, target = scaling.raw(train.X), scaling.restore(train.y)
    squares = raw[:, 0] ** 2
    best = squares * (squares @ target) / (squares @ squares)  # neither an offset nor a shift of the input
    np.testing.assert_allclose(entry.explained.predict(raw), best, rtol=1e-6)


def test_what_is_left_of_the_most_accurate_formula_joins_the_others(trial):
    """The plane is y = a - 2 * b, and the student found it with a product too many."""
    with_parts = distilled(trial, Scholar(mood="long"), METRICS)
    pruned = distilled(trial, Scholar(mood="long"), METRICS, distil=Distil(extra="none", refit="none"))
    assert pruned.front[: len(with_parts.front)] == with_parts.front
    assert "a - 2.0*b" in [entry.rounded.text(["a", "b"]) for entry in pruned.front[2:]]
    assert all(entry.scores.keys() >= {("test", "error")} for entry in pruned.front)


def test_a_student_may_yield_its_candidates(trial):
    assert len(distilled(trial, Scholar(mood="generator"), METRICS).front) == 1


class Annotating(Scholar):
    """Says something of its formula, and how sure it is of its constant."""

    def distil(self, task):
        errors = {"short": [], "negative": [-1.0], "endless": [np.inf]}.get(self.mood, np.array([0.25]))
        notes = {"bare": "early", "blank": ("",)}.get(self.mood, ("Ended early.",))
        twin = dataclasses.replace(honest(product(2.0)), notes=("A twin.",), standard_errors=None)
        return [dataclasses.replace(honest(product(2.0)), notes=notes, standard_errors=errors), twin]


def test_what_a_student_says_of_its_formula_stays_with_it(trial):
    (entry,) = distilled(trial, Annotating(), METRICS).front
    assert entry.notes == ("Ended early.",)
    assert entry.standard_errors == (0.25,)


def test_standard_errors_do_not_outlive_the_constants_that_they_are_of(trial):
    (entry,) = distilled(trial, Annotating(), METRICS, distil=Distil(extra="none", refit="data", prune=False)).front
    assert entry.formula.nodes != product(2.0).nodes
    assert entry.standard_errors is None
    assert entry.notes == ("Ended early.",)


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("short", "standard_errors of shape (0,) for a formula of 1 constants; give one a constant"),
        ("negative", "a standard error is -1.0; give finite numbers that are not negative"),
        ("endless", "a standard error is inf; give finite numbers"),
        ("bare", "the notes of a candidate are 'early'; give a tuple of sentences"),
        ("blank", "the notes of a candidate are ('',); give a tuple of sentences"),
    ],
)
def test_what_a_student_says_of_its_formula_is_checked(trial, mood, reason):
    assert reason in distilled(trial, Annotating(mood=mood), METRICS).reason
