"""How well teachers predict by the way their strength was found: a grid, a path, strengths that adapt, no penalty.

    python tests/benchmarks/schemes.py RUN ... [--part validation] [--csv FILE]

The runs are of `paper/schemes`, and of the same with other epochs:

    smoothdistill run paper/schemes --set teacher.epochs=400 \\
        --set "regularizer=[{name: jacobian, strength: {path: [1.0, 0.001], steps: 10}}]"

Of each way the teacher with the highest validation R2 is taken, on each dataset with each seed. Differences to the ten
strengths are paired by dataset, with Student's 95 % interval over the datasets, and p-values after Holm. Seconds are
those that training took, E||J||^2 is of the same rows as R2.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from answers import difference
from scipy import stats

from smoothdistill_core import Results
from smoothdistill_core.components import Role
from smoothdistill_core.statistics import holm

PAPER = (0.1, 0.3, 0.5, 0.7, 1.0)
TEN = "ten strengths"
"""No penalty and nine strengths; what the others are compared with."""


def way_of(regularizer: str) -> str:
    """Return how the strength of a penalty was found in one training; empty for a strength that is given."""
    if regularizer == "none":
        return "no penalty"
    return "path" if regularizer.endswith("(path)") else regularizer.partition("adapt=")[2].rstrip(")")


def schemes_of(regularizer: str, strength: float) -> Iterator[str]:
    """Yield the ways that lead to a teacher, among others."""
    way = way_of(regularizer)
    if way:
        yield way
    if way in ("", "no penalty"):
        yield TEN
    if not way and strength in PAPER:
        yield "the paper's five strengths"


def epochs_of(teacher: str) -> int | None:
    """Return the epochs of a teacher for which they are said."""
    said = re.search(r"epochs=(\d+)", teacher)
    return int(said[1]) if said else None


def rows_of(results: Results, part: str) -> Iterator[dict[str, object]]:
    """Yield one row for each dataset, seed and way of a run."""
    found: dict[tuple[str, str], list[tuple[Mapping[tuple[str, str], float], float]]] = {}
    for record in results.cells:
        if record.cell.role is Role.TEACHER and record.scores:
            epochs = epochs_of(record.cell.teacher)
            said = f" of {epochs} epochs" if epochs else ""
            for scheme in schemes_of(record.cell.regularizer, record.cell.strength):
                teachers = found.setdefault((record.cell.trial, scheme + said), [])
                teachers.append((record.scores, record.seconds or 0.0))
    for (trial, scheme), teachers in found.items():
        if scheme.startswith(TEN) and len(teachers) < 10:
            continue
        best = max((scores for scores, _ in teachers), key=lambda scores: scores["validation", "r2"])
        yield {
            "dataset": results.trials[trial].dataset,
            "seed": results.trials[trial].seed,
            "scheme": scheme,
            "r2": best[part, "r2"],
            "squared_norm": best[part, "jacobian_norm_squared"],
            "seconds": sum(seconds for _, seconds in teachers),
        }


def main() -> None:
    """Print the table, and what it comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--part", choices=("validation", "test"), default="validation")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    rows = pd.DataFrame(row for run in given.runs for row in rows_of(Results.read(run), given.part))
    means = rows.drop(columns="seed").groupby(["dataset", "scheme"], sort=False).mean()
    table = means["r2"].unstack("scheme")
    others = [scheme for scheme in table if scheme != TEN]
    p_values = [stats.ttest_rel(table[scheme], table[TEN], nan_policy="omit").pvalue for scheme in others]
    corrected = dict(zip(others, holm(p_values).p, strict=True))
    for scheme in table:
        of = means.xs(scheme, level="scheme")
        against = ""
        if scheme in corrected:
            against = f", {difference(table[scheme], table[TEN])}, p {corrected[scheme]:.3f} (Holm)"
        said = f"{scheme}: {given.part} R2 {of['r2'].mean():.3f}, E||J||^2 {of['squared_norm'].median():.2f} (median)"
        print(f"{said}, {of['seconds'].sum():.0f} s{against}")
    if given.csv is not None:
        rows.round(4).to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
