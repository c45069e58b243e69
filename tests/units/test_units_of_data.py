"""A recipe, a dataset or an estimator says which units columns are in; what does not fit is told at its place."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import DataError, Dataset, RecipeError, Registry, SymbolicDistiller, Table, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.components import loaded
from smoothdistill_core.preparation import SplitFacts, fingerprint, prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.units import DataUnits, Unit

MOTION = """
name: motion
dataset: {name: csv, path: motion.csv, target: E, units: {m: kg, v: m/s, E: J}}
student: linear
distil: {teachers: none}
trials: {seeds: 1}
"""


class Motion(Dataset):
    """Knows the units of its columns itself."""

    name = "motion"

    def load(self):
        m, v = np.random.default_rng(0).uniform(1.0, 5.0, size=(2, 120))
        frame = pd.DataFrame({"m": m, "v": v, "kind": np.where(m > 3, "heavy", "light"), "E": 0.5 * m * v**2})
        return Table(frame, "E", units={"m": "kg", "v": "m/s"})


def units_of(table):
    return prepare(table, Prepare(), 0).facts.scaling.units


@pytest.fixture
def recipe(tmp_path):
    Motion().load().frame.drop(columns="kind").to_csv(tmp_path / "motion.csv", index=False)
    path = tmp_path / "motion.yaml"
    path.write_text(MOTION)
    return path


@pytest.fixture
def run(recipe, monkeypatch):
    """Run the recipe, changed, and return what the command line says."""
    monkeypatch.chdir(recipe.parent)

    def run(before="", after=""):
        recipe.write_text(MOTION.replace(before, after))
        return CliRunner().invoke(main, ["run", "motion.yaml", "--workers", "1"], catch_exceptions=False)

    return run


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("mtre", "recipe.yaml:2:53: dataset.units.v: there is no unit 'mtre'; did you mean 'metre'"),
        ("degC", "recipe.yaml:2:53: dataset.units.v: 'degC' has a zero of its own"),
        ("3", "recipe.yaml:2:53: dataset.units.v: 3 does not fit; it should be text"),
        ("", "recipe.yaml:2:52: dataset.units.v: is empty"),
    ],
)
def test_what_is_no_unit_is_told_at_its_place_in_the_recipe(unit, told):
    text = f"name: motion\ndataset: {{name: csv, path: a, target: E, units: {{v: {unit}}}}}\n"
    with pytest.raises(RecipeError) as refused:
        recipe_from_text(text, Registry(), "recipe.yaml")
    assert str(refused.value).startswith(told)


def test_a_column_that_is_not_there_is_told_at_its_place_in_the_recipe(run):
    told = run("v: m/s", "vv: m/s").output
    assert "motion.yaml:3:66: units names no column 'vv'; did you mean 'v'? known: E, m, v" in " ".join(told.split())


def test_a_dataset_may_know_its_units_and_the_recipe_has_the_last_word():
    known = units_of(loaded(Motion()))
    assert known == DataUnits((Unit("kg"), Unit("m/s"), Unit("")), None)  # the last is the indicator of a category
    told = units_of(loaded(Motion(units={"v": "km/h", "E": ""})))
    assert told == DataUnits((Unit("kg"), Unit("km/h"), Unit("")), Unit(""))
    assert units_of(replace(Motion().load(), units={})) is None


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ({"w": "kg"}, "units names no column 'w'; known: E, kind, m, v"),
        ({"m": "blub"}, "there is no unit 'blub'"),
        ({"m": 3}, "the unit of column 'm' must be text, not 3"),
        ({"kind": "kg"}, "column 'kind' holds categories, which have no unit; take it out of units"),
    ],
)
def test_a_dataset_that_knows_them_wrongly_is_refused(units, told):
    with pytest.raises(DataError, match=told.replace("(", r"\(")):
        prepare(replace(Motion().load(), units=units), Prepare(), 0)


def test_units_belong_to_the_data_and_outlive_them():
    table = loaded(Motion())
    facts = prepare(table, Prepare(), 0).facts
    assert SplitFacts.from_json(facts.to_json()) == facts
    assert fingerprint(table) != fingerprint(loaded(Motion(units={"E": "J"})))  # students may search by them


@pytest.mark.slow
def test_a_run_shows_the_units_of_constants_and_its_folder_keeps_them(run, recipe):
    assert run().exit_code == 0
    recipe.unlink()
    told = CliRunner().invoke(main, ["show", "motion"], catch_exceptions=False).output
    assert re.search(
        r"constants, ± standard error: 8 ± [0-9.]+ J\*s/m, 8\.4 ± [0-9.]+ J\n", told
    )  # of the formula to take; other sizes only say what breaks units
    data = json.loads(CliRunner().invoke(main, ["show", "motion", "--json"], catch_exceptions=False).output)
    units = data["fronts"]["motion"][0]["units"]
    assert units["outcome"] == "consistent with units of constants"
    assert units["constants"][-1]["unit"] == "J"
    assert data["formulas"][0]["units"]["breaks"] == ""


@pytest.mark.slow
def test_without_units_nothing_is_said_of_them(run):
    assert run(", units: {m: kg, v: m/s, E: J}").exit_code == 0
    told = CliRunner().invoke(main, ["show", "motion"], catch_exceptions=False).output
    assert re.search(r"constants, ± standard error: [0-9.]+ ± [0-9.]+, [0-9.]+ ± [0-9.]+\n", told)
    data = json.loads(CliRunner().invoke(main, ["show", "motion", "--json"], catch_exceptions=False).output)
    assert data["formulas"][0]["units"] is None


def distiller(**parameters):
    return SymbolicDistiller(student="linear", distil={"teachers": "best"}, random_state=0, **SMALL, **parameters)


SMALL = {"teacher": {"name": "mlp", "hidden": [4], "epochs": 2}, "regularizer": "none"}


def test_the_estimator_takes_units_by_column():
    table = Motion().load().frame
    fitted = distiller(units={"m": "kg", "E": "J"}).fit(table[["m"]], table["E"])
    assert [constant.unit for constant in fitted.formula_.units.constants] == ["J", "J/kg"]
    assert "constants, ± standard error: " in fitted.report()


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ({"m": "mtre"}, "SymbolicDistiller: units.m: there is no unit 'mtre'"),
        ({"w": "kg"}, "SymbolicDistiller: units names no column 'w'; known: E, m, v"),
        ("kg", "SymbolicDistiller: units: the text 'kg' does not fit"),
    ],
)
def test_the_estimator_says_what_is_wrong_with_units(units, told):
    table = Motion().load().frame
    with pytest.raises(ValueError) as refused:
        distiller(units=units).fit(table[["m", "v"]], table["E"])
    assert told in str(refused.value)


def test_of_several_targets_it_says_so_too():
    table = Motion().load().frame
    with pytest.raises(ValueError, match="units: the text 'kg' does not fit"):
        distiller(units="kg").fit(table[["m"]], table[["v", "E"]])
