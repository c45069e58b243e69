"""A study whose target has two values: logistic teachers, log-odds, and what is shown of them."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import DataError, Registry, Study, recipe_from_text
from smoothdistill_core.cli.main import main
from smoothdistill_core.recipe import RecipeError
from smoothdistill_core.report import write_report

ROWS = 400

RECIPE = """
name: passengers
dataset: {name: csv, path: passengers.csv, target: survived}
teacher: {name: mlp, hidden: [12], epochs: 40, batch_size: 32, learning_rate: 0.01}
regularizer: {name: jacobian, strength: 0.02}
student: [{name: operon, population_size: 60, generations: 5}]
metric: [r2, rmse, fidelity, complexity]
trials: {seeds: 1}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a table of made passengers, and a finished run."""
    folder = tmp_path_factory.mktemp("passengers")
    rng = np.random.default_rng(0)
    age, sex = rng.uniform(1, 80, ROWS).round(), rng.choice(["female", "male"], ROWS)
    log_odds = 3.0 * (sex == "female") - 0.04 * age
    survived = np.where(rng.random(ROWS) < 1 / (1 + np.exp(-log_odds)), "yes", "no")
    pd.DataFrame({"age": age, "sex": sex, "survived": survived}).to_csv(folder / "passengers.csv", index=False)
    study(folder).run(workers=1, progress=lambda _: None)
    return folder


def study(folder, text=RECIPE, run="run"):
    recipe = recipe_from_text(text.replace("passengers.csv", str(folder / "passengers.csv")), Registry())
    return Study(recipe, Registry(), folder / run)


def results(folder):
    from smoothdistill_core import Results

    return Results.read(folder / "run")


def test_everything_is_found_and_scored_as_probabilities(folder):
    found = results(folder)
    assert not found.failed
    for outcome in found.outcomes:
        assert outcome.scaling.classes == ("no", "yes")
        assert 0.0 < outcome.score("log_loss", "test") < np.log(2)
        assert outcome.score("auc", "test") > 0.7
        assert outcome.score("d2_log_loss", "test") > 0.1
        assert np.isnan(outcome.score("rmse", "test"))


def test_the_choice_is_by_the_log_loss(folder):
    answer = results(folder).answers["passengers"]
    losses = [outcome.score("log_loss", "validation") for outcome in answer.front]
    assert losses == sorted(losses, reverse=True)
    assert len(answer.recommended.chosen.errors) == 80
    mean = np.mean(answer.recommended.chosen.errors)
    assert 1 - mean == pytest.approx(answer.recommended.score("d2_log_loss", "validation"), abs=0.01)


def test_the_best_constant_has_few_digits(folder):
    shortest = results(folder).answers["passengers"].front[0]
    assert not shortest.formula.inputs
    assert len(shortest.text) <= len("1/(1 + exp(-(-0.123)))")


def test_the_formula_is_near_the_truth(folder):
    chosen = results(folder).answers["passengers"].recommended
    rows = pd.DataFrame({"age": [10.0, 70.0, 10.0, 70.0], "sex": ["male", "male", "female", "female"]})
    truth = 1 / (1 + np.exp(-np.array([-0.4, -2.8, 2.6, 0.2])))
    np.testing.assert_allclose(chosen.explanation.predict(rows), truth, atol=0.15)


def test_the_baseline_is_logistic_regression(folder):
    from sklearn.linear_model import LogisticRegression

    (baseline,) = [o for o in results(folder).outcomes if o.student == "linear"]
    table = pd.read_csv(folder / "passengers.csv")
    X = np.column_stack([table.age / 23, table.sex == "female"])
    known = LogisticRegression().fit(X, table.survived).predict_proba(X)[:, 1]
    assert np.corrcoef(baseline.explanation.predict(table), known)[0, 1] > 0.98


def run(*arguments):
    ended = CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended


def test_what_is_shown_is_a_probability_with_its_log_loss_and_area(folder):
    shown = run("show", folder / "run").output
    assert "p(survived = yes) = 1/(1 + exp(-(" in shown
    assert "log-loss" in shown
    assert "AUC" in shown
    assert "RMSE" not in shown


def test_json_says_the_classes(folder):
    content = json.loads(run("show", folder / "run", "--json").stdout)
    assert content["trials"][0]["scaling"]["classes"] == ["no", "yes"]


@pytest.mark.parametrize(
    "form", ["python", "numpy", "sql", "json", "sympy", "torch", "onnx", "latex", "mathml", "text"]
)
def test_every_export_gives_the_probability(folder, form):
    # what can be executed is compared with the formula while it is exported
    explanation = results(folder).answers["passengers"].recommended.explanation
    assert explanation.export(form)


def test_an_export_in_python_computes_what_the_formula_predicts(folder):
    explanation = results(folder).answers["passengers"].recommended.explanation
    names = {}
    exec(explanation.export("python"), names)
    table = pd.read_csv(folder / "passengers.csv")
    inputs = {
        feature.column
        for place, feature in enumerate(explanation.scaling.features)
        if place in explanation.formula.inputs
    }
    found = [names["predict"](**row) for row in table[sorted(inputs)].to_dict("records")]
    np.testing.assert_allclose(found, explanation.predict(table), rtol=1e-12)


def test_predictions_are_probability_and_class(folder):
    written = run("predict", folder / "run", folder / "passengers.csv").stdout
    rows = list(csv.DictReader(written.splitlines()))
    for row in rows:
        assert row["survived (predicted)"] == ("yes" if float(row["p(survived = yes)"]) > 0.5 else "no")
    assert np.mean([row["survived (predicted)"] == row["survived"] for row in rows]) > 0.7


def test_a_row_without_a_probability_has_no_class(folder, tmp_path):
    (tmp_path / "new.csv").write_text("age,sex\n30,female\n,\n")
    rows = list(csv.DictReader(run("predict", folder / "run", tmp_path / "new.csv").stdout.splitlines()))
    assert rows[0]["survived (predicted)"] == "yes"
    assert (rows[1]["survived (predicted)"], rows[1]["p(survived = yes)"]) == ("", "")


def test_an_interval_around_a_probability_is_refused(folder):
    ended = CliRunner().invoke(
        main, ["predict", str(folder / "run"), str(folder / "passengers.csv"), "--interval", "0.9"]
    )
    assert ended.exit_code != 0
    assert "--interval is for a target of numbers" in ended.output


def test_the_report_tells_of_probabilities(folder):
    write_report(results(folder), folder / "run" / "report.html")
    page = (folder / "run" / "report.html").read_text(encoding="utf-8")
    assert "log-loss" in page
    assert "p(survived = yes)" in page
    assert "share of the rows for which it came" in page


def test_a_run_that_is_done_is_not_done_again(folder):
    done = []
    study(folder).run(workers=1, progress=lambda told: done.append(told))
    assert not done


def test_a_teacher_without_the_loss_is_refused_by_name_before_any_work(folder):
    with pytest.raises(
        DataError, match=r"the teacher 'forest' has squared alone; name another, or say prepare: \{targ"
    ):
        study(
            folder,
            RECIPE.replace(
                "{name: mlp, hidden: [12], epochs: 40, batch_size: 32, learning_rate: 0.01}", "forest"
            ).replace("{name: jacobian, strength: 0.02}", "none"),
            "other",
        ).plan()


def test_where_the_recipe_says_log_odds_it_is_refused_as_it_is_read(folder):
    text = """
        prepare: {target: logit}
        dataset: {name: csv, path: passengers.csv, target: survived}
        teacher: forest
        """
    with pytest.raises(RecipeError, match="the teacher forest has no logistic loss"):
        study(folder, text, "other")


def test_without_teachers_labels_are_searched_directly(folder):
    text = RECIPE + "distil: {teachers: none}\n"
    found = study(folder, text.replace("name: passengers", "name: direct"), "direct").run(
        workers=1, progress=lambda _: None
    )
    assert not found.failed
    assert all(outcome.score("auc", "test") > 0.7 for outcome in found.outcomes)
