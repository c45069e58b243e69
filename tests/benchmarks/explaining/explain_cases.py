"""How near formulas of at most 20 nodes are to seven models, beside a tree and a line of as many nodes.

    python tests/benchmarks/explaining/explain_cases.py [--case NAME ...] [--seeds 0 1 2 3 4] [--table]

Fidelity is R2 of the model's number, or of the logit of its probability, on the 30 % of the rows that neither
formula, tree nor line saw; of several outputs it is the mean. Tree and line see the other 70 %; the formula is made and
chosen from the same rows, and its search asks the model about points between them as well. A formula counts as it is
read, with rounded numbers. Every case is `explain(model, X, student="operon", random_state=seed)`: one of the usual
searches, which takes seconds; `--student` tries others.

A finished row is added to the file at once, and a row that is there is not done again.
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

from models_to_explain import MODELS, TREES
from sized_surrogates import inputs_of, line, tree
from smoothdistill_core import ModelExplanation, Registry, Table, explain
from smoothdistill_core.explaining.asked import asked
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare

RESULTS = Path(__file__).parents[3] / "recipes" / "results" / "explain_cases.csv"

SIZE = 20
"""Nodes of a formula, of a tree, and of a line, at most; of several outputs of each."""

FIELDS = ("case", "seed", "formula", "tree", "line", "formula_nodes", "tree_nodes", "line_nodes", "seconds")


def held_out(X: Any, seed: int) -> np.ndarray:
    """Return the places of the rows that `explain` holds out."""
    frame = pd.DataFrame(np.asarray(X, dtype=object)).infer_objects()
    frame.columns = [f"x{place}" for place in range(frame.shape[1])]
    numbered = Table(frame.assign(y=np.arange(len(frame), dtype=float)), "y")
    return learn(numbered, Prepare(test=0.3, validation=0.2, target="none"), seed).places["test"]


def compared(explained: ModelExplanation, X: Any, answers: np.ndarray, seed: int) -> dict[str, float]:
    """Return fidelity and nodes of formulas, trees and lines against the ``answers`` (n, m) of a model at all rows."""
    new = held_out(X, seed)
    seen = np.setdiff1d(np.arange(len(answers)), new)
    short, inputs = explained.at(SIZE), inputs_of(X)
    rows = X.iloc[new] if isinstance(X, pd.DataFrame) else X[new]
    decided = short.decision(rows)
    whole = np.mean([r2(answers[new, place], decided[:, place]) for place in range(answers.shape[1])])
    assert abs(whole - short.scores["r2"]) < 1e-3, "other rows than those that were held out"
    found: dict[str, list[tuple[float, int]]] = {"formula": [], "tree": [], "line": []}
    for place, formula in enumerate(short.formulas.values()):
        y = answers[:, place]
        read = Explanation(formula.short or formula.formula, formula.scaling)
        found["formula"].append((r2(y[new], read.predict(short.columns.frame(rows))), read.formula.complexity))
        for name, fit in (("tree", tree), ("line", line)):
            surrogate = fit(inputs[seen], y[seen], SIZE)
            found[name].append((r2(y[new], surrogate.predict(inputs[new])), surrogate.nodes))
    means = {name: float(np.mean([score for score, _ in each])) for name, each in found.items()}
    return means | {f"{name}_nodes": max(nodes for _, nodes in each) for name, each in found.items()}


def r2(model: np.ndarray, surrogate: np.ndarray) -> float:
    """Return the share of the variation of what a model gives that a surrogate reproduces."""
    return float(1.0 - ((model - surrogate) ** 2).sum() / ((model - model.mean()) ** 2).sum())


def asker(explained: ModelExplanation, model: Any, X: Any) -> Callable[[Any], np.ndarray]:
    """Return what asks a model for its numbers (n, m), on the scale of its explanation, at rows like X."""
    frame = pd.DataFrame(X)
    frame.columns = list(explained.columns.names)
    table = Table(frame.assign(prediction=0.0), "prediction")
    questions = asked(model, X, table, Registry(), "auto", None, 1.0 / (2.0 * len(frame)), None)
    return lambda rows: np.column_stack([teacher.ask(rows) for teacher in questions.teachers])


def measured(
    case: str, seed: int, students: Any = "operon", share: float = 1.0, rows: int | None = None
) -> dict[str, Any]:
    """Return one row of the table; a ``share`` of the trees and so many ``rows`` make it small."""
    with TemporaryDirectory() as folder:
        model, X = MODELS[case](seed, max(1, round(share * TREES[case])), Path(folder))
        X = X[:rows]
        began = time.perf_counter()
        explained = explain(model, X, random_state=seed, student=students)
        seconds = time.perf_counter() - began
        return {
            "case": case,
            "seed": seed,
            **compared(explained, X, asker(explained, model, X)(X), seed),
            "seconds": round(seconds, 1),
        }


def table(path: Path) -> str:
    """Return the means of all cases as a table in Markdown."""
    rows = pd.read_csv(path)
    lines = ["| model | seeds | formula | tree | line | seconds |", "|---|---|---|---|---|---|"]
    for case in (name for name in MODELS if name in set(rows["case"])):
        of = rows[rows["case"] == case]
        scores = " | ".join(f"{of[name].mean():.3f}" for name in ("formula", "tree", "line"))
        lines.append(f"| {case} | {len(of)} | {scores} | {of['seconds'].mean():.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure what is not there, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--student", nargs="+", default=["operon"])
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="only print what is there")
    given = parser.parse_args()
    done = set()
    if given.out.exists():
        known = pd.read_csv(given.out)
        done = set(zip(known["case"], known["seed"], strict=True))
    for seed in [] if given.table else given.seeds:
        for case in given.case:
            if (case, seed) in done:
                continue
            row = measured(case, seed, given.student)
            with given.out.open("a", newline="") as file:
                writer = csv.DictWriter(file, FIELDS)
                if file.tell() == 0:
                    writer.writeheader()
                writer.writerow({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})
            print(row, flush=True)
    print(table(given.out))


if __name__ == "__main__":
    main()
