"""How well a strong black box predicts: CatBoost on the splits of a recipe, its trees counted on the validation part.

    pip install catboost
    python tests/benchmarks/ceiling.py RECIPE [--set KEY=VALUE ...] [--csv FILE]

Test R2 of each dataset and seed. What stands in FILE already is not fitted again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from catboost import CatBoostRegressor

from smoothdistill_core import Registry, read_recipe
from smoothdistill_core.study import make_plan
from smoothdistill_core.trial import Trial


def r2_of_trees(trial: Trial) -> float:
    """Return the R2 on the test part of trees that were fitted to the training part."""
    parts = trial.split().parts
    train, validation, test = (parts[name] for name in ("train", "validation", "test"))
    trees = CatBoostRegressor(iterations=3000, learning_rate=0.05, random_seed=trial.seed, verbose=False)
    trees.fit(train.X, train.y, eval_set=(validation.X, validation.y), early_stopping_rounds=200)
    return 1.0 - float(np.mean((trees.predict(test.X) - test.y) ** 2) / test.y.var())


def main() -> None:
    """Fit, print, and keep each figure as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    registry = Registry()
    plan = make_plan(read_recipe(arguments.recipe, registry, tuple(arguments.overrides)), registry)
    trials = plan.trial_of.values()
    known = arguments.csv is not None and arguments.csv.exists()
    rows = pd.read_csv(arguments.csv).to_dict("records") if known else []
    fitted = {(row["dataset"], row["seed"]) for row in rows}
    for trial in trials:
        dataset = trial.dataset.label
        if (dataset, trial.seed) in fitted:
            continue
        rows.append({"dataset": dataset, "seed": trial.seed, "r2": round(r2_of_trees(trial), 4)})
        print(rows[-1], flush=True)
        if arguments.csv is not None:
            pd.DataFrame(rows).to_csv(arguments.csv, index=False)


if __name__ == "__main__":
    main()
