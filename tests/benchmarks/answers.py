"""How good, how long and how dear the formulas of a run are, dataset by dataset; every choice is each seed's own.

    python tests/benchmarks/answers.py RUN ... [--part validation] [--against RUN ...] [--ceiling FILE] [--csv FILE]

R2 on the test part, means over the seeds: of ridge regression, of the recommended formula, of the best one of at most
20 nodes, of the most accurate, and of the teacher that is best on the validation part; of those of another run, a
search that took as long, say; and of the black box whose figures `ceiling.py` wrote. Differences are paired by dataset,
with Student's 95 % interval over the datasets.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from smoothdistill_core import Results
from smoothdistill_core.components import Role

SIZE = 20
FORMULAS = ("recommended", f"size_{SIZE}", "most_accurate")
COMPARED = (*FORMULAS, "teacher", "nodes")


def rows_of(runs: Sequence[Path], part: str) -> pd.DataFrame:
    """Return one row for each dataset and seed of the runs."""
    return pd.DataFrame(row for run in runs for row in seeds_of(Results.read(run), part))


def seeds_of(results: Results, part: str) -> Iterator[dict[str, object]]:
    """Yield one row for each dataset and seed of a run."""
    ridge = {of.trial.key: of.front[-1].scores[part, "r2"] for of in results.outcomes if of.role is Role.BASELINE}
    for key, answer in results.trial_answers.items():
        taken, short, most = answer.recommended, answer.at(SIZE), answer.front[-1]
        cells = [record for record in results.cells if record.cell.trial == key]
        teachers = [record.scores for record in cells if record.cell.role is Role.TEACHER and record.scores]
        best = max(teachers, key=lambda scores: scores["validation", "r2"], default={(part, "r2"): np.nan})
        yield {
            "dataset": taken.trial.dataset,
            "seed": taken.trial.seed,
            "linear": ridge[key],
            "recommended": taken.score("r2", part),
            f"size_{SIZE}": short.score("r2", part),
            "most_accurate": most.score("r2", part),
            "teacher": best[part, "r2"],
            "nodes": taken.nodes,
            f"nodes_size_{SIZE}": short.nodes,
            "nodes_most_accurate": most.nodes,
            "seconds": sum(record.seconds or 0.0 for record in cells),
        }


def difference(ours: pd.Series, theirs: pd.Series) -> str:
    """Write the mean paired difference and its interval."""
    paired = (ours - theirs).dropna()
    half = float(stats.t.ppf(0.975, len(paired) - 1)) * paired.std(ddof=1) / np.sqrt(len(paired))
    return f"{paired.mean():+.3f} ({paired.mean() - half:+.3f} to {paired.mean() + half:+.3f}; {len(paired)} datasets)"


def main() -> None:
    """Print the table, and what it comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--against", type=Path, nargs="+")
    parser.add_argument("--ceiling", type=Path)
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    rows = rows_of(arguments.runs, arguments.part)
    if arguments.against is not None:
        other = rows_of(arguments.against, arguments.part)[["dataset", "seed", *COMPARED, "seconds"]]
        rows = rows.merge(other, on=["dataset", "seed"], how="left", suffixes=("", "_against"))
    if arguments.ceiling is not None:
        ceiling = pd.read_csv(arguments.ceiling).rename(columns={"r2": "ceiling"})
        rows = rows.merge(ceiling, on=["dataset", "seed"], how="left")
    table = rows.drop(columns="seed").groupby("dataset", sort=False).mean()
    table.insert(0, "seeds", rows.groupby("dataset", sort=False).size())
    print(table.round(3).to_string())
    print(f"\nmeans over {len(table)} datasets\n{table.mean().round(3).to_string()}\n")
    for column in ("linear", "ceiling"):
        if column in table:
            for size in FORMULAS:
                print(f"{size} less {column}: {difference(table[size], table[column])}")
    for column in COMPARED:
        if f"{column}_against" in table:
            print(f"{column}: {difference(table[column], table[f'{column}_against'])}")
    below = rows["recommended"] - rows["linear"].clip(upper=0.0)
    worst = rows.loc[below.idxmin()]
    print(f"lowest recommended less min(ridge, 0): {below.min():+.3f} ({worst['dataset']}, seed {worst['seed']})")
    if arguments.csv is not None:
        table.round(4).to_csv(arguments.csv)


if __name__ == "__main__":
    main()
