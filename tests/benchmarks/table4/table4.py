"""The whole of the paper's Table 4 in slices: what each trial found, and the tests of all trials made from these files.

    smoothdistill run paper/table4 --out RUN --set "dataset=[auto_mpg, diabetes]"
    python tests/benchmarks/table4/table4.py rows RUN --csv FOLDER
    python tests/benchmarks/table4/table4.py tests --csv FOLDER [--out FILE]
    python tests/benchmarks/table4/table4.py table --csv FOLDER --paper FILE

Slices may share a folder. ``rows`` writes FOLDER/DATASET.csv for each dataset of the run's last slice, a row for each
trial, penalty and strength; ``chosen`` is 1 for those that a trial chose, and for all that have no strength. Figures
are of the test part. ``tests`` compares as `smoothdistill_core.statistics.comparisons` does, with the files alone:
pairs are runs, over the datasets their means; Holm's families are the datasets of the same two methods, and all that
is compared over the datasets. ``table`` prints each dataset's mean test R2 beside the paper's (a file with the columns
dataset, standard_r2, jacobian_r2 and lipschitz_r2), in Markdown, and below it how well formulas imitate their teachers.
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


def by_method(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return a run's means over its seeds of a figure of what trials chose, a column for each method."""
    taken = rows[rows["chosen"] == 1]
    named = taken.assign(method=taken["method"].str.partition("(")[0])
    return named.pivot_table(index=["dataset", "run"], columns="method", values=figure)


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every method against every control, on each dataset and over all of them."""
    values = by_method(rows, "r2")
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


def beside_the_paper(rows: pd.DataFrame, paper: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of a table of mean test R2 in the paper's order, and how well formulas imitate their teachers."""
    ours = by_method(rows, "r2").groupby("dataset").mean()
    theirs = paper.set_index("dataset").rename(columns=lambda column: column.removesuffix("_r2"))
    theirs = theirs.rename(columns={"standard": "none"})
    order = [dataset for dataset in theirs.index if dataset in ours.index]
    shown = ("none", "l2", "jacobian", "lipschitz", "direct", "linear")
    yield "| dataset | " + " | ".join(f"{each} (paper's)" if each in theirs else each for each in shown) + " |"
    yield "|---" * (len(shown) + 1) + "|"
    for name, own, other in [
        *((dataset, ours.loc[dataset], theirs.loc[dataset]) for dataset in order),
        ("**mean**", ours.loc[order].mean(), theirs.loc[order].mean(numeric_only=True)),
    ]:
        cells = [_short(own[each]) + (f" ({_short(other[each])})" if each in other else "") for each in shown]
        yield f"| {name} | " + " | ".join(cells) + " |"
    fidelity = by_method(rows, "fidelity").groupby("dataset").mean()
    yield ""
    yield f"fidelity, none: {fidelity['none'].mean():.3f}"
    for method in ("l2", "jacobian", "lipschitz"):
        higher = int((fidelity[method] > fidelity["none"]).sum())
        yield f"fidelity, {method}: {fidelity[method].mean():.3f}, above none on {higher} of {len(fidelity)} datasets"


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1).replace("-", "−")


def main(given: Sequence[str] | None = None) -> None:
    """Write what a run found, or print what all files come to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    rows, tests, table = (commands.add_parser(name) for name in ("rows", "tests", "table"))
    rows.add_argument("run", type=Path)
    tests.add_argument("--out", type=Path)
    table.add_argument("--paper", type=Path, required=True)
    for command in (rows, tests, table):
        command.add_argument("--csv", type=Path, required=True)
    arguments = parser.parse_args(given)
    if arguments.command == "rows":
        arguments.csv.mkdir(parents=True, exist_ok=True)
        found = pd.DataFrame(rows_of(Results.read(arguments.run)))
        for dataset, of_dataset in found.groupby("dataset"):
            of_dataset.to_csv(arguments.csv / f"{dataset}.csv", index=False, float_format="%.6g")
        return
    known = pd.concat(map(pd.read_csv, sorted(arguments.csv.glob("*.csv"))))
    if arguments.command == "table":
        print("\n".join(beside_the_paper(known, pd.read_csv(arguments.paper))))
        return
    found = compared(known)
    print(found.round(4).to_string(index=False))
    if arguments.out is not None:
        found.to_csv(arguments.out, index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
