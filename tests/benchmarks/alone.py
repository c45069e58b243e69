"""What each student makes of the same rows by itself: test R2, nodes and seconds, dataset by dataset.

    smoothdistill run defaults --out RUN --no-report --set prepare.max_rows=333 --set distil.teachers=none \\
        --set distil.spare=false --set distil.extra=none --set "student=[symmetry, equate, operon]"
    python tests/benchmarks/alone.py RUN --against equate [--csv FILE]

Each seed chooses on its validation rows, by the run's own rule, among the formulas of that student alone. Seconds are
those of its searches. Differences are paired by dataset, with Student's 95 % interval over the datasets.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
from answers import difference

from smoothdistill_core import Results
from smoothdistill_core.components import Role

FIGURES = ("r2", "nodes", "seconds")


def rows_of(results: Results) -> Iterator[dict[str, object]]:
    """Yield one row for each student, dataset and seed."""
    cells = [record for record in results.cells if record.cell.role in (Role.BASELINE, Role.DIRECT)]
    for student in dict.fromkeys(record.cell.student for record in cells):
        mine = tuple(record for record in cells if record.cell.student == student)
        seconds = {record.cell.trial: record.seconds for record in mine}
        for key, answer in replace(results, cells=mine).trial_answers.items():
            taken = answer.recommended
            yield {
                "student": student,
                "dataset": taken.trial.dataset,
                "seed": taken.trial.seed,
                "r2": taken.score("r2"),
                "nodes": taken.nodes,
                "seconds": seconds[key],
            }


def main() -> None:
    """Print what each student comes to, and against one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--against", required=True, help="the student that the others are compared with")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    rows = pd.DataFrame(rows_of(Results.read(given.run)))
    means = rows.groupby(["student", "dataset"], sort=False)[list(FIGURES)].mean()
    against = means.xs(given.against)
    for student in means.index.unique("student"):
        here = means.xs(student)
        said = [f"{figure} {here[figure].mean():.3f} (median {here[figure].median():.3f})" for figure in FIGURES]
        print(f"{student}: {', '.join(said)}; R2 less that of {given.against} {difference(here['r2'], against['r2'])}")
    if given.csv is not None:
        means.round(4).to_csv(given.csv)


if __name__ == "__main__":
    main()
