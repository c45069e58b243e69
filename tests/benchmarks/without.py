"""What each student adds to a run: the answers with it and without it, dataset by dataset, on the validation rows.

    python tests/benchmarks/without.py RUN ... [--students symmetry equate] [--csv FILE]

The runs are of several students, all of which searched (``distil: {spare: false}``): nothing is searched again. Each
seed chooses by the run's own rule, once among all formulas and once among those of the other students; and once more
among those of at most 20 nodes. A student's time is that of its cells, its share one of all cells. No test row is
looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
from answers import SIZE, difference

from smoothdistill_core import Results
from smoothdistill_core.components import Role


def searched(results: Results) -> list[str]:
    """Return the students that searched the data, in the order of the run."""
    return list(dict.fromkeys(record.cell.student for record in results.cells if record.cell.role is Role.DIRECT))


def seeds_of(results: Results, student: str) -> Iterator[dict[str, object]]:
    """Yield one row for each dataset and seed of a run."""
    others = tuple(record for record in results.cells if record.cell.student != student)
    without = replace(results, cells=others).trial_answers
    for key, answer in results.trial_answers.items():
        if key not in without:
            continue
        ours, theirs = answer.recommended, without[key].recommended
        cells = [record for record in results.cells if record.cell.trial == key]
        yield {
            "student": student,
            "dataset": ours.trial.dataset,
            "seed": ours.trial.seed,
            "with": ours.score("r2", "validation"),
            "without": theirs.score("r2", "validation"),
            "nodes_with": ours.nodes,
            "nodes_without": theirs.nodes,
            f"with_{SIZE}": answer.at(SIZE).score("r2", "validation"),
            f"without_{SIZE}": without[key].at(SIZE).score("r2", "validation"),
            "seconds": sum(record.seconds or 0.0 for record in cells),
            "of_it": sum(record.seconds or 0.0 for record in cells if record.cell.student == student),
        }


def said_of(student: str, rows: pd.DataFrame) -> Iterator[str]:
    """Yield the lines about one student, of its means over the seeds of each dataset."""
    yield f"{student}: validation R2 with it less without {difference(rows['with'], rows['without'])}"
    yield f"  nodes {difference(rows['nodes_with'], rows['nodes_without'])}"
    yield f"  of at most {SIZE} nodes {difference(rows[f'with_{SIZE}'], rows[f'without_{SIZE}'])}"
    yield f"  share of the time {rows['of_it'].sum() / rows['seconds'].sum():.1%}"
    lower = rows[rows["with"] < rows["without"] - 0.01]
    yield f"  lower by more than .01: {', '.join(lower.index) or 'none'}"


def main() -> None:
    """Print what each student adds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--students", nargs="+", help="all that searched the data, if left out")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    runs = [Results.read(run) for run in given.runs]
    rows = pd.DataFrame(
        row for results in runs for student in given.students or searched(results) for row in seeds_of(results, student)
    )
    means = rows.groupby(["student", "dataset"], sort=False).mean()
    means.insert(0, "seeds", rows.groupby(["student", "dataset"], sort=False).size())
    means = means.drop(columns="seed")
    print(means.round(3).to_string())
    for student in means.index.unique("student"):
        print("\n".join(said_of(student, means.xs(student))))
    if given.csv is not None:
        means.round(4).to_csv(given.csv)


if __name__ == "__main__":
    main()
