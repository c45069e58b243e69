"""What a strength that one training finds is worth, to the teacher and to each student: the table of `paper/adaptive`.

    python tests/benchmarks/adaptive.py RUN [--csv FILE]

A way to a teacher is its penalty and its epochs, those of all networks that were trained for it. Figures are of the
test rows, means over seeds and datasets; of E||J||^2, as a power of 2. Differences to the paper's grid, five strengths
of 200 epochs, are paired by dataset, with Student's 95 % interval; p is corrected by Holm over the ways. What students
found on the data itself, without a teacher, is compared likewise. A pair without a formula is left out, and there is
no p where a student found the same formulas.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import schemes
from answers import difference
from scipy import stats

from smoothdistill_core import Results
from smoothdistill_core.components import Role
from smoothdistill_core.results import Outcome
from smoothdistill_core.statistics import holm

STRENGTHS = 5
"""How many strengths the grid has, each of them a training."""

EPOCHS = 200
"""The epochs of a teacher that says none."""

GRID = "five strengths, 1000 epochs"
"""What the others are compared with."""

NORM = "teacher E||J||^2"


def way_of(outcome: Outcome) -> str:
    """Return how its teacher's strength was found, and the epochs of all trainings that it took."""
    if outcome.role is Role.DIRECT:
        return "no teacher"
    way, epochs = schemes.way_of(outcome.penalty), schemes.epochs_of(outcome.teacher) or EPOCHS
    return f"{way}, {epochs} epochs" if way else f"five strengths, {STRENGTHS * epochs} epochs"


def rows_of(results: Results) -> pd.DataFrame:
    """Return one row for each dataset, seed and way, with the figures of the teacher and of each student."""
    rows: dict[tuple[str, int, str], dict[str, float]] = {}
    for outcome in results.outcomes:
        if outcome.role is Role.BASELINE:
            continue
        row = rows.setdefault((outcome.trial.dataset, outcome.trial.seed, way_of(outcome)), {})
        student = outcome.student.partition("(")[0]
        row["teacher r2"] = outcome.teacher_score("r2")
        row[NORM] = outcome.teacher_score("jacobian_norm_squared")
        row[f"{student} r2"] = outcome.score("r2")
        row[f"{student} fidelity"] = outcome.score("fidelity")
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["dataset", "seed", "way"])


def lines_of(means: pd.DataFrame, column: str) -> list[str]:
    """Return what is said of one figure: each way's mean, and how far it is from the grid's."""
    table = means[column].unstack("way").dropna(axis="columns", how="all")
    pairs = {way: table[[way, GRID]].dropna() for way in table if way != GRID}
    compared = {way: pair for way, pair in pairs.items() if len(pair) > 2}
    tested = (stats.ttest_rel(pair[way], pair[GRID]).pvalue for way, pair in compared.items())
    p_values = [None if np.isnan(p) else p for p in tested]
    corrected = dict(zip(compared, holm(p_values).p, strict=True))
    lines = [column]
    for way in table:
        against = ""
        if way in compared:
            p = corrected[way]
            said = "" if p is None else f", p {p:.3f}"
            against = f", {difference(pairs[way][way], pairs[way][GRID])}{said}"
        lines.append(f"  {way}: {table[way].mean():.3f}{against}")
    return lines


def main() -> None:
    """Print the table, and what it comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    rows = rows_of(Results.read(given.run))
    means = rows.assign(**{NORM: np.log2(rows[NORM])}).groupby(["dataset", "way"], sort=False).mean()
    for column in means:
        print("\n".join(lines_of(means, str(column))))
    if given.csv is not None:
        rows.round(4).to_csv(given.csv)


if __name__ == "__main__":
    main()
