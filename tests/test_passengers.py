"""The table of the recipe `passengers` is made, by this law and this seed."""

import numpy as np
import pandas as pd

from smoothdistill_core.recipe import shipped_recipes

ROWS = 1000


def made():
    """Return passengers of a ship that sank: women, children and the better classes were saved more often."""
    rng = np.random.default_rng(0)
    sex = rng.choice(["female", "male"], ROWS, p=[0.35, 0.65])
    age = np.clip(rng.normal(30, 14, ROWS), 1, 75).round()
    cabin = rng.choice([1, 2, 3], ROWS, p=[0.25, 0.2, 0.55])
    fare = np.exp(rng.normal(4.6 - 0.9 * cabin, 0.5, ROWS)).round(2)
    log_odds = 2.6 * (sex == "female") - 0.9 * (cabin - 2) + 3.0 * np.exp(-age / 10) - 1.3
    survived = np.where(rng.random(ROWS) < 1 / (1 + np.exp(-log_odds)), "yes", "no")
    return pd.DataFrame({"sex": sex, "age": age, "cabin": cabin, "fare": fare, "survived": survived})


def test_the_shipped_table_is_the_one_that_is_made_here():
    table = pd.read_csv(shipped_recipes()["passengers"].with_name("passengers.csv"))
    pd.testing.assert_frame_equal(table, made(), check_dtype=False)
