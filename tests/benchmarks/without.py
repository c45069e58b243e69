"""What a student adds to a run: its answers with it and without it, dataset by dataset, on the validation rows.

    python tests/benchmarks/without.py symmetry RUN ... [--csv FILE]

The run is one of several students, all of which searched (``distil: {spare: false}``): nothing is searched again. Each
seed chooses by the run's own rule, once among all formulas and once among those of the other students. Its time is
that of its cells, and of all cells. No test row is looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
from answers import difference

from smoothdistill_core import Results


def seeds_of(results: Results, student: str) -> Iterator[dict[str, object]]:
    """Yield one row for each dataset and seed of a run."""
    others = tuple(record for record in results.cells if not record.cell.student.startswith(student))
    without = replace(results, cells=others).trial_answers
    for key, answer in results.trial_answers.items():
        if key not in without:
            continue
        ours, theirs = answer.recommended, without[key].recommended
        cells = [record for record in results.cells if record.cell.trial == key]
        seconds = [record.seconds or 0.0 for record in cells]
        yield {
            "dataset": ours.trial.dataset,
            "seed": ours.trial.seed,
            "with": ours.score("r2", "validation"),
            "without": theirs.score("r2", "validation"),
            "nodes_with": ours.nodes,
            "nodes_without": theirs.nodes,
            "seconds": sum(seconds),
            "of_it": sum(s for s, record in zip(seconds, cells, strict=True) if record not in others),
        }


def main() -> None:
    """Print the table, and what it comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("student")
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    rows = pd.DataFrame(row for run in given.runs for row in seeds_of(Results.read(run), given.student))
    table = rows.drop(columns="seed").groupby("dataset", sort=False).mean()
    table.insert(0, "seeds", rows.groupby("dataset", sort=False).size())
    print(table.round(3).to_string())
    print(f"\nvalidation R2 with {given.student} less without: {difference(table['with'], table['without'])}")
    print(f"nodes: {difference(table['nodes_with'], table['nodes_without'])}")
    print(f"share of the time: {rows['of_it'].sum() / rows['seconds'].sum():.1%}")
    lower = table[table["with"] < table["without"] - 0.01]
    print(f"lower by more than .01: {', '.join(lower.index) or 'none'}")
    if given.csv is not None:
        table.round(4).to_csv(given.csv)


if __name__ == "__main__":
    main()
