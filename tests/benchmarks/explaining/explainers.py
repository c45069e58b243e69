"""smoothdistill beside other packages that explain models, on one model and one table: the table of docs/explainers.md.

    pip install shap lime interpret-core imodels dalex alibi
    python tests/benchmarks/explaining/explainers.py [--seed 0]

The model is the forest of 300 trees on scikit-learn's diabetes table (`models_to_explain.diabetes`). All are asked
which columns move its answers most. What is a model itself is fitted to the forest's answers at 70 % of the rows, and
its fidelity is R2 on the answers at the other 30 %. Seconds are of the processor. Packages that are not installed are
left out, and named.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from explain_cases import SIZE, held_out, r2
from models_to_explain import TREES, diabetes
from smoothdistill_core import explain

LIME_ROWS = 20
"""So many rows LIME explains; for its columns the mean of their factors' sizes is taken."""


@dataclass(frozen=True)
class Question:
    """A model, rows ``X``, what the model answers to them, and the places of the rows that are seen and held out."""

    model: Any
    X: pd.DataFrame
    answers: np.ndarray
    seen: np.ndarray
    new: np.ndarray
    seed: int


@dataclass(frozen=True)
class Answer:
    """How much each column matters; of what is a model, its ``fidelity`` and how large it is, in words."""

    columns: Mapping[str, float]
    fidelity: float | None = None
    size: str = "no model"


def smoothdistill(asked: Question) -> Answer:
    """Return a formula of at most 20 nodes."""
    short = explain(asked.model, asked.X, student="operon", random_state=asked.seed).at(SIZE)
    fidelity = r2(asked.answers[asked.new], short.predict(asked.X.iloc[asked.new]))
    return Answer(short.importance(), fidelity, f"{short.front[short.taken].nodes[0]} nodes")


def shap(asked: Question) -> Answer:
    """Return the mean size of the values of a tree explainer at the held-out rows."""
    from shap import TreeExplainer

    values = TreeExplainer(asked.model)(asked.X.iloc[asked.new]).values
    return Answer(dict(zip(asked.X.columns, np.abs(values).mean(axis=0), strict=True)))


def lime(asked: Question) -> Answer:
    """Return the mean size of the factors of lines around some held-out rows."""
    from lime.lime_tabular import LimeTabularExplainer

    rows = asked.X.to_numpy(float)
    explainer = LimeTabularExplainer(
        rows[asked.seen], mode="regression", discretize_continuous=False, random_state=asked.seed
    )

    def ask(X: np.ndarray) -> np.ndarray:
        return asked.model.predict(pd.DataFrame(X, columns=asked.X.columns))

    sizes = np.zeros(rows.shape[1])
    for place in asked.new[:LIME_ROWS]:
        for column, factor in explainer.explain_instance(rows[place], ask, num_features=rows.shape[1]).as_map()[1]:
            sizes[column] += abs(factor)
    return Answer(dict(zip(asked.X.columns, sizes, strict=True)), size="a line for each row")


def interpret(asked: Question) -> Answer:
    """Return an explainable boosting machine, with its defaults."""
    from interpret.glassbox import ExplainableBoostingRegressor

    machine = ExplainableBoostingRegressor(random_state=asked.seed, n_jobs=1)
    machine.fit(asked.X.iloc[asked.seen], asked.answers[asked.seen])
    numbers = sum(np.size(scores) for scores in machine.term_scores_)
    fidelity = r2(asked.answers[asked.new], machine.predict(asked.X.iloc[asked.new]))
    matter = dict(zip(machine.term_names_, machine.term_importances(), strict=True))
    return Answer(matter, fidelity, f"{len(matter)} curves and maps of {numbers:,} numbers")


def imodels(asked: Question) -> Answer:
    """Return a sum of trees with the most rules that have at most 20 nodes, counted as those of trees are."""
    from imodels import FIGSRegressor

    found = None
    for rules in range(1, SIZE):
        sums = FIGSRegressor(max_rules=rules, random_state=asked.seed)
        sums.fit(asked.X.iloc[asked.seen].to_numpy(float), asked.answers[asked.seen])
        trees = len(sums.trees_)
        nodes = 3 * rules + (rules + trees) + (trees - 1)  # splits, leaves, and the sums of trees
        if nodes > SIZE:
            break
        found = sums, nodes
    sums, nodes = found
    fidelity = r2(asked.answers[asked.new], sums.predict(asked.X.iloc[asked.new].to_numpy(float)))
    return Answer(dict(zip(asked.X.columns, sums.feature_importances_, strict=True)), fidelity, f"{nodes} nodes")


def dalex(asked: Question) -> Answer:
    """Return how much worse the model is at its own answers where a column is shuffled."""
    from dalex import Explainer

    X, y = asked.X.iloc[asked.new], asked.answers[asked.new]
    parts = Explainer(asked.model, X, y, verbose=False).model_parts(B=5, random_state=asked.seed, processes=1).result
    of = dict(zip(parts["variable"], parts["dropout_loss"], strict=True))
    return Answer({column: of[column] for column in asked.X.columns})


def alibi(asked: Question) -> Answer:
    """Return how far accumulated local effects move."""
    from alibi.explainers import ALE

    found = ALE(asked.model.predict, feature_names=list(asked.X.columns)).explain(asked.X.to_numpy(float))
    return Answer({name: np.ptp(values) for name, values in zip(found.feature_names, found.ale_values, strict=True)})


EXPLAINERS: dict[str, tuple[str, Callable[[Question], Answer]]] = {
    "smoothdistill": ("smoothdistill", smoothdistill),
    "SHAP": ("shap", shap),
    "LIME": ("lime", lime),
    "EBM of interpret": ("interpret-core", interpret),
    "FIGS of imodels": ("imodels", imodels),
    "dalex": ("dalex", dalex),
    "alibi": ("alibi", alibi),
}
"""What each is called, its distribution, and how it is asked."""


def question(seed: int) -> Question:
    """Return the model and its rows."""
    model, X = diabetes(seed, TREES["diabetes"], Path())
    new = held_out(X, seed)
    answers = model.predict(X)
    return Question(model, X, answers, np.setdiff1d(np.arange(len(X)), new), new, seed)


def main() -> None:
    """Ask all that are installed, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    asked, missing = question(parser.parse_args().seed), []
    print("| package | columns that matter most | fidelity | size | seconds |\n|---|---|---|---|---|")
    for name, (distribution, explainer) in EXPLAINERS.items():
        try:
            numbered = f"{name} {version(distribution)}"
        except PackageNotFoundError:
            missing.append(name)
            continue
        began = time.process_time()
        answer = explainer(asked)
        seconds = time.process_time() - began
        first = ", ".join(sorted(answer.columns, key=lambda column: -answer.columns[column])[:3])
        fidelity = "–" if answer.fidelity is None else f"{answer.fidelity:.3f}"
        print(f"| {numbered} | {first} | {fidelity} | {answer.size} | {seconds:.1f} |", flush=True)
    if missing:
        print(f"\nNot installed: {', '.join(missing)}.")


if __name__ == "__main__":
    main()
