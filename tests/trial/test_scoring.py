"""Scoring a model: on every part, with exact gradients where it has them, in the units of the data."""

import dataclasses

import numpy as np
import pytest

from smoothdistill_core import Formula, Metric
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import finite_differences, score, score_all, train_teachers
from stand_ins.trial import METRICS, Error, Plane, Product, Scholar, Steepness, Workshop, distilled, product, sweep


def test_a_formula_is_scored_on_every_part(split):
    scores = score(Formula.variable(0), split, METRICS)
    assert set(scores) == {(part, metric) for part in split.parts for metric in ("steepness", "steepest", "error")}
    assert all(type(value) is float for value in scores.values())
    for part, rows in split.parts.items():
        assert scores[part, "steepness"] == 1.0
        error = np.abs(rows.y - rows.X[:, 0]).mean() * split.facts.scaling.scale
        assert scores[part, "error"] == pytest.approx(error)


def test_a_score_without_a_meaning_is_left_out(split):
    assert ("test", "likeness") not in score(Product(), split, METRICS)
    assert score(product(), split, METRICS, teacher=Product())["test", "likeness"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("law", [None, Formula.linear([1.0, -2.0], 0.0)])
def test_metrics_are_told_the_scaling_and_the_law_of_the_data(law):
    class Distance(Metric):
        """How far the law is from the data, in the data's own units."""

        name = "distance"
        direction = "lower"

        def score(self, context):
            if context.law is None:
                return None
            wanted = context.law.predict(context.scaling.raw(context.X))
            return float(np.abs(context.restore(context.y) - wanted).max())

    split = prepare(dataclasses.replace(Plane().load(), law=law), Prepare(), 0)
    scores = score(product(), split, [Distance()])
    assert (
        scores == {}
        if law is None
        else scores == pytest.approx({(part, "distance"): 0.0 for part in split.parts}, abs=1e-12)
    )


def test_one_metric_with_two_options_gives_two_scores(split):
    class Range(Metric):
        """How far an input reaches."""

        name = "range"
        direction = "lower"
        feature: int = 0

        def score(self, context):
            return float(np.ptp(context.X[:, self.feature]))

    scores = score(product(), split, [Range(), Range(feature=1)])
    X = split.parts["test"].X
    assert scores["test", "range"] == np.ptp(X[:, 0])
    assert scores["test", "range(feature=1)"] == np.ptp(X[:, 1])


def test_an_exact_gradient_is_used_and_asked_for_once_a_part(split):
    model = Product()
    scores = score(model, split, METRICS)
    X = split.parts["test"].X
    assert scores["test", "steepness"] == np.linalg.norm(X, axis=1).mean()
    assert scores["test", "steepest"] == np.linalg.norm(X, axis=1).max()
    assert (model.gradients, model.predictions) == (3, 3)


def test_a_model_without_a_gradient_gets_finite_differences(split):
    model = Product(exact=False)
    scores = score(model, split, METRICS)
    X = split.parts["test"].X
    assert scores["test", "steepness"] == pytest.approx(np.linalg.norm(X, axis=1).mean(), rel=1e-8)
    assert model.predictions == 3 * (1 + 2 * X.shape[1])


def test_nobody_differentiates_for_metrics_that_do_not_ask(split):
    model = Product(exact=False)
    score(model, split, [Error()])
    assert (model.gradients, model.predictions) == (0, 3)


def test_finite_differences_are_close_to_the_gradient():
    X = np.random.default_rng(1).normal(size=(50, 3))
    gradient = finite_differences(lambda X: np.sin(X[:, 0]) * X[:, 1] ** 2, X)
    exact = np.column_stack([np.cos(X[:, 0]) * X[:, 1] ** 2, 2 * np.sin(X[:, 0]) * X[:, 1], np.zeros(50)])
    np.testing.assert_allclose(gradient, exact, atol=1e-6)


class Strict(Steepness):
    """Raises."""

    name = "strict"

    def score(self, context):
        raise ArithmeticError("cannot count")


def test_a_metric_that_raises_is_a_failure(trial):
    (failed,) = train_teachers(trial, Workshop(), sweep(1.0), [Strict()])
    assert failed.reason == "metric 'strict': ArithmeticError: cannot count"
    assert distilled(trial, Scholar(), [Strict()]).reason == "metric 'strict': ArithmeticError: cannot count"


def test_a_teacher_is_asked_once_a_part_however_many_formulas_imitate_it(trial, split):
    teacher = Product(2.0)
    score_all([Formula.variable(0), Formula.variable(1), product()], split, METRICS, teacher=teacher)
    assert teacher.predictions == len(split.parts)


def test_the_finite_differences_of_a_teacher_are_as_wide_as_it_wants(split):
    class Stairs(Product):
        """Rises by 1 at every whole number."""

        step = 1.0

        def predict(self, X):
            return np.floor(X[:, 0])

    model = Stairs(exact=False)
    assert score(model, split, [Steepness()])["train", "steepness"] == pytest.approx(1.0)
