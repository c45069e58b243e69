"""What a column adds to a formula's answer is its mean contribution over all orders of the columns."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Formula
from smoothdistill_core.explaining import shapley
from smoothdistill_core.explaining.shapley import addends, shapley_values
from stand_ins.homes import price

X0, X1, X2, X3 = (Formula.variable(place) for place in range(4))


def of(operator, *parts):
    return Formula.apply(operator, *parts)


def number(value):
    return Formula.constant(value)


JOINED = of("add", of("mul", X0, of("sin", X1)), of("sub", of("exp", X2), of("mul", X1, X2)))


def by_definition(formula, columns, row, background):
    """Return the mean contributions over all orders and background rows, one after the other."""
    values = np.zeros(len(columns))
    orders = list(permutations(range(len(columns))))
    for other in background:
        for order in orders:
            mixed = other.copy()
            for column in order:
                before = formula.predict(mixed[None])[0]
                mixed[columns[column]] = row[columns[column]]
                values[column] += formula.predict(mixed[None])[0] - before
    return values / (len(orders) * len(background))


def test_values_are_the_mean_over_all_orders():
    rng = np.random.default_rng(0)
    X, background = rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    columns = [[0], [1], [2, 3]]  # the last one is a column of categories
    formula = of("add", JOINED, of("mul", X3, X0))
    found = shapley_values(formula, columns, X, background)
    wanted = [by_definition(formula, columns, row, background) for row in X]
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), formula.predict(X) - formula.predict(background).mean())


def test_of_a_sum_a_column_has_what_its_own_part_adds_however_many_columns_there_are():
    rng = np.random.default_rng(1)
    slopes = rng.normal(size=30)
    X, background = rng.normal(size=(4, 30)), rng.normal(size=(7, 30))
    found = shapley_values(Formula.linear(slopes.tolist(), 2.0), [[place] for place in range(30)], X, background)
    np.testing.assert_allclose(found, slopes * (X - background.mean(axis=0)), atol=1e-12)


def test_addends_add_to_the_formula():
    whole = of("mul", number(3.0), of("sub", of("add", X0, of("neg", of("sub", X1, X2))), of("div", JOINED, number(2))))
    parts = addends(whole)
    X = np.random.default_rng(2).normal(size=(9, 3))
    np.testing.assert_allclose(sum(part.predict(X) for part in parts), whole.predict(X))
    assert [len(part.inputs) for part in parts] == [1, 1, 1, 2, 1, 2]


def test_what_is_no_sum_and_has_many_columns_is_near_by_chance(monkeypatch):
    rng = np.random.default_rng(3)
    X, background = rng.uniform(1, 2, (3, 4)), rng.uniform(1, 2, (200, 4))
    product, columns = of("mul", of("mul", X0, X1), of("mul", X2, X3)), [[0], [1], [2], [3]]
    exact = shapley_values(product, columns, X, background)
    monkeypatch.setattr(shapley, "MOST_COLUMNS", 3)
    near = shapley_values(product, columns, X, background)
    assert not np.array_equal(near, exact)
    np.testing.assert_allclose(near, exact, atol=0.15)
    np.testing.assert_allclose(near.sum(axis=1), exact.sum(axis=1))
    np.testing.assert_array_equal(near, shapley_values(product, columns, X, background))


def test_rows_come_in_slices(monkeypatch):
    rng = np.random.default_rng(4)
    X, background, columns = rng.normal(size=(10, 3)), rng.normal(size=(6, 3)), [[0], [1], [2]]
    whole = shapley_values(JOINED, columns, X, background)
    monkeypatch.setattr(shapley, "MOST_ROWS", 13)
    np.testing.assert_allclose(shapley_values(JOINED, columns, X, background), whole)


def test_of_a_table_each_column_has_a_value_in_the_units_of_the_target(prices, homes):
    rows = homes.iloc[[5, 9]]
    values = prices.contributions(rows, background=homes)
    assert list(values.columns) == ["area", "rooms", "town"]
    assert list(values.index) == [5, 9]
    mean = prices.predict(homes).mean()
    np.testing.assert_allclose(values.sum(axis=1), prices.predict(rows) - mean)
    row = homes.iloc[:1].assign(town="Kiel")
    others = pd.concat([row.assign(town=town) for town in homes["town"]])
    wanted = prices.predict(row)[0] - prices.predict(others).mean()  # of a line, a column has what it adds by itself
    assert prices.contributions(row, homes)["town"].iloc[0] == pytest.approx(wanted)
    assert prices.contributions(row).to_numpy().sum() != 0


def test_rows_may_be_lists(explain, points):
    explained = explain(lambda X: X[:, 0] + X[:, 1], points)
    pd.testing.assert_frame_equal(explained.contributions(points[:2].tolist()), explained.contributions(points[:2]))


def test_a_background_without_rows_is_refused(prices, homes):
    with pytest.raises(DataError, match="the background has no row"):
        prices.contributions(homes, homes.iloc[:0])


def test_shap_gets_its_own_kind_of_values_and_finds_the_same(explain, points):
    shap = pytest.importorskip("shap")
    bent = explain(lambda X: X[:, 0] * 2 + X[:, 1], points)
    ours = bent.to_shap(points[:6], points[6:40])
    masker = shap.maskers.Independent(points[6:40], max_samples=34)
    theirs = shap.explainers.ExactExplainer(bent.predict, masker)(points[:6])
    np.testing.assert_allclose(ours.values, theirs.values, atol=1e-8)
    np.testing.assert_allclose(ours.base_values, theirs.base_values)
    assert ours.feature_names == ["x0", "x1", "x2"]
    table = pd.DataFrame({"area": [50.0], "rooms": [3], "town": ["Kiel"]})
    assert explain(price, _homes()).to_shap(table).data.tolist() == [[50.0, 3.0, "Kiel"]]


def _homes():
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {"area": rng.uniform(20, 200, 90), "rooms": rng.integers(1, 7, 90), "town": rng.choice(["Kiel", "Ulm"], 90)}
    )
