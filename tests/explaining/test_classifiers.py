"""A classifier is explained by its probabilities: log-odds of two classes, scores of more."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from smoothdistill_core import Formula, ModelExplanation, ResultError
from smoothdistill_core.explaining.held_out import scored
from smoothdistill_core.explaining.probabilities import log_odds, probabilities, probability_formula


def chance(X):
    return 1 / (1 + np.exp(-(0.5 + 2 * X[:, 0] - X[:, 2])))


@pytest.fixture(scope="module")
def two(explain, points):
    return explain(chance, points, probability=True)


def test_two_classes_have_one_formula_of_log_odds_shown_as_a_probability(two, points):
    assert two.scale == "log-odds"
    assert str(two).startswith('"probability of 1" = 1/(1 + exp(-(')
    np.testing.assert_allclose(two.predict_proba(points)[:, 1], chance(points), atol=0.02)
    np.testing.assert_allclose(two.probability().predict(points), two.predict_proba(points)[:, 1])
    np.testing.assert_allclose(two.probability(0).predict(points), two.predict_proba(points)[:, 0])
    assert (two.predict(points) == (two.decision(points)[:, 0] > 0)).all()


def test_probabilities_are_asked_for_as_the_model_takes_its_rows(explain, points):
    import torch

    table = pd.DataFrame(points[:, :2], columns=["a", "b"])
    by_array = explain(lambda X: 1 / (1 + np.exp(X[:, 1] - X[:, 0])), table, takes="array", probability=True)
    assert by_array.scores["agreement"] > 0.9
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Sigmoid())
    for rows in (table, table.to_numpy()):
        assert explain(net, rows, probability=True).scores["r2"] > 0.9


def test_gaps_in_the_first_rows_are_filled_before_a_model_is_asked_for_its_classes(explain, points):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression().fit(points, points[:, 0] > 0)
    gaps = points.copy()
    gaps[0, 1] = np.nan
    assert explain(model, gaps, missing="impute").classes == (False, True)


def test_beside_r2_stand_agreement_auc_and_log_loss(two):
    for words in ("of the model's variation of log-odds on 45 rows", "get the model's own class; AUC", "log-loss"):
        assert words in two.fidelity


def test_what_is_exported_is_the_probability(two, points):
    names = {}
    exec(two.export("python"), names)
    x0, _, x2 = points[0]
    given = {"x0": x0, "x2": x2}
    assert names["predict"](**given) == pytest.approx(two.predict_proba(points[:1])[0, 1])


def test_several_classes_have_a_formula_each_and_their_softmax_is_said(kinds, points):
    model, explained = kinds
    assert explained.outputs == ("ash", "elm", "oak")
    assert "probability of a class = exp(its score) / sum of exp(score) of all classes" in str(explained)
    np.testing.assert_allclose(explained.predict_proba(points).sum(axis=1), 1)
    assert np.abs(explained.predict_proba(points) - model.predict_proba(points)).mean() < 0.05
    assert (explained.predict(points) == model.predict(points)).mean() > 0.95
    np.testing.assert_allclose(explained.probability("elm").predict(points), explained.predict_proba(points)[:, 1])
    with pytest.raises(ResultError, match="there are several classes; name one: ash, elm, oak"):
        explained.probability()
    with pytest.raises(ResultError, match="there are several outputs; name one: ash, elm, oak"):
        explained.importance()
    assert set(explained.importance("oak")) <= {"x0", "x1", "x2"}


def test_json_keeps_the_classes_too(kinds, points):
    explained = kinds[1]
    again = ModelExplanation.from_dict(json.loads(json.dumps(explained.to_dict(), allow_nan=False)))
    assert again == explained
    assert again.predict(points).tolist() == explained.predict(points).tolist()


@pytest.mark.parametrize("classes", [2, 4])
def test_log_odds_are_undone_by_the_probabilities_and_by_their_formula(classes):
    p = np.random.default_rng(0).dirichlet(np.ones(classes), size=50)
    scores = log_odds(p, 1e-9)
    np.testing.assert_allclose(probabilities(scores), p, atol=1e-7)
    formulas = [Formula.variable(place) for place in range(scores.shape[1])]
    for place in range(classes):
        np.testing.assert_allclose(probability_formula(formulas, place).predict(scores), p[:, place], atol=1e-7)


def test_certain_probabilities_are_kept_from_infinity():
    assert log_odds(np.array([[0.0, 1.0], [1.0, 0.0]]), 0.01)[:, 0] == pytest.approx([np.log(99), -np.log(99)])
    assert np.isfinite(log_odds(np.eye(3), 0.01)).all()


@pytest.mark.parametrize("scale", ["log-odds", "softmax"])
def test_the_scores_are_those_of_scikit_learn(scale):
    rng = np.random.default_rng(0)
    model = rng.normal(size=(80, 1 if scale == "log-odds" else 3))
    formulas = model + rng.normal(size=model.shape)
    p, q = probabilities(model), probabilities(formulas)
    found, named = scored(model, formulas, scale), p.argmax(axis=1)
    assert found["agreement"] == pytest.approx(accuracy_score(named, q.argmax(axis=1)))
    area = roc_auc_score(named, q[:, 1]) if scale == "log-odds" else roc_auc_score(named, q, multi_class="ovr")
    assert found["auc"] == pytest.approx(area)
    hard = sum(p[:, k] * [log_loss([k], row[None], labels=range(p.shape[1])) for row in q] for k in range(p.shape[1]))
    assert found["log_loss"] == pytest.approx(hard.mean())
    assert found["least_log_loss"] <= found["log_loss"]


def test_without_a_second_class_there_is_no_auc_and_no_number_in_its_place():
    model = np.array([[-3.0], [-2.0], [-1.0]])
    assert np.isnan(scored(model, model, "log-odds")["auc"])


@pytest.mark.slow
def test_a_boosted_classifier_is_explained_by_the_usual_students():
    from sklearn.datasets import load_breast_cancer
    from sklearn.ensemble import GradientBoostingClassifier

    import smoothdistill_core

    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    model = GradientBoostingClassifier(n_estimators=50, random_state=0).fit(X, y)
    explained = smoothdistill_core.explain(model, X)
    assert explained.scores["agreement"] > 0.93
    assert explained.scores["auc"] > 0.97
