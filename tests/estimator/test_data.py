"""Arrays and tables become what the study needs, and whatever cannot serve is refused with the remedy."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.exceptions import DataConversionWarning

from smoothdistill_core import DataError, RecipeError, ResultError


def test_the_formula_speaks_the_names_and_units_of_a_table(distiller, plane):
    X = pd.DataFrame(plane[0], columns=["height", "weight", "age"])
    fitted = distiller().fit(X, pd.Series(plane[1], name="price"))
    assert str(fitted.formula_).startswith("price = ")
    assert list(fitted.feature_names_in_) == fitted.formula_.names == ["height", "weight", "age"]
    np.testing.assert_allclose(fitted.predict(X), plane[1], atol=0.1)


@pytest.mark.parametrize("convert", [np.asarray, np.ndarray.tolist, np.float32, pd.DataFrame])
def test_columns_without_names_are_x0_and_on(distiller, plane, convert):
    fitted = distiller().fit(convert(plane[0]), plane[1])
    assert fitted.formula_.names == ["x0", "x1", "x2"]
    assert not hasattr(fitted, "feature_names_in_")
    np.testing.assert_allclose(fitted.predict(convert(plane[0])), plane[1], atol=0.1)


def test_columns_of_text_become_indicators(distiller, cars):
    X, y = cars.drop(columns="mpg"), cars["mpg"]
    fitted = distiller().fit(X, y)
    assert fitted.formula_.names == [
        "weight",
        *(f"[origin = {name}]" for name in ("japan", "usa")),  # europe is the commonest
        "cylinders",
    ]
    np.testing.assert_allclose(fitted.predict(X.head(7)), y.head(7), atol=0.1)
    np.testing.assert_allclose(
        fitted.teacher_.predict(X), fitted.teacher_.predict(X[["cylinders", "weight", "origin"]])
    )


NUMBERS = {
    "objects": lambda values: pd.Series(values, dtype=object),
    "whole numbers and fractions in one list": lambda values: pd.Series(
        [int(value) if value == int(value) else value for value in values], dtype=object
    ),
    "objects of numpy": lambda values: pd.Series([np.float64(value) for value in values], dtype=object),
    "decimals": lambda values: pd.Series([Decimal(str(value)) for value in values], dtype=object),
    "decimals and floats": lambda values: pd.Series([Decimal(values[0]), *values[1:]], dtype=object),
    "fractions": lambda values: pd.Series([Fraction(value) for value in values], dtype=object),
    "nullable": lambda values: pd.Series(values, dtype="Float64"),
    "arrow": lambda values: pd.Series(values, dtype="double[pyarrow]"),
    "arrow's decimals": lambda values: pd.Series(
        pd.array([Decimal(str(value)) for value in values], pd.ArrowDtype(pa.decimal128(20, 10)))
    ),
    "sparse": lambda values: pd.Series(pd.arrays.SparseArray(values)),
    "text": lambda values: pd.Series([str(value) for value in values]),
    "a transposed table": lambda values: pd.DataFrame([values, ["a"] * len(values)]).T[0],
}


@pytest.mark.parametrize("storage", NUMBERS)
def test_numbers_are_numbers_whatever_they_are_stored_as(distiller, plane, storage):
    values = [round(float(value) * 4) / 4 for value in plane[0][:, 0]]
    X = pd.DataFrame({"a": NUMBERS[storage](values), "b": plane[0][:, 1]})
    y = 2 * np.array(values) + plane[0][:, 1]
    fitted = distiller().fit(X, y)
    assert fitted.formula_.names == ["a", "b"]
    np.testing.assert_allclose(fitted.predict(X), y, atol=0.1)


BLOCKED = {
    "a placeholder": ([*"1234"] * 5 + ["-"], "holds numbers, and '-' in 1 of 21 rows; say X"),
    "commas": (["1,550", "2,300", "1,100"] * 7, "such as '1,550'"),
    "many texts": ([f"street {n}" for n in range(31)], "is text with 31 distinct values"),
    "long integers": ([10**400, 1, 2] * 7, "more digits than any floating-point number"),
}


@pytest.mark.parametrize("what", BLOCKED)
def test_text_follows_the_rules_of_files_and_the_remedy_is_pythons(distiller, what):
    values, message = BLOCKED[what]
    X = pd.DataFrame({"a": values, "b": np.arange(float(len(values)))})
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        distiller().fit(X, X["b"])
    assert 'X["a"]' in str(caught.value) or 'X.drop(columns=["a"])' in str(caught.value)


def test_everything_that_is_in_the_way_is_told_at_once(distiller):
    X = pd.DataFrame({name: values[:20] + values[-1:] for name, (values, _) in BLOCKED.items()})
    with pytest.raises(DataError) as caught:
        distiller().fit(X, np.arange(21.0))
    told = str(caught.value).splitlines()
    assert [line.split("'")[1] for line in told] == ["a placeholder", "commas", "long integers"]


def test_columns_of_numbers_are_categories_on_request(distiller, cars):
    fitted = distiller(categorical="cylinders").fit(cars.drop(columns="mpg"), cars["mpg"])
    assert fitted.formula_.names[-2:] == [f"[cylinders = {count}]" for count in (4, 6)]  # 8 are the commonest
    with pytest.raises(DataError, match="no categorical column 'cylinder'; did you mean 'cylinders'"):
        distiller(categorical=["cylinder"]).fit(cars.drop(columns="mpg"), cars["mpg"])


def test_tables_of_other_libraries_are_taken(distiller, cars):
    arrow = pytest.importorskip("pyarrow")
    X = arrow.Table.from_pandas(cars.drop(columns="mpg"))
    fitted = distiller().fit(X, cars["mpg"])
    np.testing.assert_allclose(fitted.predict(X), fitted.predict(cars.drop(columns="mpg")))


def test_the_index_of_a_table_plays_no_part(distiller, cars):
    turned = cars.iloc[::-1].set_axis(np.arange(len(cars)) // 2)
    fitted = distiller().fit(turned.drop(columns="mpg"), turned["mpg"])
    np.testing.assert_allclose(fitted.predict(turned.drop(columns="mpg")), turned["mpg"], atol=0.1)


def test_a_target_never_takes_the_name_of_an_input(distiller, plane):
    X = pd.DataFrame(plane[0], columns=["y", "y_", "x"])
    assert str(distiller().fit(X, plane[1]).formula_).startswith("y__ = ")


def test_a_column_vector_is_taken_with_a_warning(distiller, plane):
    flat = distiller().fit(*plane)
    with pytest.warns(DataConversionWarning):
        column = distiller().fit(plane[0], plane[1][:, None])
    assert str(column.formula_) == str(flat.formula_)


@pytest.mark.parametrize("name", ["lambda", "E", "S", "beta", "N", "a b", "q\"'", "β", "<b>", "x0", "", "log"])
def test_names_may_be_anything(distiller, plane, name):
    X = pd.DataFrame(plane[0], columns=[name, "x1", "x 2"])
    fitted = distiller().fit(X, plane[1])
    np.testing.assert_allclose(fitted.predict(X), plane[1], atol=0.1)


def test_a_log1p_target_is_undone(distiller, plane):
    target = np.expm1(plane[1] / 10 + 2)
    fitted = distiller(target="log1p").fit(plane[0], target)
    np.testing.assert_allclose(fitted.predict(plane[0]), target, rtol=0.02)
    with pytest.raises(DataError, match="log1p needs values above -1"):
        distiller(target="log1p").fit(*plane)


def with_gaps(cars: pd.DataFrame) -> pd.DataFrame:
    X = cars.drop(columns="mpg")
    X.loc[[3, 5], "weight"] = np.nan
    X.loc[8, "origin"] = None
    return X


def test_missing_values_are_refused_unless_something_else_is_said(distiller, cars, plane):
    with pytest.raises(DataError, match=r"column 'weight' is empty in 2 of 90 rows, first in data row 4.*missing='imp"):
        distiller().fit(with_gaps(cars), cars["mpg"])
    with pytest.raises(ValueError, match="contains NaN"):
        distiller().fit(np.where(plane[0] > 15, np.nan, plane[0]), plane[1])


def test_rows_with_missing_values_are_left_out_of_fit_on_request(distiller, cars):
    X = with_gaps(cars)
    fitted = distiller(missing="drop").fit(X, cars["mpg"])
    assert "3 of 90 rows dropped for missing values: weight (2), origin (1)" in fitted.report()
    whole = X.dropna()
    assert str(distiller().fit(whole, cars["mpg"][whole.index]).formula_) == str(fitted.formula_)
    with pytest.raises(DataError, match="column 'weight' is empty in 2 of 90 rows"):
        fitted.predict(X)


def test_missing_values_are_filled_in_on_request_in_predict_as_in_fit(distiller, cars):
    X = with_gaps(cars)
    fitted = distiller(missing="impute").fit(X, cars["mpg"])
    assert "missing values filled in: weight (2), origin (1)" in fitted.report()
    filled = X.fillna({"weight": X["weight"].median(), "origin": X["origin"].mode()[0]})
    np.testing.assert_array_equal(fitted.predict(X), fitted.predict(filled))
    np.testing.assert_array_equal(fitted.teacher_.predict(X), fitted.teacher_.predict(filled))


def test_a_column_without_any_value_is_dropped_when_filling_in(distiller, cars):
    X = cars.drop(columns="mpg").assign(nothing=np.nan, nobody=None)
    fitted = distiller(missing="impute").fit(X, cars["mpg"])
    assert "constant in the training part, dropped: nothing, nobody" in fitted.report()
    assert np.isfinite(fitted.predict(X)).all()


@pytest.mark.parametrize("missing", ["drop", "impute"])
def test_infinite_values_are_never_taken(distiller, cars, plane, missing):
    X = cars.drop(columns="mpg")
    X.loc[2, "weight"] = np.inf
    with pytest.raises(DataError, match="column 'weight' has 1 infinite values, the first in data row 3"):
        distiller(missing=missing).fit(X, cars["mpg"])
    with pytest.raises(ValueError, match="infinity"):
        distiller(missing=missing).fit(np.where(plane[0] > 15, np.inf, plane[0]), plane[1])


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.ones((20, 2)) * np.arange(20)[:, None], np.full(20, 3.0), "target 'y' is constant .3. .*nothing to exp"),
        (np.ones((20, 2)), np.arange(20.0), "all features are constant"),
        (np.arange(6.0).reshape(6, 1), np.arange(6.0), "6 rows are too few: the validation part would have 1"),
        (np.ones((1, 2)), [1.0], "1 sample"),
        (np.empty((0, 2)), [], "0 sample"),
        (np.empty((5, 0)), np.arange(5.0), "0 feature"),
        (np.arange(9.0), np.arange(9.0), "Reshape your data"),
        (np.ones((9, 2)), np.arange(8.0), "inconsistent numbers of samples"),
        (np.ones((9, 2)), np.arange(18.0).reshape(9, 2, 1), "Found array with dim 3"),
        (np.ones((9, 2)), [*"abcdefghi"], "could not convert string to float"),
        (np.ones((9, 2)), [np.nan, *range(8)], "Input y contains NaN"),
        (np.ones((9, 2)), None, "requires y to be passed, but the target y is None"),
        ([["a", 1.0]] * 9, np.arange(9.0), "could not convert string to float"),
        (np.ones((9, 2)) * 1j, np.arange(9.0), "Complex data not supported"),
        (pd.DataFrame({"a": [1.0]}), [1.0], "1 sample"),
        (pd.DataFrame([[1.0, 2.0]] * 9, columns=["a", "a"]), np.arange(9.0), "the columns a stand twice"),
        (pd.DataFrame({"day": pd.to_datetime(["2020-01-01"] * 9)}), np.arange(9.0), "no column can be an input"),
        (pd.DataFrame({"a": [1j] * 9}), np.arange(9.0), "column 'a' holds values of kind 'complex'"),
    ],
)  # fmt: skip
def test_data_that_cannot_serve_are_refused(distiller, X, y, message):
    with pytest.raises(ValueError, match=message):
        distiller().fit(X, y)


def test_new_rows_have_to_be_like_those_of_fit(distiller, cars):
    fitted = distiller().fit(cars.drop(columns="mpg"), cars["mpg"])
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(cars[["weight", "cylinders", "origin"]])
    with pytest.raises(ValueError, match="column 'weight' holds 'heavy' in data row 1, where a number belongs"):
        fitted.predict(pd.DataFrame({"weight": ["heavy"], "origin": ["usa"], "cylinders": [4]}))
    with pytest.raises(DataError, match="the rows have no column 'origin'; known: weight"):
        fitted.teacher_.predict(cars[["weight"]])


@pytest.mark.slow
def test_one_input_and_five_hundred_are_enough(distiller):
    rng = np.random.default_rng(0)
    for width in (1, 500):
        X = rng.normal(size=(60, width))
        fitted = distiller().fit(X, X[:, 0] + 0.01 * rng.normal(size=60))
        assert fitted.n_features_in_ == width
        assert np.isfinite(fitted.predict(X)).all()


def test_rows_are_drawn_where_fewer_are_asked_for(distiller, plane):
    fitted = distiller(max_rows=40).fit(*plane)
    assert fitted.results_.trials.popitem()[1].facts.rows == {"validation": 8, "train": 32}


def test_rows_to_choose_on_are_the_latest_or_whole_groups_on_request(distiller, plane):
    X = pd.DataFrame(plane[0], columns=["a", "b", "c"])
    X = X.assign(day=pd.date_range("2026-01-01", periods=len(X)), patient=np.arange(len(X)) % 10)
    in_time = distiller(split="time", by="day").fit(X, plane[1])
    assert in_time.formula_.names == ["a", "b", "c", "patient"]
    (trial,) = in_time.results_.trials.values()
    assert any("validation from 2026-04-07 to 2026-04-30" in note for note in trial.facts.notes)
    np.testing.assert_allclose(in_time.predict(X), plane[1], atol=0.1)
    grouped = distiller(split="group", by="patient").fit(X.drop(columns="day"), plane[1])
    (trial,) = grouped.results_.trials.values()
    assert trial.facts.rows == {"validation": 24, "train": 96}
    assert "split by the groups of patient: 8 train, 2 validation" in trial.facts.notes
    with pytest.raises(RecipeError, match="a split by time needs the column of the times; add by: COLUMN"):
        distiller(split="time").fit(X, plane[1])


def test_many_columns_are_screened_on_request(distiller):
    X = np.random.default_rng(0).normal(size=(200, 60))
    fitted = distiller(screen=2).fit(X, 2 * X[:, 7] - X[:, 50])
    assert fitted.formula_.names == ["x7", "x50"]
    np.testing.assert_allclose(fitted.predict(X), 2 * X[:, 7] - X[:, 50], atol=0.05)


def test_a_choice_that_came_to_nothing_is_said(distiller, plane):
    with pytest.raises(ResultError, match="no choice 'sweet spot'"):
        distiller(regularizer="jacobian", strength=5.0, choose={"rule": "sweet_spot"}).fit(*plane)
