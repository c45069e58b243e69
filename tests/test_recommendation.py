"""The recommendation on tables as people have them: short, of few columns, and as good as longer formulas."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import SymbolicDistiller

TABLES = Path(__file__).parent / "shared" / "tables"

pytestmark = pytest.mark.slow


def recommended(X, y, random_state=0, **options):
    """Return the recommended formula's row of the front of a fit with two searches: on the data, and on a teacher."""
    student = {"name": "operon", **options}
    distiller = SymbolicDistiller(regularizer="none", student=student, random_state=random_state).fit(X, y)
    front = distiller.front_
    (taken,) = front[front["recommended"]].itertuples()
    return taken


def columns_of(taken):
    return {feature.column for feature in taken.formula.scaling.features if feature.name in str(taken.formula)}


def test_a_law_is_recommended_as_it_is_written():
    """Ridge regression was recommended here once: a few large errors of it hid how bad it is."""
    rng = np.random.default_rng(6)
    X = rng.uniform(1, 5, size=(300, 3))
    y = X[:, 0] * X[:, 1] / X[:, 2]
    y = pd.Series(y + 0.01 * y.std() * rng.normal(size=300), name="y")
    X = pd.DataFrame(X, columns=["a", "b", "c"])
    taken = recommended(X, y, random_state=6, population_size=500, generations=15)
    assert str(taken.formula).startswith("y = a*b/c ")


def test_a_law_without_noise_is_recommended_as_it_is_written():
    """Of a clean law a formula of forty nodes was recommended here once, which was as exact."""
    X = np.random.default_rng(6).uniform(1, 5, size=(300, 3))
    y = pd.Series(X[:, 0] * X[:, 1] / X[:, 2], name="y")
    taken = recommended(pd.DataFrame(X, columns=["a", "b", "c"]), y, operators=["add", "sub", "mul", "div"])
    assert str(taken.formula).startswith("y = a*b/c")


def test_thirty_two_cars_give_a_formula_of_a_few_columns():
    """Motor Trend, 1974: here 41 nodes over all ten columns were recommended once, no better than weight alone."""
    cars = pd.read_csv(TABLES / "mtcars.csv")
    taken = recommended(cars.drop(columns="mpg"), cars.mpg)
    assert taken.nodes <= 9
    assert len(columns_of(taken)) <= 3
    assert taken.r2_train > 0.7


def test_penguins_weigh_by_species_sex_and_size():
    penguins = pd.read_csv(files("palmerpenguins") / "data" / "penguins.csv").dropna()
    taken = recommended(penguins.drop(columns="body_mass_g"), penguins.body_mass_g)
    assert taken.nodes <= 40
    assert taken.r2_validation > 0.85
    assert {"species", "sex"} <= columns_of(taken)


def test_a_day_in_seattle_is_as_warm_as_its_night_and_season_say():
    days = pd.read_csv(files("vega_datasets") / "_data" / "seattle-weather.csv", parse_dates=["date"])
    days["day"] = days.pop("date").dt.strftime("%j").astype(int)
    taken = recommended(days.drop(columns="temp_max"), days.temp_max)
    assert taken.nodes <= 30
    assert taken.r2_validation > 0.8
    assert "temp_min" in columns_of(taken)


def test_who_survives_is_told_by_sex_and_class():
    """As on the Titanic: chances by sex, class and age, and no way to tell which of two alike survives."""
    rng = np.random.default_rng(0)
    pclass, age = rng.choice([1, 2, 3], 800, p=[0.24, 0.21, 0.55]), rng.gamma(5, 6, 800)
    sex = rng.choice(["female", "male"], 800, p=[0.35, 0.65])
    fare = np.exp(rng.normal(4.6 - 0.8 * pclass, 0.5))
    odds = 2.5 - 2.6 * (sex == "male") - 1.1 * (pclass - 1) - 0.03 * (age - 30)
    survived = pd.Series((rng.uniform(size=800) < 1 / (1 + np.exp(-odds))).astype(float), name="survived")
    X = pd.DataFrame({"pclass": pclass, "sex": sex, "age": age, "fare": fare, "siblings": rng.poisson(0.5, 800)})
    taken = recommended(X, survived)
    assert taken.nodes <= 15
    assert {"sex", "pclass"} <= columns_of(taken) <= {"sex", "pclass", "age"}
