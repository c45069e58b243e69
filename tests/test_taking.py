"""Formulas leave a run as text, code and predictions that compute the same."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import (
    Candidate,
    Dataset,
    Formula,
    Registry,
    Results,
    Student,
    Study,
    Table,
    formula_by_name,
    hookimpl,
    recipe_from_text,
)
from smoothdistill_core.cli import main

pytestmark = pytest.mark.xdist_group("taking")  # they share a run

RECIPE = """
name: houses
dataset: [houses, more_houses]
teacher: {name: mlp, hidden: [8], epochs: 3}
regularizer: [none, {name: jacobian, strength: [0.1, 1.0]}]
student: [linear, steps]
trials: {seeds: 2}
"""


class Houses(Dataset):
    """Prices that depend on the area and the town."""

    name = "houses"

    def load(self):
        rng = np.random.default_rng(len(self.name))
        area, town = rng.uniform(50, 200, 60), rng.choice(["Ulm", "O'Hara", "Bonn"], 60)
        return Table(pd.DataFrame({"area": area, "town": town, "price": 3.0 * area + 40 * (town == "Ulm")}), "price")


class MoreHouses(Houses):
    """Other houses."""

    name = "more_houses"


class Steps(Student):
    """Offers the first input, and the first input with a little of the last."""

    name = "steps"

    def distil(self, task):
        x, last = Formula.variable(0), Formula.variable(task.X.shape[1] - 1)
        both = Formula.apply("add", x, Formula.apply("mul", Formula.constant(0.3), last))
        return [Candidate(formula, formula.predict) for formula in (x, both)]


class Plugin:
    """Brings the datasets and the student."""

    @hookimpl
    def smoothdistill_students(self):
        return [Steps]

    @hookimpl
    def smoothdistill_datasets(self):
        return [Houses, MoreHouses]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    registry = Registry()
    registry.register(Plugin(), "houses")
    folder = tmp_path_factory.mktemp("runs") / "houses"
    recipe = recipe_from_text(RECIPE, registry)
    with ThreadPoolExecutor(1) as executor:
        Study(recipe, registry, folder).run(executor=executor, workers=1)
    return folder


@pytest.fixture
def invoke(run):
    def invoke(command, *arguments):
        return CliRunner().invoke(main, [command, str(run), *map(str, arguments)], catch_exceptions=False)

    return invoke


def test_a_formula_is_exported_as_code_that_computes_its_predictions(invoke, run):
    source = invoke("export", "--format", "python", "--dataset", "houses", "--choice", "linear").stdout
    space = {}
    exec(source, space)
    explanation = formula_by_name(Results.read(run), "houses", "linear").explanation
    row = {"area": 123.0, "town": "Ulm"}
    assert space["predict"](**row) == pytest.approx(explanation.predict(pd.DataFrame([row]))[0], rel=1e-12)


def test_a_size_takes_a_formula_of_the_front(invoke, run, tmp_path):
    results = Results.read(run)
    front = results.answers["houses"].front
    assert len(front) > 1
    outcome, size = front[0], str(front[0].formula.complexity)
    exported = invoke("export", "--format", "json", "--dataset", "houses", "--size", size)
    assert json.loads(exported.stdout)["tree"] == json.loads(outcome.explanation.formula.to_json())
    assert f"houses: {size} nodes" in exported.stderr
    Houses().load().frame.to_csv(tmp_path / "new.csv", index=False)
    predicted = invoke("predict", tmp_path / "new.csv", "--dataset", "houses", "--size", size).stdout
    table = pd.read_csv(io.StringIO(predicted))
    np.testing.assert_allclose(table["price (predicted)"], outcome.explanation.predict(table), rtol=1e-9)


def test_a_formula_is_exported_as_a_tree_for_programs(invoke):
    data = json.loads(invoke("export", "--format", "json", "--dataset", "houses").stdout)
    assert "price" in json.dumps(data)


def test_what_is_no_text_goes_to_a_file(invoke, tmp_path):
    refused = invoke("export", "--format", "onnx", "--dataset", "houses")
    assert refused.exit_code == 2
    assert "onnx is no text: name a file with --out" in refused.stderr
    assert invoke("export", "--format", "onnx", "--dataset", "houses", "--out", tmp_path / "f.onnx").exit_code == 0
    assert (tmp_path / "f.onnx").stat().st_size > 0


def test_a_format_of_a_plugin_is_taken_like_a_built_in_one(invoke, install, tmp_path, monkeypatch):
    install("shouting", SHOUTING)
    monkeypatch.syspath_prepend(tmp_path)
    shouted = invoke("export", "--format", "shout", "--dataset", "houses", "--choice", "linear")
    assert (shouted.exit_code, shouted.stdout.split()[0]) == (0, "PRICE")
    wrong = invoke("export", "--format", "lie", "--dataset", "houses", "--choice", "linear")
    assert wrong.exit_code == 2
    assert "the export to lie is not what the formula predicts" in wrong.stderr
    misspelt = invoke("export", "--format", "shuot", "--dataset", "houses")
    assert misspelt.exit_code == 2
    assert "there is no export format 'shuot'; did you mean 'shout'?" in misspelt.stderr


SHOUTING = """
from smoothdistill_core import ExportFormat
class Shouting(Student):
    name = "shouting"
    def distil(self, task):
        return []
def write(formula, inputs, target):
    return f"{target.upper()} = {formula}"
@hookimpl
def smoothdistill_export_formats():
    lie = ExportFormat("lie", "says that all is 1", ".txt", write, lambda exported, formula, inputs, rows: 1.0)
    return [ExportFormat("shout", "the target in capitals", ".txt", write), lie]
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "pyton", "--dataset", "houses"), "did you mean 'python'"),
        (("--format", "text"), "several datasets; choose one: houses, more_houses"),
        (("--format", "text", "--dataset", "house"), "did you mean 'houses'"),
        (("--format", "text", "--dataset", "houses", "--choice", "lipschitz"), "no choice 'lipschitz'"),
        (("--format", "text", "--dataset", "houses", "--size", "0"), "0 is not in the range x>=1"),
        (("--format", "text", "--dataset", "houses", "--size", "3", "--choice", "linear"), "leave out the choice"),
    ],
)
def test_a_wrong_word_is_a_clear_error(invoke, arguments, message):
    result = invoke("export", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_new_rows_get_predictions_in_the_data_s_own_units(invoke, run, tmp_path):
    new = pd.DataFrame({"id": [1, 2], "town": ["Ulm", "Bonn"], "area": [100.0, 120.0]})
    new.to_csv(tmp_path / "new.csv", index=False)
    result = invoke("predict", tmp_path / "new.csv", "--dataset", "houses", "--choice", "linear")
    assert result.exit_code == 0
    table = pd.read_csv(io.StringIO(result.stdout))
    assert list(table.columns) == ["id", "town", "area", "price (predicted)", "outside"]
    assert table["price (predicted)"].tolist() == pytest.approx([340.0, 360.0], rel=0.05)
    assert "houses: linear, seed" in result.stderr


def test_rows_outside_of_the_training_range_are_counted(invoke, tmp_path):
    (tmp_path / "new.csv").write_text("town;area\nUlm;100\nUlm;9999\n")
    result = invoke("predict", tmp_path / "new.csv", "--dataset", "houses", "--separator", ";")
    assert "1 of 2 rows lie outside of the range of the training rows" in result.stderr


def test_a_file_that_lacks_a_column_is_refused(invoke, tmp_path):
    (tmp_path / "new.csv").write_text("town,size\nUlm,100\n")
    result = invoke("predict", tmp_path / "new.csv", "--dataset", "houses")
    assert result.exit_code == 2
    assert "there is no column 'area'" in result.stderr
    assert "cannot be read" in invoke("predict", tmp_path / "none.csv", "--dataset", "houses").stderr
