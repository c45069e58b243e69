"""A file of a person's own, in its own way of writing, is split by a column that is no input, and predicted again."""

import io

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import DataError, Registry, Results, Study, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.preparation import learn

pytestmark = pytest.mark.xdist_group("written_in_order")  # they share a run

RECIPE = """
name: visits
dataset:
  name: csv
  path: visits.csv
  target: dose
  separator: ";"
  decimal: ","
  encoding: latin-1
  day_first: true
  drop: [patient]
{dates}
prepare: {prepare}
student: linear
choose: {{formula: best}}
distil: {{teachers: none}}
trials: {{seeds: 1}}
"""


def visits(rows=90):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "tag": pd.date_range("2024-01-01", periods=rows).strftime("%d/%m/%Y"),
            "patient": [f"Müller {place % 45}" for place in range(rows)],
            "größe": random.uniform(150, 200, rows).round(1),
        }
    )
    frame["dose"] = (0.1 * frame["größe"] + random.normal(0, 0.1, rows)).round(3)
    return frame


def as_written(frame):
    return frame.to_csv(index=False, sep=";", decimal=",").encode("latin-1")


def recipe(folder, prepare, dates=""):
    (folder / "visits.csv").write_bytes(as_written(visits()))
    text = RECIPE.format(prepare=prepare, dates=f"  dates: {dates}" if dates else "")
    return recipe_from_text(text, Registry(), "visits", folder)


def learnt(folder, prepare, dates=""):
    of = recipe(folder, prepare, dates)
    return learn(of.dataset[0].load(), of.prepare, 0)


def test_dates_that_are_left_out_order_the_rows(tmp_path):
    found = learnt(tmp_path, "{split: time, by: tag}")
    assert found.facts.scaling.names == ["größe"]
    said = "; ".join(found.facts.notes)
    assert "validation from 2024-02-24 to 2024-03-12, test from 2024-03-13 to 2024-03-30" in said
    assert "irregular" not in said


def test_dates_of_which_parts_are_inputs_order_the_rows_as_well(tmp_path):
    found = learnt(tmp_path, "{split: time, by: tag, lags: {dose: [1]}}", "parts")
    assert {"größe", "tag.month", "dose[t-1]"} <= set(found.facts.scaling.names)


def test_a_column_that_is_dropped_groups_the_rows(tmp_path):
    found = learnt(tmp_path, "{split: group, by: patient}")
    patients = [set(visits()["patient"].iloc[rows]) for rows in found.places.values()]
    assert sum(map(len, patients)) == len(set.union(*patients)) == 45


def test_dates_that_do_not_tell_day_from_month_order_nothing(tmp_path):
    of = recipe(tmp_path, "{split: time, by: tag}")
    early = visits().assign(tag=[f"{1 + place % 12:02}/{1 + place // 12:02}/2024" for place in range(90)])
    (tmp_path / "visits.csv").write_bytes(as_written(early))
    open_dataset = of.dataset[0].model_copy(update={"day_first": None, "drop": ("patient", "tag")})
    with pytest.raises(DataError, match=r"'tag' .*'02/01/2024': 02 January or 01 February\); say day_first: true"):
        learn(open_dataset.load(), of.prepare, 0)
    assert learn(open_dataset.model_copy(update={"day_first": True}).load(), of.prepare, 0).facts.rows["test"] == 18


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    of = recipe(folder, "{split: time, by: tag, lags: {dose: [1]}}", "parts")
    Study(of, Registry(), folder / "runs" / "visits").run(executor=CallingThread(), workers=1)
    return folder


@pytest.mark.parametrize("through", ["file", "standard input"])
def test_new_rows_are_read_as_the_recipe_reads(folder, monkeypatch, tmp_path, through):
    monkeypatch.chdir(folder)
    new = visits().tail(4)
    (tmp_path / "new.csv").write_bytes(as_written(new))
    name, given = ("-", as_written(new)) if through == "standard input" else (str(tmp_path / "new.csv"), None)
    result = CliRunner().invoke(main, ["predict", "visits", name], input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    table = pd.read_csv(io.BytesIO(result.stdout_bytes))
    assert table["tag"].tolist() == new["tag"].tolist()
    assert table["größe"].tolist() == new["größe"].tolist()
    reads_the_past = "dose[t-1]" in Results.read(folder / "runs" / "visits").recommended[0].text
    assert table["dose (predicted)"].isna().sum() == reads_the_past


def test_a_file_of_one_column_is_enough_for_a_formula_of_one_input(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    visits()[["größe", "dose"]].to_csv("visits.csv", index=False)
    of = recipe_from_text(
        "name: one\ndataset: {name: csv, path: visits.csv, target: dose}\nstudent: linear\ndistil: {teachers: none}\n"
        "trials: {seeds: 1}",
        Registry(),
        "one",
        tmp_path,
    )
    Study(of, Registry(), tmp_path / "runs" / "one").run(executor=CallingThread(), workers=1)
    (tmp_path / "new.csv").write_text("größe\n170\n180\n")
    result = CliRunner().invoke(main, ["predict", "one", "new.csv"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert pd.read_csv(io.BytesIO(result.stdout_bytes))["dose (predicted)"].tolist() == pytest.approx([17, 18], abs=0.3)
