"""The benchmark of explanations: its seven cases work, and trees and lines have no more nodes than they may have."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMRegressor
from skl2onnx import to_onnx
from sklearn import datasets, ensemble

import models_to_explain
from explain_cases import FIELDS, SIZE, held_out, measured, table
from models_to_explain import MODELS
from sized_surrogates import inputs_of, line, tree
from smoothdistill_core import explain

PAGE = (Path(__file__).parents[3] / "docs" / "results" / "explaining.md").read_text()
SHOWN = re.findall(r"^```py\n(.*?)^```", PAGE, re.S | re.M)

LIBRARIES = {"LGBMRegressor": LGBMRegressor, "to_onnx": to_onnx, **vars(datasets), **vars(ensemble)}
"""What the page leaves out: where its names are imported from."""

QUICK = {"name": "operon", "generations": 3, "population_size": 40}


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.needs_data] * (case == "airfoil")) for case in MODELS]
)
def test_a_case_is_explained_and_compared(case):
    row = measured(case, 0, ["linear", QUICK], share=0.1, rows=300)
    assert set(row) == set(FIELDS)
    assert all(0 < row[f"{name}_nodes"] <= SIZE for name in ("formula", "tree", "line"))
    assert row["formula"] > 0.2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "code"),
    [
        pytest.param(case, code, marks=[pytest.mark.needs_data] * (case == "airfoil"), id=case)
        for case, code in zip(MODELS, SHOWN, strict=True)
    ],
)
def test_the_page_shows_each_case_in_three_lines_that_run(case, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert code.count("\n") <= 3
    names = {"np": np, "Path": Path, "explain": explain, **vars(models_to_explain), **LIBRARIES}
    if case == "network":
        names["net"], names["X"] = models_to_explain.network(0, 50, tmp_path)
    elif case == "penguins":
        names["table"] = models_to_explain.penguins_table()
    elif case == "airfoil":
        names["X"], names["y"] = models_to_explain.airfoil_table()
    exec(code.replace("operon", "linear").replace("00)", "0)").replace("00,", "0,"), names)
    assert names["explained"].scores["r2"] > 0.3


def test_a_line_takes_the_best_inputs_and_finds_its_factors():
    X = np.random.default_rng(0).normal(size=(200, 8)) * [1, 2, 3, 4, 5, 6, 7, 8]
    y = 3 + X[:, 1] - 2 * X[:, 4] + 0.5 * X[:, 6] + 0.25 * X[:, 7]
    found = line(X, y, 20)
    assert found.nodes == 17
    np.testing.assert_allclose(found.predict(X), y, atol=1e-4)
    assert line(X, y, 16).nodes == 13


def test_a_line_bears_indicators_that_add_to_one():
    X = inputs_of(pd.DataFrame({"town": ["Kiel", "Ulm", "Trier"] * 20}))
    y = X @ [1.0, 2.0, 3.0]
    np.testing.assert_allclose(line(X, y, 20).predict(X), y, atol=1e-4)


def test_a_tree_has_as_many_leaves_as_its_nodes_allow():
    rng = np.random.default_rng(0)
    numbers, marks = rng.normal(size=(300, 3)), rng.integers(0, 2, (300, 3)).astype(float)
    found = tree(numbers, numbers @ [1.0, 2.0, 3.0], SIZE)
    assert found.nodes == 4 * 3 + 5  # four splits at numbers, five leaves
    assert len(np.unique(found.predict(numbers))) == 5
    found = tree(marks, marks @ [1.0, 2.0, 4.0], SIZE)
    assert found.nodes == 6 * 2 + 7  # six splits at indicators, seven leaves
    assert tree(marks, marks @ [1.0, 2.0, 4.0], 3).nodes == 1


def test_thirty_percent_of_the_rows_are_held_out():
    X = np.arange(20.0).reshape(10, 2)
    assert len(held_out(X, 0)) == 3
    assert held_out(X, 0).tolist() != held_out(X, 1).tolist()


def test_the_table_holds_means_over_seeds(tmp_path):
    path = tmp_path / "cases.csv"
    rows = [
        {"case": "diabetes", "seed": seed, "formula": 0.6 + 0.2 * seed, "tree": 0.5, "line": 0.4, "seconds": 3}
        for seed in (0, 1)
    ]
    pd.DataFrame(rows).to_csv(path)
    assert table(path).splitlines()[-1] == "| diabetes | 2 | 0.700 | 0.500 | 0.400 | 3 |"
