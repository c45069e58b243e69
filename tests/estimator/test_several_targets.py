"""`fit(X, Y)` with Y (n, k): teachers learn all targets together, and each has a formula and a front of its own."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning
from sklearn.model_selection import cross_val_score
from sklearn.multioutput import MultiOutputRegressor

from smoothdistill_core import DataError, Formulas, ResultError


@pytest.fixture
def planes(plane):
    X, y = plane
    return X, pd.DataFrame({"dose": y, "length": X[:, 2] - X[:, 0], "mass": 1000.0 * y})


def test_each_target_has_a_formula_a_front_and_a_teacher_by_its_name(distiller, planes):
    X, Y = planes
    fitted = distiller().fit(X, Y)
    assert isinstance(fitted.formula_, Formulas)
    assert list(fitted.formula_) == list(fitted.teacher_) == ["dose", "length", "mass"]
    assert str(fitted.formula_["length"]).startswith("length = x2 - x0")
    np.testing.assert_allclose(fitted.predict(X), Y, atol=0.5)
    assert fitted.score(X, Y) > 0.999
    fronts = fitted.front_.groupby("target")
    assert fronts["recommended"].sum().to_dict() == {"dose": 1, "length": 1, "mass": 1}
    assert fitted.teacher_["mass"].predict(X).shape == (120,)
    assert list(fitted.results_.answers) == ["dose", "length", "mass"]


def test_the_teachers_are_one_network(distiller, planes):
    X, Y = planes
    fitted = distiller(regularizer="jacobian", strength=0.01).fit(X, Y)
    report = fitted.report()
    assert report.startswith(str(fitted.formula_))
    assert report.count("note: mlp: one model learnt 3 targets together") == 3
    assert "trained once for each" not in report
    loaded = [teacher.component.load(teacher.weights) for teacher in fitted.teacher_.values()]
    for one in loaded[1:]:
        assert all(map(np.array_equal, one.weights[:-1], loaded[0].weights[:-1]))
        assert not np.array_equal(one.weights[-1], loaded[0].weights[-1])


def test_a_formula_is_found_as_well_for_one_target_whatever_the_others_are(distiller, planes):
    X, Y = planes
    direct = {"teacher": {"name": "mlp", "hidden": [4], "epochs": 1}, "choice": "linear"}
    together, alone = distiller(**direct).fit(X, Y), distiller(**direct).fit(X, Y["length"])
    assert str(together.formula_["length"]) == str(alone.formula_)


def test_columns_without_names_are_y0_y1_and_on(distiller, planes):
    X, Y = planes
    fitted = distiller().fit(X, Y.to_numpy())
    assert list(fitted.formula_) == ["y0", "y1", "y2"]
    table = pd.DataFrame(X, columns=["y0", "y1", "z"])
    assert list(distiller().fit(table, Y.to_numpy()).formula_) == ["y0_", "y1_", "y2"]


def test_a_size_is_one_for_each_formula(distiller, planes):
    X, Y = planes
    fitted = distiller().fit(X, Y)
    short = fitted.at(3)
    assert all(each.short.complexity <= 3 for each in short.formula_.values())
    assert short.predict(X).shape == (120, 3)
    assert fitted.formula_ is not short.formula_


def test_what_learns_one_target_at_a_time_is_trained_for_each_and_the_report_says_so(distiller, planes):
    X, Y = planes
    fitted = distiller(teacher={"name": "forest", "n_estimators": 5}).fit(X, Y)
    said = "dose, length, mass: trained once for each, not together: the teacher 'forest' learns one target at a time"
    assert said in fitted.report()
    assert fitted.predict(X).shape == (120, 3)


def test_targets_of_which_each_keeps_its_own_inputs_are_learnt_one_by_one(distiller, planes):
    X, Y = planes
    fitted = distiller(screen=2).fit(X, Y)
    assert "not together: screening keeps the inputs that matter for each" in fitted.report()
    assert fitted.score(X, Y) > 0.99


def test_processes_find_the_same(distiller, planes):
    X, Y = planes
    one, two = (distiller(regularizer="jacobian", strength=0.1, n_jobs=jobs).fit(X, Y) for jobs in (1, 2))
    np.testing.assert_array_equal(one.predict(X), two.predict(X))


def test_weights_units_gaps_and_text_go_with_several_targets(distiller, cars):
    cars = cars.assign(price=2.0 * cars["mpg"] + cars["weight"])
    X, Y = cars[["weight", "origin", "cylinders"]].astype({"weight": float}), cars[["mpg", "price"]]
    X.loc[3, "weight"] = np.nan
    units = {"weight": "kg", "mpg": "m", "price": "kg"}
    fitted = distiller(missing="drop", units=units).fit(X, Y, sample_weight=np.linspace(1.0, 2.0, len(X)))
    assert fitted.formula_["price"].scaling.unit == "kg"
    assert fitted.predict(X.drop(index=3)).shape == (89, 2)
    assert "rows are weighted by sample_weight" in fitted.report()


def test_pickles_clones_and_cross_validation(distiller, planes):
    X, Y = planes
    fitted = distiller().fit(X, Y)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
    assert str(again.formula_) == str(fitted.formula_)
    assert cross_val_score(clone(fitted), X, Y.to_numpy(), cv=2).min() > 0.99
    wrapped = MultiOutputRegressor(distiller()).fit(X, Y.to_numpy())
    assert wrapped.predict(X).shape == (120, 3)


def test_one_column_is_one_target_and_warns_as_elsewhere(distiller, plane):
    X, y = plane
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        fitted = distiller().fit(X, y[:, None])
    assert fitted.predict(X).shape == (120,)
    assert str(fitted.formula_) == str(distiller().fit(X, y).formula_)


def test_an_export_names_its_target(distiller, planes):
    X, Y = planes
    formulas = distiller().fit(X, Y).formula_
    assert "def predict" in formulas.export("python", "mass")
    with pytest.raises(ResultError, match="name one of the targets: dose, length, mass"):
        formulas.export("python")
    with pytest.raises(KeyError, match="there is no target 'mas'; did you mean 'mass'"):
        formulas["mas"]


def test_a_gap_in_a_target_is_refused(distiller, planes):
    X, Y = planes
    with pytest.raises(ValueError, match="Input y contains NaN"):
        distiller().fit(X, Y.assign(mass=Y["mass"].where(Y.index > 3)))


def test_a_constant_target_is_refused_by_name(distiller, planes):
    X, Y = planes
    with pytest.raises(DataError, match=r"dataset 'mass': target 'mass' is constant .*nothing to explain"):
        distiller().fit(X, Y.assign(mass=1.0))


def test_two_targets_of_one_name_are_refused(distiller, planes):
    X, Y = planes
    with pytest.raises(DataError, match="y has several columns 'dose'; give each its own name"):
        distiller().fit(X, Y.set_axis(["dose", "length", "dose"], axis=1))


def test_targets_of_other_lengths_are_refused(distiller, planes):
    X, Y = planes
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        distiller().fit(X, Y.iloc[:-1])


@pytest.mark.slow
def test_two_hundred_targets_are_learnt_by_one_network(distiller, plane):
    X, _ = plane
    Y = X @ np.random.default_rng(0).normal(size=(3, 200))
    fitted = distiller(regularizer="jacobian", strength=0.01, distil={"teachers": "best"}).fit(X, Y)
    assert fitted.predict(X).shape == (120, 200)
    assert fitted.score(X, Y) > 0.99
    assert fitted.report().count("note: mlp: one model learnt 200 targets together") == 200
