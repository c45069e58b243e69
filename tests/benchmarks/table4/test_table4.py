"""The tests made from the files of trials are those that the run itself makes."""

import math

import numpy as np
import pandas as pd
import pytest

import table4
from smoothdistill_core import Registry, Results, Study, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.statistics import comparisons

RECIPE = """
name: small
dataset: [{{name: csv, path: '{0}/one.csv', target: y}}, {{name: csv, path: '{0}/two.csv', target: y}}]
prepare: {{test: 0.2, validation: 0, target: none}}
teacher: {{name: mlp, hidden: [4], epochs: 2}}
regularizer:
  - none
  - {{name: l2, strength: 1e-4}}
  - {{name: jacobian, strength: [0.1, 1.0]}}
  - {{name: lipschitz, strength: [0.1, 1.0]}}
student: {{name: gplearn, population_size: 20, generations: 2, function_set: [add, sub, mul]}}
distil: {{extra: none, refit: none, prune: false}}
choose: {{rule: best, part: train, poles: allow, formula: best}}
trials: {{runs: 6, seeds: 2}}
"""


@pytest.mark.slow
def test_the_files_of_all_trials_give_the_tests_of_the_run(tmp_path, capsys):
    registry = Registry()
    random = np.random.default_rng(0)
    for name in ("one", "two"):
        table = pd.DataFrame(random.normal(size=(60, 3)), columns=["a", "b", "c"])
        table.assign(y=table["a"] * table["b"] + table["c"]).to_csv(tmp_path / f"{name}.csv", index=False)
    recipe = recipe_from_text(RECIPE.format(tmp_path), registry)
    Study(recipe, registry, tmp_path / "run").run(executor=CallingThread(), workers=1)
    table4.main(["rows", str(tmp_path / "run"), "--csv", str(tmp_path / "rows")])
    files = sorted((tmp_path / "rows").iterdir())
    assert [file.name for file in files] == ["one.csv", "two.csv"]
    rows = pd.concat(map(pd.read_csv, files))
    ours = {tuple(row[:3]): tuple(row[3:]) for row in table4.compared(rows).itertuples(index=False)}
    for each in comparisons(Results.read(tmp_path / "run")):
        names = (
            each.dataset or "all datasets",
            *(str(method).partition("(")[0] for method in (each.method, each.against)),
        )
        pairs, mean, low, high, *rest = ours.pop(names)
        assert (pairs, mean) == pytest.approx((len(each.pairs), each.effect.mean.value), abs=1e-6), names
        known = (each.effect.rank_biserial, each.test.p, each.corrected_p)
        assert rest == pytest.approx([np.nan if value is None else value for value in known], nan_ok=True), names
        interval = each.effect.mean.interval
        assert math.isnan(low) == math.isnan(high) == (interval is None)
        if interval is not None:  # resamples that tie with the mean count by their last digit, which a file rounds
            assert (low, high) == pytest.approx((interval.low, interval.high), abs=0.01), names
    assert not ours
    table4.main(["tests", "--csv", str(tmp_path / "rows"), "--out", str(tmp_path / "tests.csv")])
    assert capsys.readouterr().out.count("all datasets") == 12
    assert list(pd.read_csv(tmp_path / "tests.csv").columns) == list(table4.compared(rows).columns)


def test_the_table_sets_means_of_chosen_formulas_beside_the_papers():
    methods = ("none", "l2", "jacobian", "jacobian", "lipschitz", "direct", "linear")
    trials = pd.DataFrame({"dataset": "one", "run": 0, "method": methods, "chosen": [1, 1, 1, 0, 1, 1, 1]})
    trials = trials.assign(r2=[0.5, 0.4, 0.75, 0.9, -0.25, 0.3, 0.2], fidelity=[0.5, 0.4, 0.6, 0.9, 0.7, None, None])
    known = pd.concat([trials, trials.assign(run=1, r2=trials["r2"] + 0.1)])
    paper = pd.DataFrame(
        {"dataset": ["absent", "one"], "standard_r2": [0, 0.45], "jacobian_r2": [0, 0.65], "lipschitz_r2": [0, -0.1]}
    )
    lines = list(table4.beside_the_paper(known, paper))
    row = "| .550 (.450) | .450 | .800 (.650) | −.200 (−.100) | .350 | .250 |"
    assert lines[2:4] == [f"| one {row}", f"| **mean** {row}"]
    assert lines[-3:] == [
        "fidelity, l2: 0.400, above none on 0 of 1 datasets",
        "fidelity, jacobian: 0.600, above none on 1 of 1 datasets",
        "fidelity, lipschitz: 0.700, above none on 1 of 1 datasets",
    ]
