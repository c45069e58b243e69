"""Where smooth teachers pay: one factor of made data after the other, around a centre.

    python tests/benchmarks/map/map.py run [POINT ...] --out FOLDER [--workers N] [--set KEY=VALUE ...] [--dry-run]
    python tests/benchmarks/map/map.py table --out FOLDER --csv FOLDER [--figure FILE]

Each point of the map, ``rows=50`` say, is the recipe ``paper/map`` with that one factor changed, run in FOLDER/POINT.
It goes on where it was stopped. Beside it, in FOLDER/POINT-second, the students search on the data once more, each in
another way (symmetry has only one): so two searches on the data stand against one on the data and one that is taught.
The table has all formulas in cells.csv, and in comparisons.csv what a teacher adds at each point; see map_tables.py.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from map_rows import rows_of
from map_tables import comparisons, drawn

RECIPE = "paper/map"

FACTORS: dict[str, tuple[float, ...]] = {
    "rows": (50, 150, 500, 2000),
    "noise": (0, 0.05, 0.1, 0.3),
    "inputs": (2, 8, 30),
    "roughness": (1, 2, 4, 8),
}
"""The levels of each factor of the data."""

CENTRE = {"rows": 500, "noise": 0.05, "inputs": 8, "roughness": 1}
"""The levels that the recipe has, where only one of them changes."""

SECOND = (
    "distil.teachers=none",
    "student.0.p_point_replace=0.06",
    "student.1.mutation_probability=0.26",
    "student.2.restarts=2",
)
"""What makes the second searches on the data others than the first: layerwise has both of its starts then."""


def points() -> Iterator[str]:
    """Yield the name of each point, the centre first."""
    yield "centre"
    for factor, levels in FACTORS.items():
        yield from (f"{factor}={level:g}" for level in levels if level != CENTRE[factor])


def run(point: str, arguments: argparse.Namespace) -> None:
    """Run a point and its second searches, and say how many seconds of cores they took."""
    changed = [] if point == "centre" else [f"dataset.{point}"]
    for folder, more in ((point, []), (f"{point}-second", list(SECOND))):
        command = [sys.executable, "-m", "smoothdistill_core.cli", "run", RECIPE, "--out", str(arguments.out / folder)]
        command += ["--workers", str(arguments.workers), "--dry-run" if arguments.dry_run else "--no-report"]
        for setting in (*changed, *more, *arguments.set):
            command += ["--set", setting]
        before = core_seconds()
        subprocess.run(command, check=True)
        print(f"{folder}: {core_seconds() - before:.0f} seconds of cores", flush=True)


def core_seconds() -> float:
    """Return the processor time of all processes that were run and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def levels_of(point: str) -> list[tuple[str, float]]:
    """Return the factor and level that a point stands for: the centre for one of each factor."""
    if point == "centre":
        return list(CENTRE.items())
    factor, _, level = point.partition("=")
    return [(factor, float(level))]


def table(arguments: argparse.Namespace) -> None:
    """Write the formulas, the comparisons and the figure of all points that were run."""
    ran = [point for point in points() if (arguments.out / f"{point}-second" / "results.sqlite").exists()]
    cells = pd.DataFrame(
        {"point": point, **row}
        for point in ran
        for row in rows_of(arguments.out / point, arguments.out / f"{point}-second")
    )
    found = comparisons(cells, {point: levels_of(point) for point in ran})
    print(found[found["student"] == "all"].round(4).to_string(index=False))
    arguments.csv.mkdir(parents=True, exist_ok=True)
    cells.to_csv(arguments.csv / "cells.csv", index=False, float_format="%.5g")
    found.to_csv(arguments.csv / "comparisons.csv", index=False, float_format="%.4g")
    if arguments.figure is not None:
        drawn(found, FACTORS).savefig(arguments.figure, metadata={"Date": None})


def main(given: Sequence[str] | None = None) -> None:
    """Run points, or make the tables of those that were run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    runs = commands.add_parser("run")
    runs.add_argument("points", nargs="*", metavar="POINT", help=f"of {', '.join(points())}; left out, all")
    runs.add_argument("--workers", type=int, default=2)
    runs.add_argument("--set", action="append", default=[])
    runs.add_argument("--dry-run", action="store_true")
    tables = commands.add_parser("table")
    tables.add_argument("--csv", type=Path, required=True)
    tables.add_argument("--figure", type=Path)
    for command in (runs, tables):
        command.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args(given)
    if "points" not in arguments:
        table(arguments)
        return
    if unknown := [point for point in arguments.points if point not in points()]:
        parser.error(f"there is no point {unknown[0]!r}; there are {', '.join(points())}")
    for point in arguments.points or points():
        run(point, arguments)


if __name__ == "__main__":
    main()
