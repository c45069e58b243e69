"""How well a series is predicted: a run's teachers and formulas beside the last value as it is, and an autoregression.

    python tests/benchmarks/series.py RUN --recipe RECIPE [--csv FILE]

R2 and root mean squared error, in the target's own unit, on the validation and the test part; means over the seeds,
which share the split. The autoregression is least squares on the same inputs. RUN is the folder of the recipe's run.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from smoothdistill_core import Registry, Results, read_recipe
from smoothdistill_core.components import Role
from smoothdistill_core.preparation import Split, lag_of
from smoothdistill_core.study import make_plan

PARTS = ("validation", "test")


def known(split: Split) -> Iterator[dict[str, object]]:
    """Yield the rows of what needs no teacher and no search."""
    scaling = split.facts.scaling
    train = split.parts["train"]
    weights = np.linalg.lstsq(_with_one(train.X), train.y, rcond=None)[0]
    last = scaling.names.index(next(name for name in scaling.names if lag_of(name) == (scaling.target, 1)))
    for part in PARTS:
        rows = split.parts[part]
        before = (scaling.raw(rows.X)[:, last] - scaling.mean) / scaling.scale
        for method, predicted in (("persistence", before), ("autoregression", _with_one(rows.X) @ weights)):
            error = float(np.mean((predicted - rows.y) ** 2))
            yield _row(method, "", "", 0.0, part, 1.0 - error / float(rows.y.var()), error**0.5 * scaling.scale)


def found(results: Results) -> Iterator[dict[str, object]]:
    """Yield a row for each teacher and each formula of a run, seed by seed."""
    for record in results.teachers.values():
        cell = record.cell
        for part in PARTS:
            scores = (record.scores[part, metric] for metric in ("r2", "rmse"))
            yield _row("teacher", cell.teacher, cell.regularizer, cell.strength, part, *scores)
    for outcome in results.outcomes:
        method = {Role.BASELINE: outcome.student, Role.DIRECT: f"{outcome.student} on the data"}.get(
            outcome.role, f"{outcome.student}, taught"
        )
        for part in PARTS:
            scores = (outcome.score(metric, part) for metric in ("r2", "rmse"))
            by = "" if outcome.role in (Role.BASELINE, Role.DIRECT) else outcome.penalty
            yield _row(method, outcome.teacher, by, outcome.strength, part, *scores, nodes=outcome.nodes)
    for outcome in results.recommended:
        for part in PARTS:
            scores = (outcome.score(metric, part) for metric in ("r2", "rmse"))
            yield _row("recommended", "", "", 0.0, part, *scores, nodes=outcome.nodes)


def _row(
    method: str, teacher: str, penalty: str, strength: float, part: str, r2: float, rmse: float, nodes: float = np.nan
) -> dict[str, object]:
    given = {"method": method, "teacher": teacher, "penalty": penalty, "strength": strength}
    return {**given, "part": part, "r2": r2, "rmse": rmse, "nodes": nodes}


def _with_one(X: np.ndarray) -> np.ndarray:
    return np.column_stack((X, np.ones(len(X))))


def main() -> None:
    """Print the table, the formulas that are recommended, and what the teachers say of their gradients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    registry = Registry()
    trial = next(iter(make_plan(read_recipe(arguments.recipe, registry), registry).trial_of.values()))
    results = Results.read(arguments.run)
    rows = pd.DataFrame([*known(trial.split()), *found(results)])
    by = ["method", "teacher", "penalty", "strength"]
    table = rows.pivot_table(index=by, columns="part", values=["r2", "rmse", "nodes"], sort=False)
    table.columns = [f"{what}_{part}" for what, part in table.columns]
    table = table.drop(columns="nodes_test").rename(columns={"nodes_validation": "nodes"})
    table.insert(0, "seeds", rows[rows["part"] == "test"].groupby(by, sort=False).size())
    print(table.round(3).to_string())
    print(*dict.fromkeys(outcome.text for outcome in results.recommended), sep="\n")
    print(*(note for note in results.notes if "gradient" in note), sep="\n")
    if arguments.csv is not None:
        table.round(4).to_csv(arguments.csv)


if __name__ == "__main__":
    main()
