"""Scores in the units of the target: a price that is fitted as its logarithm is judged in dollars too, everywhere."""

import io
import json
import math
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from rich.console import Console

from smoothdistill_core import Registry, Results, Study, read_recipe
from smoothdistill_core.cli import main
from smoothdistill_core.cli.showing import show_results
from smoothdistill_core.estimator import SymbolicDistiller
from smoothdistill_core.report import write_report
from smoothdistill_core.store import Store

pytestmark = pytest.mark.slow

TEACHER = "{name: mlp, hidden: [8], epochs: 5, batch_size: 64}"
RECIPE = f"""
name: gems
dataset: [{{name: csv, path: gems.csv, target: price}}]
prepare: {{target: log1p}}
teacher: {TEACHER}
regularizer: none
student: linear
trials: {{seeds: 1}}
"""


def gems(rows=400):
    """Return a made table of gems: the price is a power of the weight, so that a line through its logarithm bends away.

    Few gems are heavy. There a formula that is linear in the weight is far off, which only the price itself shows.
    """
    rng = np.random.default_rng(0)
    carat = np.exp(rng.normal(-0.4, 0.75, rows))
    quality = rng.integers(1, 6, rows)
    price = np.expm1(7.6 + 1.6 * np.log(carat) + 0.07 * quality + rng.normal(0, 0.2, rows))
    return pd.DataFrame({"carat": carat, "quality": quality, "price": price})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Run the recipe of the gems, and one without a transform, and return where they lie."""
    folder = tmp_path_factory.mktemp("units")
    gems().to_csv(folder / "gems.csv", index=False)
    plain = RECIPE.replace("gems\n", "plain\n").replace("log1p", "none")
    registry = Registry()
    for name, text in {"gems": RECIPE, "plain": plain}.items():
        (folder / f"{name}.yaml").write_text(text)
        recipe = read_recipe(folder / f"{name}.yaml", registry)
        with ThreadPoolExecutor(1) as executor, Store(folder / name) as store:
            Study(recipe, registry).run(executor=executor, workers=1, store=store)
    return folder


def shown(results, width=200):
    out = Console(width=width, record=True, file=io.StringIO())
    show_results(results, out)
    return out.export_text()


def headings_and_first_line(text):
    """Return the words above the first rule, and the line below it."""
    lines = text.splitlines()
    (rule, *_) = [place for place, line in enumerate(lines) if line.startswith("──")]
    return " ".join(" ".join(lines[1:rule]).split()), lines[rule + 1].split()


def test_a_formula_can_be_good_in_the_logarithm_and_worse_than_the_mean_in_the_price(folder):
    outcome = Results.read(folder / "gems").recommended[0]
    assert outcome.score("r2") > 0.7
    assert outcome.score("r2_original") < 0.0
    assert outcome.score("rmse") > outcome.score("mae") > 100.0
    assert outcome.score("rmse_log") < 1.0


def test_show_has_both_r2_and_says_which_is_which(folder):
    results = Results.read(folder / "gems")
    text = shown(results)
    headings, line = headings_and_first_line(text)
    assert headings.split("dataset")[0] == "teacher R2 RMSE MAE "
    assert "R2 E||J|| R2 fidelity nodes RMSE MAE of log of log of log formula of the best trial" in headings
    outcome = next(outcome for outcome in results.outcomes if outcome.penalty == line[1])
    number = f"{outcome.score('r2_original'):.3f}"
    assert number in line
    assert f"{outcome.score('r2'):.3f}" in line
    best = results.recommended[0]
    said = f"test R2 {best.score('r2_original'):.3f} of price and {best.score('r2'):.3f} of log(1 + price)"
    on_one_line = " ".join(text.split())
    assert said in on_one_line
    assert "RMSE and MAE in units of the target; what is of log, and fidelity, of log(1 + target)" in on_one_line


def test_show_has_one_r2_where_the_target_is_fitted_as_it_is(folder):
    text = shown(Results.read(folder / "plain"))
    headings, _ = headings_and_first_line(text)
    assert "R2 E||J|| R2 fidelity nodes RMSE MAE formula of the best trial" in headings
    assert "RMSE and MAE in units of the target." in " ".join(text.split())
    assert "of log" not in text


@pytest.mark.parametrize("name", ["gems", "plain"])
def test_on_a_narrow_terminal_errors_have_a_table_of_their_own_and_no_number_is_cut(folder, name):
    text = shown(Results.read(folder / name), width=80)
    tables = [line for line in text.splitlines() if line.startswith("dataset")]
    assert len(tables) == 2
    assert "nodes" in tables[0]
    assert "MAE" in tables[1]
    assert "…" not in text


def test_json_has_every_score_under_the_name_of_its_metric(folder):
    data = json.loads(CliRunner().invoke(main, ["show", str(folder / "gems"), "--json"]).output)
    scores = data["formulas"][0]["scores"]["test"]
    assert {"r2", "r2_original", "rmse", "mae", "rmse_log", "mae_log"} <= scores.keys()
    line = data["summary"][0]
    assert line["transform"] == "log1p"
    assert line["r2"] == scores["r2"]
    assert line["r2_original"] == scores["r2_original"]
    assert {metric: scores[metric] for metric in ("rmse", "mae", "rmse_log", "mae_log")} == line["others"]


def test_json_doubles_nothing_where_the_target_is_fitted_as_it_is(folder):
    data = json.loads(CliRunner().invoke(main, ["show", str(folder / "plain"), "--json"]).output)
    assert not {"r2_original", "rmse_log", "mae_log"} & data["formulas"][0]["scores"]["test"].keys()
    line = data["summary"][0]
    assert (line["transform"], line["r2_original"], line["others"].keys()) == ("none", None, {"rmse", "mae"})


def test_the_report_has_both_r2_and_the_errors_in_units_of_the_target(folder, tmp_path):
    results = Results.read(folder / "gems")
    best = results.recommended[0]
    page = write_report(results, tmp_path / "gems.html").read_text()
    original, of_log = (f"{best.score(metric):.3f}".replace("-", "−") for metric in ("r2_original", "r2"))
    assert page.count(f"R² {original} of price and {of_log} of log(1 + price)") >= 2  # in words, and at its formula
    assert " in units of price" in page
    for heading in ("R²", "R² of log", "RMSE", "MAE", "RMSE of log", "MAE of log"):
        assert f">{heading}</th>" in page
    assert "R² of log on the test part" in page  # at the axes of figures
    assert ">R² on the test part<" not in page


def test_the_report_has_one_r2_where_the_target_is_fitted_as_it_is(folder, tmp_path):
    page = write_report(Results.read(folder / "plain"), tmp_path / "plain.html").read_text()
    assert "of log" not in page
    for heading in ("R²", "RMSE", "MAE"):
        assert page.count(f">{heading}</th>") == 1
    assert "RMSE and MAE are in the units of the target." in page


def test_the_estimator_tells_both_in_its_report_and_its_front():
    table = gems(200)
    teacher = {"name": "mlp", "hidden": [8], "epochs": 3}
    settings = {"teacher": teacher, "regularizer": "none", "student": "linear", "random_state": 0}
    X, y = table[["carat", "quality"]], table["price"]
    fitted = SymbolicDistiller(target="log1p", **settings).fit(X, y)
    assert re.search(
        r"R2 -?\d+\.\d{3} of price and 0\.\d{3} of log\(1 \+ price\), RMSE [\d,]+ and MAE [\d,]+ in units of price, "
        "on the validation part",
        fitted.report(),
    )
    (headings,) = [line for line in fitted.report().splitlines() if "nodes" in line]
    assert " ".join(headings.split()) == (
        "teacher penalty strength teacher R2 teacher R2 of log student R2 R2 of log fidelity nodes RMSE MAE "
        "RMSE of log MAE of log"
    )
    assert {"rmse_validation", "mae_train", "rmse_log_train", "mae_log_validation"} <= set(fitted.front_.columns)
    plain = SymbolicDistiller(**settings).fit(X, y)
    assert not [column for column in plain.front_.columns if "original" in column or "log" in column]
    assert "rmse_validation" in plain.front_.columns
    assert "of log" not in plain.report()


def test_predictions_too_large_for_a_price_are_shown_as_such(folder, tmp_path):
    results = Results.read(folder / "gems")
    for outcome in (*results.outcomes, *results.recommended):
        for part in ("train", "validation", "test"):
            outcome.scores[part, "r2_original"] = -math.inf
            outcome.scores[part, "rmse"] = math.inf
            outcome.scores[part, "mae"] = math.nan
    text = shown(results)
    _, line = headings_and_first_line(text)
    assert "-inf" in line
    assert "inf" in line
    assert "test R2 -inf of price" in text
    assert "RMSE ∞ and MAE – in units of price" in write_report(results, tmp_path / "far.html").read_text()
    json.loads(CliRunner().invoke(main, ["show", str(folder / "gems"), "--json"]).output)
