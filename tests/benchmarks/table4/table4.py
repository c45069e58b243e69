"""The whole of the paper's Table 4 in slices: what each trial found, and the tests of all trials made from these files.

    smoothdistill run paper/table4 --out RUN --set "dataset=[auto_mpg, diabetes]"
    python tests/benchmarks/table4/table4.py rows RUN --csv FOLDER
    python tests/benchmarks/table4/table4.py tests --csv FOLDER

Slices may share a folder. ``rows`` writes FOLDER/DATASET.csv for each dataset of the run's last slice, a row for each
trial, penalty and strength; ``chosen`` is 1 for those that a trial chose, and for all that have no strength. Figures
are of the test part. ``tests`` compares as `smoothdistill_core.statistics.comparisons` does, with the files alone:
pairs are runs, over the datasets their means; Holm's families are the datasets of the same two methods, and all that
is compared over the datasets.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from smoothdistill_core import Results
from smoothdistill_core.components import Role
from smoothdistill_core.statistics import effect, holm, wilcoxon

CONTROLS = ("none", "direct", "linear")
"""What methods are compared with; these among themselves too."""

METHODS = ("l2", "jacobian", "lipschitz", *CONTROLS)


def rows_of(results: Results) -> Iterator[dict[str, object]]:
    """Yield one row for each formula of a run that a trial may choose, in the order of the plan."""
    chosen = {outcome.cell.key for _, outcome in results.chosen}
    for outcome in results.outcomes:
        yield {
            "dataset": outcome.trial.dataset,
            "run": outcome.trial.run,
            "seed": outcome.trial.seed,
            "method": outcome.penalty,
            "strength": outcome.strength if outcome.strength > 0 else None,
            "chosen": int(outcome.strength == 0 or outcome.cell.key in chosen),
            "teacher_r2": outcome.teacher_score("r2"),
            "smoothness": outcome.teacher_score("jacobian_norm"),
            "fidelity": outcome.score("fidelity"),
            "r2": outcome.score("r2"),
            "nodes": None if outcome.role is Role.BASELINE else outcome.nodes,
        }


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every method against every control, on each dataset and over all of them."""
    taken = rows[rows["chosen"] == 1]
    named = taken.assign(method=taken["method"].str.partition("(")[0])
    values = named.pivot_table(index=["dataset", "run"], columns="method", values="r2")
    means = values.groupby("dataset").mean()
    found: list[dict[str, object]] = []
    couples = [couple for couple in itertools.combinations(METHODS, 2) if couple[1] in CONTROLS]
    for one, other in couples:
        gains = values[one] - values[other]
        each = {str(dataset): list(paired) for dataset, paired in gains.groupby("dataset")}
        found += _family({(dataset, one, other): paired for dataset, paired in each.items()})
    over_all = {("all datasets", one, other): list(means[one] - means[other]) for one, other in couples}
    return pd.DataFrame([*_family(over_all), *found])


def _family(gains: dict[tuple[str, str, str], list[float]]) -> Iterator[dict[str, object]]:
    """Yield what is said of comparisons whose p-values are corrected for one another."""
    tests = {names: wilcoxon(paired) for names, paired in gains.items()}
    corrected = holm([test.p if test.verdict_possible else None for test in tests.values()]).p
    for (names, paired), p in zip(gains.items(), corrected, strict=True):
        size = effect(paired)
        interval = size.mean.interval
        yield {
            **dict(zip(("dataset", "method", "against"), names, strict=True)),
            "pairs": len(paired),
            "mean_gain": size.mean.value,
            "low": None if interval is None else interval.low,
            "high": None if interval is None else interval.high,
            "rank_biserial": size.rank_biserial,
            "p": tests[names].p,
            "holm_p": p,
        }


def main(given: Sequence[str] | None = None) -> None:
    """Write what a run found, or print what all files come to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    rows, tests = commands.add_parser("rows"), commands.add_parser("tests")
    rows.add_argument("run", type=Path)
    for command in (rows, tests):
        command.add_argument("--csv", type=Path, required=True)
    arguments = parser.parse_args(given)
    if arguments.command == "rows":
        arguments.csv.mkdir(parents=True, exist_ok=True)
        found = pd.DataFrame(rows_of(Results.read(arguments.run)))
        for dataset, table in found.groupby("dataset"):
            table.to_csv(arguments.csv / f"{dataset}.csv", index=False, float_format="%.6g")
    else:
        files = sorted(arguments.csv.glob("*.csv"))
        print(compared(pd.concat(map(pd.read_csv, files))).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
