"""Any finished model is explained: a fitted regressor, a function; and what is no model is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from smoothdistill_core import DataError, PluginError, RecipeError, SmoothdistillError

SEARCH = {"name": "gplearn", "population_size": 60, "generations": 2, "tournament_size": 5}


def plane_of(X):
    return 2.0 * X[:, 0] - X[:, 2] + 1.0


def test_a_function_is_explained_without_a_target(distiller, plane):
    fitted = distiller(teacher="blackbox", model=plane_of).fit(plane[0])
    np.testing.assert_allclose(fitted.predict(plane[0]), plane_of(plane[0]), atol=0.01)
    assert str(fitted.formula_).startswith("prediction = ")
    np.testing.assert_allclose(fitted.teacher_.predict(plane[0]), plane_of(plane[0]))


def test_a_fitted_forest_is_explained_and_fidelity_is_what_counts(distiller, plane):
    forest = RandomForestRegressor(n_estimators=20, random_state=0).fit(*plane)
    fitted = distiller(teacher="blackbox", model=forest).fit(plane[0])
    np.testing.assert_allclose(fitted.teacher_.predict(plane[0]), forest.predict(plane[0]))
    assert fitted.score(plane[0], forest.predict(plane[0])) > 0.9
    (taught,) = [outcome for outcome in fitted.results_.outcomes if outcome.teacher]
    assert taught.score("fidelity", "validation") == pytest.approx(taught.score("r2", "validation"))


def test_with_a_target_the_formula_is_judged_on_it(distiller, plane):
    fitted = distiller(teacher="blackbox", model=plane_of).fit(*plane)
    assert str(fitted.formula_).startswith("y = ")
    np.testing.assert_allclose(fitted.predict(plane[0]), plane[1], atol=0.1)  # by the baseline, on the data itself


@pytest.mark.slow
def test_without_a_target_no_student_does_the_same_work_twice(distiller, plane):
    fitted = distiller(teacher="blackbox", model=plane_of, student=SEARCH).fit(plane[0])
    assert [(o.student.partition("(")[0], o.penalty) for o in fitted.results_.outcomes] == [
        ("linear", "linear"),
        ("gplearn", "none"),
    ]
    with pytest.raises(RecipeError, match="there is no choice 'direct'; known: best, linear, none"):
        distiller(teacher="blackbox", model=plane_of, student=SEARCH, choice="direct").fit(plane[0])


def test_a_model_of_tables_with_text_is_asked_for_tables(distiller, cars):
    X = cars.drop(columns="mpg")
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), RandomForestRegressor(n_estimators=5, random_state=0))
    model.fit(X, cars["mpg"])
    fitted = distiller(teacher="blackbox", model=model).fit(X)
    np.testing.assert_allclose(fitted.teacher_.predict(X), model.predict(X))


def test_a_function_of_tables_says_so(distiller, cars):
    def heavy(frame):
        return frame["weight"] / 100 + 5.0 * (frame["origin"] == "usa")

    X = cars.drop(columns="mpg")
    fitted = distiller(teacher={"name": "blackbox", "takes": "frame"}, model=heavy).fit(X)
    np.testing.assert_allclose(fitted.predict(X), heavy(X), atol=0.1)


def test_rows_with_gaps_are_filled_in_before_a_model_is_asked(distiller, plane):
    X = np.where(plane[0] > 20, np.nan, plane[0])
    assert np.isnan(X).any()
    fitted = distiller(teacher="blackbox", model=plane_of, missing="impute").fit(X)
    assert np.isfinite(fitted.predict(X)).all()
    left_out = distiller(teacher="blackbox", model=plane_of, missing="drop").fit(X)
    whole = X[~np.isnan(X).any(axis=1)]
    np.testing.assert_allclose(left_out.predict(whole), plane_of(whole), atol=0.01)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda X: plane_of(X)[:-1], "shape .95,. for 96 rows|shape .119,. for 120 rows"),
        (lambda X: np.ones((len(X), 2)), "shape"),
        (lambda X: np.where(X[:, 0] > 1, np.nan, 1.0), "(?i)nan|finite"),
        (lambda X: pd.DataFrame({"a": plane_of(X), "b": plane_of(X)}), "(?i)dataframe|shape"),
        (lambda X: [str(value) for value in X[:, 0]], "(?i)number|text|str"),
        (RandomForestRegressor(), "fitted"),
        (3, "3"),
    ],
)
def test_a_model_that_answers_otherwise_than_with_a_number_a_row_is_refused(distiller, plane, model, message):
    for y in (None, plane[1]):
        with pytest.raises(SmoothdistillError, match=message):
            distiller(teacher="blackbox", model=model).fit(plane[0], y)


def test_a_constant_model_leaves_nothing_to_explain(distiller, plane):
    with pytest.raises(DataError, match="constant"):
        distiller(teacher="blackbox", model=lambda X: np.ones(len(X))).fit(plane[0])


def test_a_model_that_raises_ends_the_fit_with_its_words(distiller, plane):
    def broken(X):
        raise ZeroDivisionError("nobody is perfect")

    with pytest.raises((SmoothdistillError, ZeroDivisionError), match="nobody is perfect"):
        distiller(teacher="blackbox", model=broken).fit(plane[0])


def test_a_black_box_without_a_model_says_what_it_needs(distiller, plane):
    with pytest.raises(RecipeError, match="SymbolicDistiller: teacher"):
        distiller(teacher="blackbox").fit(plane[0])


def test_several_models_need_a_target(distiller, plane):
    with pytest.raises(ValueError, match="requires y"):
        distiller(teacher=["blackbox", "mlp"]).fit(plane[0])


def test_a_clone_asks_the_same_fitted_model(distiller, plane):
    forest = RandomForestRegressor(n_estimators=3, random_state=0).fit(*plane)
    original = distiller(teacher="blackbox", model=forest)
    assert str(clone(original).fit(plane[0]).formula_) == str(original.fit(plane[0]).formula_)


def test_a_fit_without_a_target_needs_the_plugin(distiller, plane):
    from smoothdistill_core import Registry

    with pytest.raises((PluginError, RecipeError), match="blackbox"):
        distiller(teacher="blackbox", model=plane_of, registry=Registry(block=["blackbox"])).fit(plane[0])
