"""Tables that people have go through `init` at once, and the recipe that it writes reads them."""

import io
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Registry, Study, recipe_from_text
from smoothdistill_core.cli.predicting import as_csv
from smoothdistill_core.cli.reading_rows import read_rows
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.prediction import predicted_rows
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import propose
from smoothdistill_datasets.sources import SHIPPED

REGISTRY = Registry()
VEGA, PENGUINS = files("vega_datasets") / "_data", files("palmerpenguins") / "data"

TABLES = {
    "the weather of Seattle": (VEGA / "seattle-weather.csv", "temp_max", ["date"]),
    "temperatures of Seattle": (VEGA / "seattle-temps.csv", "temp", []),
    "employment in the USA": (VEGA / "us-employment.csv", "nonfarm", ["month"]),
    "stocks": (VEGA / "stocks.csv", "price", ["date"]),
    "electricity in Iowa": (VEGA / "iowa-electricity.csv", "net_generation", ["year"]),
    "deaths in the riots of Los Angeles": (
        VEGA / "la-riots.csv",
        "age",
        ["first_name", "last_name", "address", "neighborhood", "death_date"],
    ),
    "airports": (VEGA / "airports.csv", "latitude", None),
    "penguins": (PENGUINS / "penguins.csv", "body_mass_g", []),
    "penguins as they were written down": (
        PENGUINS / "penguins-raw.csv",
        "Body Mass (g)",
        ["Individual ID", "Date Egg"],
    ),
    "concrete": (SHIPPED / "concrete_strength.csv.gz", "Concrete compressive strength", []),
}
"""File, target, and what is left out; None where `init` has to ask."""


@pytest.mark.parametrize("name", TABLES)
def test_a_real_table_is_read_in_one_round_or_the_question_is_one_line(name, tmp_path):
    path, target, left_out = TABLES[name]
    if left_out is None:
        with pytest.raises(DataError, match=r"missing_values: \[\] where it is") as caught:
            propose(REGISTRY, str(path), target, {})
        assert "\n" not in str(caught.value)
        return
    proposed = propose(REGISTRY, str(path), target, {})
    recipe = recipe_from_text(proposed.text(tmp_path), REGISTRY, folder=tmp_path)
    assert list(proposed.proposal.left_out) == left_out
    split = prepare(recipe.dataset[0].load(), recipe.prepare, seed=0)
    assert len(split.parts["train"].X) > 20


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, (_, _, left_out) in TABLES.items() if left_out is not None])
def test_a_run_on_a_real_table_predicts_its_own_training_file(name, tmp_path):
    path, target, _ = TABLES[name]
    read = recipe_from_text(propose(REGISTRY, str(path), target, {}).text(tmp_path), REGISTRY, folder=tmp_path)
    quick = {
        "student": (REGISTRY.components("student")["linear"](),),
        "distil": read.distil.model_copy(update={"teachers": "none"}),
        "trials": read.trials.model_copy(update={"seeds": 1}),
    }
    recipe = read.model_copy(update=quick)
    (outcome,) = Study(recipe, REGISTRY).run(executor=CallingThread(), workers=1).recommended
    frame, _ = read_rows(Path(str(path)), recipe.dataset[0], None)
    predicted = predicted_rows(outcome.explanation, frame, recipe.prepare)
    assert np.isfinite(predicted.values).sum() >= sum(outcome.trial.facts.rows.values())
    back = pd.read_csv(io.StringIO(as_csv(frame.assign(predicted=predicted.values)), newline=""))
    assert len(back) == len(frame)
    np.testing.assert_array_equal(back["predicted"], predicted.values)
