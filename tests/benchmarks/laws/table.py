"""Makes the tables of the benchmark of laws from its runs, whatever of them is there.

    python tests/benchmarks/laws/table.py [RUNS] [--out recipes/results]

``RUNS`` is the folder that `run.py` ran in. For each suite that it finds it writes ``laws_SUITE.csv``, a row for each
law, noise level, seed and student, and prints two tables: what each student recovers, beside the rates that others have
published; and paired differences. Settings were decided on the odd laws of Feynman's: the even ones have a table of
their own. Where teachers were compared it also draws ``laws_teachers.svg``, a line for each.

**Exact** is `exact_recovery`: the law's structure, constants to 1e-6 without noise, and with noise within 1 % or three
standard errors. **SRBench's rule** is `symbolic_solution`: formula and law differ by an offset or a factor.
**R2 > .999**, and the mean of R2, in which one below 0 counts as 0, are against the law itself, at rows that no search
has seen. Our noise is a share of the target's standard deviation, that of SRBench of its root mean square, which is the
more the farther the mean is from 0; and SRBench counts runs of up to 8 hours, with parameters tuned before.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from recoveries import Recovery, recoveries_of, write
from smoothdistill_laws.suite_file import read_suite, shipped_suites
from summary import Difference, Summary, differences, summaries

HERE = Path(__file__).parent

TEACHERS = "teachers"
"""The table of teachers: the runs of ``feynman_teachers``."""

APART = {"small", "ablation"}
"""The kinds of runs that have tables of their own, each of its suite: of small samples, and of parts of a student."""


def tables(runs: Path) -> dict[str, list[Recovery]]:
    """Return the rows of each table: those of a suite, whoever searched; some kinds of runs are apart."""
    found: dict[str, list[Recovery]] = defaultdict(list)
    for store in sorted(runs.glob("*/*/results.sqlite")):
        suite, _, kind = store.parents[1].name.partition("_")
        name = TEACHERS if kind == TEACHERS else f"{suite}_{kind}" if kind in APART else suite
        found[name] += recoveries_of(store.parent)
    return dict(found)


def untouched(suite: str, rows: Iterable[Recovery]) -> list[Recovery]:
    """Return the rows of the even laws of ``feynman``, on which nothing was decided; none of another suite."""
    if suite != "feynman":
        return []
    even = {law.name for law in read_suite(shipped_suites()[suite])[1::2]}
    return [row for row in rows if row.law in even]


def published(suite: str) -> list[dict[str, str]]:
    """Return the published rates of a suite."""
    with (HERE / "published.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["suite"] == suite]


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows))


def of_students(found: Sequence[Summary], others: Iterable[dict[str, str]]) -> str:
    """Return the table of rates: ours, then the published ones."""
    header = [
        "student",
        "noise",
        "laws",
        "seeds",
        "exact",
        "95 %",
        "SRBench's rule",
        "R2 > .999",
        "R2 > .99",
        "mean R2",
    ]
    header += ["nodes", "most", "seconds", "most"]
    ours = [
        [
            one.by,
            _percent(one.noise),
            str(one.laws),
            str(one.seeds),
            _percent(one.exact.share),
            f"{_percent(one.exact.low)} to {_percent(one.exact.high)}",
            _percent(one.srbench),
            _percent(one.accurate),
            _percent(one.close),
            f"{one.r2:.3f}",
            "-" if math.isnan(one.nodes) else f"{one.nodes:g}",
            str(one.most_nodes),
            f"{one.seconds:.1f}",
            f"{one.most_seconds:.1f}",
        ]
        for one in found
    ]
    theirs = [
        [
            f"{row['method']} (published)",
            f"{_percent(float(row['noise']))} of the root mean square",
            row["laws"],
            *["-"] * 3,
            f"{row['solved_percent']} %",
            f"{row['r2_above_.999_percent']} %",
            *["-"] * 6,
        ]
        for row in others
    ]
    return markdown(header, [*ours, *theirs])


def of_differences(found: Iterable[Difference]) -> str:
    """Return the table of paired differences."""
    header = ["first", "second", "noise", "laws", "difference of exact", "95 %"]
    rows = []
    for one in found:
        interval = f"{_points(one.low)} to {_points(one.high)}"
        rows.append([one.first, one.second, _percent(one.noise), str(one.laws), _points(one.mean), interval])
    return markdown(header, rows)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def draw(found: Sequence[Summary], path: Path) -> None:
    """Draw exact recovery against noise, a line for each student and teacher, with the intervals."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    lines: dict[str, list[Summary]] = defaultdict(list)
    for one in found:
        lines[one.by].append(one)
    noises = sorted({one.noise for one in found})
    with mpl.rc_context({"svg.hashsalt": "laws", "svg.fonttype": "none"}):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.subplots()
        for place, (by, points) in enumerate(lines.items()):
            apart = 0.06 * (place - (len(lines) - 1) / 2)  # intervals lie beside each other, not on each other
            at = [noises.index(one.noise) + apart for one in points]
            shares = [100 * one.exact.share for one in points]
            errors = list(zip(*_ends(points), strict=True))
            axes.errorbar(at, shares, errors, marker="o", markersize=4, linewidth=1.5, elinewidth=0.8, label=by)
        axes.set_xticks(range(len(noises)), [_percent(noise) for noise in noises])
        axes.set_xlabel("noise, of the target's standard deviation")
        axes.set_ylabel("laws recovered exactly, %")
        axes.set_ylim(0, 100)
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        figure.savefig(path, metadata={"Date": None})


def _ends(points: Iterable[Summary]) -> Iterator[tuple[float, float]]:
    for one in points:
        yield 100 * (one.exact.share - one.exact.low), 100 * (one.exact.high - one.exact.share)


def main() -> None:
    """Write and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="?", default=Path("runs/laws"))
    parser.add_argument("--out", type=Path, default=Path("recipes/results"), help="the folder of the CSV files")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables(given.runs).items():
        path = given.out / f"laws_{name}.csv"
        write(rows, path)
        found = summaries(rows)
        print(f"## {name}: {len(rows)} rows, in {path}\n")
        print(of_students(found, published(name)), end="\n\n")
        if even := untouched(name, rows):
            print(f"the even laws alone\n\n{of_students(summaries(even), ())}", end="\n\n")
        print(of_differences(differences(rows)), end="\n\n")
        if name == TEACHERS:
            draw(found, given.out / "laws_teachers.svg")


if __name__ == "__main__":
    main()
