"""Formulas for the surroundings of one row, beside LIME's line for the same surroundings.

    pip install lime
    python tests/benchmarks/explaining/explain_rows.py [--model NAME ...] [--seed 0] [--rows 50] [--table]

For 50 rows of each of three models, drawn by chance, the formula is the one that `explain(model, X, row=row)`
recommends, by a quarter of the usual search of Operon (`STUDENT`); `best` is the one of its formulas that is most
accurate on its validation part. LIME (lime.lime_base.LimeBase, with its own choice of inputs and its own ridge
regression) gets the same 2,000 queries and answers, weighted by its own kernel of its default width, and makes two
lines: of as many inputs as the formula uses, and of all inputs. Lines are made from all queries, formulas from 1,000,
chosen on 400.

Formulas and lines are scored by R2, weighted by that kernel, on 500 fresh queries at the same radius that none of them
saw. Of a classifier it is that of the logit of its probability. A difference below 0.0005 is a tie. A row around which
the model is constant has no score, and is not counted.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from lime.lime_base import LimeBase

from explain_cases import asker
from models_to_explain import MODELS, TREES
from smoothdistill_core import DataError, Registry, Table, explain
from smoothdistill_core.explaining.surroundings import row_of, surroundings
from smoothdistill_core.explanation import Explanation

RESULTS = Path(__file__).parents[3] / "recipes" / "results" / "explain_rows.csv"

WHICH = ("breast_cancer", "diabetes", "friedman1")
"""A boosted classifier, a forest and a smooth function; the columns of all are numbers."""

RADIUS, QUERIES, FRESH = 0.5, 2_000, 500

STUDENT = {"name": "operon", "generations": 16}

TIE = 5e-4

MOST_NODES = 1_000
"""No formula has more."""

FIELDS = ("model", "seed", "row", "formula", "nodes", "inputs", "best", "best_nodes", "lime", "lime_all", "seconds")


def kernel(width: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return LIME's kernel of distances."""
    return lambda distances: np.sqrt(np.exp(-(distances**2) / width**2))


def line(Z: np.ndarray, y: np.ndarray, width: float, inputs: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return LIME's line for queries (n, d) in standard deviations, of which the first is the row itself."""
    base = LimeBase(kernel(width), random_state=np.random.RandomState(0))
    distances = np.sqrt(((Z - Z[0]) ** 2).sum(axis=1))
    way = "none" if inputs >= Z.shape[1] else "auto"
    offset, factors, _, _ = base.explain_instance_with_data(Z, y[:, None], distances, 0, inputs, way)
    return lambda rows: offset + sum(factor * rows[:, place] for place, factor in factors)


def weighted_r2(model: np.ndarray, surrogate: np.ndarray, weights: np.ndarray) -> float:
    """Return the share of the weighted variation of what a model gives that a surrogate reproduces."""
    mean = np.average(model, weights=weights)
    return float(1.0 - (weights * (model - surrogate) ** 2).sum() / (weights * (model - mean) ** 2).sum())


def measured(model: Any, X: Any, place: int, seed: int) -> dict[str, Any]:
    """Return the scores of the surroundings of the row at a place."""
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X, columns=[f"x{n}" for n in range(X.shape[1])])
    row = frame.iloc[[place]].reset_index(drop=True)
    table = Table(frame.assign(prediction=0.0), "prediction")
    one, names = row_of(row, tuple(frame.columns)), list(frame.columns)
    began = time.perf_counter()
    explained = explain(
        model, X, row=row, radius=RADIUS, queries=QUERIES, random_state=seed, student=STUDENT, registry=REGISTRY
    )
    seconds = time.perf_counter() - began
    teacher_asks = asker(explained, model, X)

    def ask(rows: np.ndarray) -> np.ndarray:
        return teacher_asks(pd.DataFrame(rows, columns=names) if isinstance(X, pd.DataFrame) else rows)[:, 0]

    mean, spread = frame.to_numpy(float).mean(axis=0), frame.to_numpy(float).std(axis=0)
    queries, fresh = (
        surroundings(table, one, RADIUS, count, by)[0].frame[names].to_numpy(float)
        for count, by in ((QUERIES, seed), (FRESH, seed + 1_000_003))
    )
    Z, new = (queries - mean) / spread, (fresh - mean) / spread
    width = 0.75 * np.sqrt(len(names))
    weights = kernel(width)(np.sqrt(((new - Z[0]) ** 2).sum(axis=1)))
    read, best = (
        Explanation(each.formula.short or each.formula.formula, each.formula.scaling)
        for each in (explained, explained.at(MOST_NODES))
    )
    inputs = len(read.formula.inputs)
    y, wanted = ask(queries), ask(fresh)
    given = {
        "formula": read.predict(explained.columns.frame(fresh)),
        "best": best.predict(explained.columns.frame(fresh)),
        "lime": line(Z, y, width, max(inputs, 1))(new),
        "lime_all": line(Z, y, width, len(names))(new),
    }
    scores = {name: weighted_r2(wanted, values, weights) for name, values in given.items()}
    nodes = {"nodes": read.formula.complexity, "best_nodes": best.formula.complexity}
    return scores | nodes | {"inputs": inputs, "seconds": round(seconds, 1)}


REGISTRY = Registry()


def table(path: Path) -> str:
    """Return how often the formula is at least as near as LIME, and the medians, as a table in Markdown."""
    rows = pd.read_csv(path).dropna()
    lines = [
        "| model | rows | recommended, at least LIME of as many inputs | of all inputs | best, at least LIME of as "
        "many inputs | of all inputs | median R2: recommended, best, LIME of as many, of all | nodes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for model in dict.fromkeys(rows["model"]):
        of = rows[rows["model"] == model]
        pairs = [(ours, theirs) for ours in ("formula", "best") for theirs in ("lime", "lime_all")]
        wins = " | ".join(str(int((of[ours] >= of[theirs] - TIE).sum())) for ours, theirs in pairs)
        medians = ", ".join(f"{of[name].median():.3f}" for name in ("formula", "best", "lime", "lime_all"))
        nodes = f"{of['nodes'].median():.0f}, {of['best_nodes'].median():.0f}"
        lines.append(f"| {model} | {len(of)} | {wins} | {medians} | {nodes} |")
    return "\n".join(lines)


def main() -> None:
    """Measure what is not there, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=list(WHICH), choices=list(MODELS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="only print what is there")
    given = parser.parse_args()
    done = set()
    if given.out.exists():
        known = pd.read_csv(given.out)
        done = set(zip(known["model"], known["seed"], known["row"], strict=True))
    with TemporaryDirectory() as folder:
        models = {name: MODELS[name](given.seed, TREES[name], Path(folder)) for name in given.model}
        for number in [] if given.table else range(given.rows):
            for name, (model, X) in models.items():
                place = int(np.random.default_rng(given.seed).permutation(len(X))[number])
                if (name, given.seed, place) in done:
                    continue
                row = {"model": name, "seed": given.seed, "row": place}
                try:
                    row |= measured(model, X, place, given.seed)
                except DataError as error:
                    if "the model is constant" not in str(error):
                        raise
                with given.out.open("a", newline="") as file:
                    writer = csv.DictWriter(file, FIELDS)
                    if file.tell() == 0:
                        writer.writeheader()
                    writer.writerow({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})
    print(table(given.out))


if __name__ == "__main__":
    main()
