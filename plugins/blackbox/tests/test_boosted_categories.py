"""Models of boosted trees that were fitted on pandas' categories get them back, in their type and their order."""

import numpy as np
import pandas as pd
import pytest

from smoothdistill_blackbox import BlackBox
from smoothdistill_core import DataError, SymbolicDistiller, Table, TrainingJob
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.testing.tiny import Plain


@pytest.fixture(scope="module")
def houses():
    """A table with categories of text and of numbers in no alphabetical order, and prices that hang on them."""
    rng = np.random.default_rng(0)
    towns, zones = rng.choice(["Ulm", "Kiel", "Trier"], 300), rng.choice([3, 1, 2], 300)
    X = pd.DataFrame(
        {
            "area": rng.uniform(20, 200, 300).round(1),
            "town": pd.Categorical(towns, ["Ulm", "Kiel", "Trier"]),
            "zone": pd.Categorical(zones, [3, 1, 2], ordered=False),
        }
    )
    return X, 3 * X["area"] + 80.0 * (towns == "Kiel") - 30.0 * (zones == 1)


def lightgbm(X, y):
    from lightgbm import LGBMRegressor

    return LGBMRegressor(n_estimators=40, verbose=-1, n_jobs=1).fit(X, y)


def lightgbm_booster(X, y):
    return lightgbm(X, y).booster_


def xgboost(X, y):
    from xgboost import XGBRegressor

    return XGBRegressor(n_estimators=40, enable_categorical=True, n_jobs=1).fit(X, y)


def catboost(X, y):
    from catboost import CatBoostRegressor

    options = {"iterations": 60, "verbose": 0, "thread_count": 1, "allow_writing_files": False}
    return CatBoostRegressor(cat_features=["town", "zone"], **options).fit(X, y)


@pytest.mark.parametrize("fit", [lightgbm, lightgbm_booster, xgboost, catboost], ids=lambda fit: fit.__name__)
def test_a_model_that_was_fitted_on_categories_is_explained(fit, houses):
    X, y = houses
    model = fit(X, y)
    teacher = BlackBox.of(model, takes="frame")
    explained = SymbolicDistiller(teacher=teacher, student="linear", regularizer="none", random_state=0).fit(X)
    np.testing.assert_allclose(explained.teacher_.predict(X), model.predict(X), rtol=1e-6)
    assert explained.score(X, model.predict(X)) > 0.98


def test_a_function_gets_the_categories_in_their_order(houses):
    X, y = houses
    table = Table(
        X.astype({"town": str, "zone": object}).assign(y=y),
        "y",
        ("zone",),
        declared={"town": categories(X["town"]), "zone": categories(X["zone"])},
    )
    split = prepare(table, Prepare(), seed=0)
    scaling = Scaling.from_json(split.facts.scaling.to_json())
    assert scaling == split.facts.scaling
    seen = []
    rows = split.parts["train"]
    job = TrainingJob(rows.X, rows.y, Plain(), 0.0, 0, scaling=scaling)
    BlackBox.of(lambda frame: seen.append(frame) or frame["area"], takes="frame").train([job])
    assert seen[0]["town"].dtype == X["town"].dtype
    assert seen[0]["zone"].dtype == X["zone"].dtype


def test_text_in_place_of_the_categories_of_a_model_says_what_helps(houses):
    X, y = houses
    with pytest.raises(DataError, match=r"X\[column\]\.astype\('category'\) for categories"):
        SymbolicDistiller(teacher="blackbox", model=lightgbm(X, y)).fit(X.astype({"town": str}))


def categories(column):
    from smoothdistill_core.columns import Categories

    return Categories(tuple(column.cat.categories.tolist()))
