"""The distiller is at home in scikit-learn's tools: pipelines, searches, cross-validation, pickles."""

from __future__ import annotations

import io
import pickle

import joblib
import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from smoothdistill_core import Registry


def joblib_round_trip(fitted):
    buffer = io.BytesIO()
    joblib.dump(fitted, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


@pytest.mark.parametrize("round_trip", [lambda fitted: pickle.loads(pickle.dumps(fitted)), joblib_round_trip])
def test_a_fitted_distiller_survives_pickling(distiller, cars, round_trip):
    X = cars.drop(columns="mpg")
    teacher = Registry().get("teacher", "mlp")(hidden=(4,), epochs=1)
    fitted = distiller(teacher=teacher, registry=Registry()).fit(X, cars["mpg"])
    again = round_trip(fitted)
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
    np.testing.assert_array_equal(again.teacher_.predict(X), fitted.teacher_.predict(X))
    assert again.report() == fitted.report()
    assert str(again.front_) == str(fitted.front_)
    assert str(again.fit(X, cars["mpg"]).formula_) == str(fitted.formula_)


def test_the_formula_and_the_results_survive_pickling_on_their_own(distiller, plane):
    fitted = distiller().fit(*plane)
    assert str(pickle.loads(pickle.dumps(fitted.formula_))) == str(fitted.formula_)
    assert pickle.loads(pickle.dumps(fitted.results_)).outcomes[0].text == fitted.results_.outcomes[0].text


def test_a_pipeline_fits_and_predicts(distiller, plane):
    pipeline = make_pipeline(StandardScaler(), distiller()).fit(*plane)
    assert pipeline.score(*plane) > 0.99
    pipeline.set_params(symbolicdistiller__teacher__epochs=1)
    assert pipeline[-1].teacher["epochs"] == 1


def test_a_grid_search_tries_strengths_and_options(distiller, plane):
    def long_and_gentle(fitted, X, y):
        return fitted.teacher_.component.epochs - fitted.teacher_.strength

    grid = {"strength": [0.1, 1.0], "teacher__epochs": [1, 2], "choose": [{"part": "train"}]}
    small = distiller(regularizer="jacobian", choice="jacobian")
    search = GridSearchCV(small, grid, scoring=long_and_gentle, cv=2, error_score="raise").fit(*plane)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], [0.9, 1.9, 0.0, 1.0])
    assert search.best_params_ == {"strength": 0.1, "teacher__epochs": 2, "choose": {"part": "train"}}
    assert long_and_gentle(search.best_estimator_, *plane) == 1.9


def test_cross_validation_scores_the_formula(distiller, cars):
    assert min(cross_val_score(distiller(), cars.drop(columns="mpg"), cars["mpg"], cv=3)) > 0.99


def test_a_target_may_be_transformed_from_outside(distiller, plane):
    target = np.exp(plane[1] / 10)
    wrapped = TransformedTargetRegressor(distiller(), func=np.log, inverse_func=np.exp).fit(plane[0], target)
    np.testing.assert_allclose(wrapped.predict(plane[0]), target, rtol=0.02)
