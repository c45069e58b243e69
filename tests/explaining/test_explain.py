"""A finished model is explained: formulas, how near they are, what matters, where they differ; and kept as JSON."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor

import smoothdistill_core
from smoothdistill_core import DataError, ExplanationDisplay, ModelExplanation, ResultError
from smoothdistill_core.explaining.document import Document, schema
from stand_ins.homes import price


def test_a_function_of_tables_gets_a_formula_in_the_tables_own_names(prices, homes):
    assert set(prices.formula.names) == {"area", "rooms", "[town = Kiel]", "[town = Ulm]"}
    assert str(prices).startswith("prediction = ")
    missed = np.mean((prices.predict(homes) - price(homes)) ** 2)
    assert 1 - missed / np.var(price(homes)) == pytest.approx(prices.scores["r2"], abs=0.1)


def test_fidelity_is_of_rows_that_were_held_out_and_says_where_it_is_worst(prices):
    assert prices.rows == {"train": 80, "validation": 32, "test": 48}
    assert f"reproduces {100 * prices.scores['r2']:.0f} % of the model's variation on 48 rows" in prices.fidelity
    assert "It is worst where area is above" in prices.fidelity


def test_importance_and_effects_are_of_columns_with_the_model_beside(prices):
    importance = prices.importance()
    assert next(iter(importance)) == "area"
    assert sum(importance.values()) == pytest.approx(1)
    effect = prices.effects()["area"]
    assert effect.teacher[-1] < max(effect.teacher)  # that is the model, for the largest homes
    assert effect.formula[-1] == max(effect.formula)


def test_the_rows_at_which_they_differ_most_come_first_with_their_numbers_in_x(prices, homes):
    table = prices.disagreement()
    missed = (table["model"] - table["formula"]).abs()
    assert missed.is_monotonic_decreasing
    shown = homes.iloc[table["row"]]
    assert shown["town"].tolist() == table["town"].tolist()
    np.testing.assert_allclose(price(shown), table["model"])
    np.testing.assert_allclose(prices.predict(shown), table["formula"])


@pytest.mark.parametrize("named", ["model", "row", "formula"])
def test_a_column_that_is_called_like_an_answer_stays_beside_it(explain, named):
    cars = pd.DataFrame({named: np.linspace(1.0, 2.0, 60), "b": np.cos(np.arange(60.0))})
    table = explain(lambda frame: frame[named] ** 3 + frame["b"], cars).disagreement()
    np.testing.assert_array_equal(cars[named].loc[table["row_" if named == "row" else "row"]], table[named])
    np.testing.assert_allclose(table["model_" if named == "model" else "model"], table[named] ** 3 + table["b"])


@pytest.mark.parametrize("wrong", [{"area": "Area"}, {"town": "city", "rooms": "room"}])
def test_rows_are_taken_by_name_and_never_by_place_where_a_name_is_another(prices, homes, wrong):
    for ask in (prices.predict, prices.contributions):
        with pytest.raises(DataError, match=f"the rows have no column '{sorted(wrong)[0]}'; did you mean|known: "):
            ask(homes[["town", "rooms", "area"]].rename(columns=wrong))
    np.testing.assert_array_equal(prices.predict(homes[["town", "rooms", "area"]]), prices.predict(homes))


def test_another_size_is_taken_without_a_search(prices, homes):
    small = prices.at(1)
    assert small.sizes.equals(prices.sizes)
    assert small.scores["r2"] < prices.scores["r2"]
    assert (small.predict(homes) != prices.predict(homes)).any()
    with pytest.raises(ResultError, match="no formula has at most 0 nodes; they have 1, "):
        prices.at(0)


def test_what_json_keeps_is_the_whole_explanation(prices, homes):
    said = json.loads(json.dumps(prices.to_dict(), allow_nan=False))
    again = ModelExplanation.from_dict(said)
    assert again == prices
    np.testing.assert_array_equal(again.predict(homes), prices.predict(homes))
    assert again.export("python") == prices.export("python")
    assert schema()["properties"]["version"]["const"] == said["version"] == 1
    assert set(schema()["required"]) == set(said) == set(Document.model_fields)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "has version 2, and this smoothdistill reads version 1"),
        ({"format": "a shopping list"}, "this is no smoothdistill model explanation"),
        ({"rows": "many"}, "is damaged at rows: "),
        ({"guess": 1}, "is damaged at guess: "),
    ],
)
def test_other_data_are_refused_in_one_line(prices, change, message):
    with pytest.raises(ResultError, match=message):
        ModelExplanation.from_dict({**prices.to_dict(), **change})


def test_pictures_are_drawn_on_axes_that_are_given_or_made(prices):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert prices.plot("area", ax) is ax
    assert ax.get_xlabel() == "area"
    agreement, importance, column = prices.plot()
    assert agreement.figure is importance.figure is column.figure
    assert agreement.get_xlabel() == "prediction, model"
    with pytest.raises(ResultError, match="there is no picture 'aera'; did you mean 'area'"):
        prices.plot("aera")


def test_a_picture_of_many_rows_has_all_of_them_in_pixels_too(prices):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = prices.plot("agreement").figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    few = np.asarray(canvas.buffer_rgba())
    coloured = (few[..., 2].astype(int) - few[..., 0] > 40).sum()
    assert coloured > 48 * 4


def test_a_notebook_shows_formula_fidelity_and_pictures_and_no_markup_of_the_data(explain):
    X = pd.DataFrame({"<b>": np.linspace(0, 1, 60), "n": np.arange(60) % 7})
    page = explain(lambda frame: 2.0 * frame["<b>"] + frame["n"], X)._repr_html_()
    assert page.count("<svg") == 4
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "reproduces" in page


def test_the_same_question_gets_the_same_answer_and_leaves_random_states_alone(explain, prices, homes):
    import random

    before, of_numpy = random.getstate(), np.random.get_state()[1].copy()
    assert explain(price, homes).to_dict() == prices.to_dict()
    assert random.getstate() == before
    assert (np.random.get_state()[1] == of_numpy).all()


@pytest.mark.slow
def test_a_forest_is_explained_by_the_usual_students_better_than_by_a_line_of_that_size(explain):
    X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    forest = RandomForestRegressor(50, random_state=0).fit(X, y)
    explained, line = smoothdistill_core.explain(forest, X), explain(forest, X)
    assert explained.at(12).scores["r2"] > line.at(12).scores["r2"]
    assert explained.at(20).scores["r2"] > 0.6


def test_a_display_draws_as_those_of_scikit_learn_do(explain, homes):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    display = ExplanationDisplay.from_estimator(price, homes, what="area", ax=ax, student="linear")
    assert display.ax_ is ax
    assert ax.get_xlabel() == "area"
    again = ExplanationDisplay(display.explanation)
    assert not hasattr(again, "ax_")
    assert again.plot() is again
    assert again.figure_ is again.ax_.figure
    assert again.ax_.get_xlabel() == "prediction, model"
