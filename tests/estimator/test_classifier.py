"""`SymbolicClassifier`: a formula for the probability of one of two classes, as scikit-learn's users expect it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from smoothdistill_core.estimator import SymbolicClassifier

SMALL = {
    "teacher": {"name": "mlp", "hidden": [8], "epochs": 20, "batch_size": 32, "learning_rate": 0.01},
    "regularizer": "none",
    "student": {"name": "operon", "population_size": 50, "generations": 4},
    "distil": {"prune": False},
    "random_state": 0,
}


def passengers(rows=240, words=("died", "lived")):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"age": rng.uniform(1, 80, rows).round(), "sex": rng.choice(["female", "male"], rows)})
    log_odds = 3.0 * (X.sex == "female") - 0.04 * X.age
    lived = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return X, pd.Series(np.array(words)[lived], name="fate")


@pytest.fixture(scope="module")
def fitted():
    return SymbolicClassifier(**SMALL).fit(*passengers())


def test_classes_are_those_of_the_caller_and_the_formula_is_of_the_second(fitted):
    assert fitted.classes_.tolist() == ["died", "lived"]
    assert str(fitted.formula_).startswith("p(fate = lived) = 1/(1 + exp(-(")
    X, y = passengers()
    assert set(fitted.predict(X)) == {"died", "lived"}
    assert fitted.score(X, y) > 0.7


def test_probabilities_log_odds_and_classes_agree(fitted):
    X, _ = passengers()
    p, log_odds = fitted.predict_proba(X), fitted.decision_function(X)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp(-log_odds)), atol=1e-12)
    np.testing.assert_array_equal(fitted.predict(X) == "lived", log_odds > 0)
    np.testing.assert_allclose(fitted.formula_.predict(X), p[:, 1])


def test_the_teacher_gives_probabilities_too(fitted):
    p = fitted.teacher_.predict(passengers()[0])
    assert ((p > 0) & (p < 1)).all()


def test_every_size_of_the_front_can_be_taken(fitted):
    assert {"log_loss_validation", "auc_validation", "accuracy_validation"} <= set(fitted.front_.columns)
    short = fitted.at(int(fitted.front_.nodes.min()))
    assert short.formula_.formula.complexity <= fitted.front_.nodes.min()
    assert short.predict(passengers()[0]).shape == (240,)


@pytest.mark.parametrize(
    "words",
    [(False, True), (0, 1), (-1, 1), (1.0, 2.0), ("yes", "maybe")],
    ids=["bools", "0/1", "signs", "floats", "text"],
)
def test_classes_may_be_of_any_kind(words):
    X, y = passengers(120, words)
    fitted = SymbolicClassifier(**{**SMALL, "student": "linear"}).fit(X, y)
    assert fitted.classes_.tolist() == sorted(words)
    lived = fitted.predict_proba(X)[:, fitted.classes_.tolist().index(words[1])]
    assert lived[(X.sex == "female") & (X.age < 20)].mean() > 0.6
    assert fitted.predict(X).dtype == fitted.classes_.dtype


def test_heavy_rows_decide_on_the_probability():
    X = np.random.default_rng(0).normal(size=(300, 2))
    heavy = np.arange(300) % 2 == 0
    y = np.where(heavy, X[:, 0], -X[:, 0]) > 0
    for weights, sign in ((np.where(heavy, 1.0, 1e-3), 1), (np.where(heavy, 1e-3, 1.0), -1)):
        fitted = SymbolicClassifier(**{**SMALL, "student": "linear"}).fit(X, y, sample_weight=weights)
        assert sign * fitted.formula_.formula.gradient(np.zeros((1, 2)))[0, 0] > 0.5
        assert fitted.score(X, y, sample_weight=weights) > 0.95
        assert fitted.front_["accuracy_validation"].max() > 0.95
        assert "rows are weighted by sample_weight" in fitted.report()


def test_it_is_cloned_and_cross_validated():
    X, y = passengers(120)
    estimator = clone(SymbolicClassifier(**{**SMALL, "student": "linear"}))
    assert cross_val_score(estimator, X, y, cv=2, scoring="roc_auc").mean() > 0.6


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (["a"] * 120, "one class only, 'a'"),
        (np.array(["a"] * 120, dtype=object), "one class only, 'a'"),
        (np.array(["a", "b", "c"] * 40, dtype=object), "3 classes; distil one class against the rest, y == 'a'"),
        (["a", "b", "c"] * 40, "Only binary classification is supported.*3 classes; distil one class against the rest"),
        ([*["a"] * 60, *["b"] * 59, None], "y contains NaN: it is empty in 1 of 120 rows, first in data row 120"),
        (np.array(["a", np.nan, *["b"] * 118], dtype=object), "y contains NaN"),
        ([1.0, np.nan, *[0.0] * 118], "contains NaN"),
        (np.linspace(0, 1, 120), "continuous"),
    ],
)
def test_what_are_no_two_classes_is_refused(y, said):
    with pytest.raises(ValueError, match=said):
        SymbolicClassifier(**SMALL).fit(passengers(120)[0], y)


def test_a_teacher_without_the_loss_is_refused_by_name():
    with pytest.raises(ValueError, match="the teacher forest has no logistic loss"):
        SymbolicClassifier(**{**SMALL, "teacher": "forest"}).fit(*passengers(120))
