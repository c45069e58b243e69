"""How much memory a run takes for its data, its largest process and all of its processes together, and how long.

    python tests/benchmarks/memory.py [--rows 10000 100000] [--features 5 50] [--files parquet csv] [--json FILE]

A run is a teacher, linear students and one epoch. Each figure is the peak less that of the same run on 100
rows, as a multiple of the table in float64. The largest process counts all that it has in memory; of all
together, a page that several share counts once (the proportional set size). Linux tells both, others do not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

COMMAND = [sys.executable, "-m", "smoothdistill_core.cli", "run"]
WORKERS = (1, 2)
SECONDS_BETWEEN = 0.02
SECONDS = "seconds"


def with_descendants(process: int) -> Iterator[int]:
    """Yield the number of a process, of its children, and of theirs."""
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from with_descendants(int(child))


def resident(process: int) -> tuple[float, float]:
    """Return what a process has in memory, and its share of that, in MB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    found = {line.split(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in lines}
    return found["Rss"], found["Pss"]


def peaks(recipe: Path, out: Path, workers: int) -> dict[str, float]:
    """Return the peaks of a run in MB, of its largest process and of all of them together, and its seconds."""
    command = [*COMMAND, str(recipe), "--out", str(out), "--workers", str(workers)]
    largest = together = 0.0
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            with contextlib.suppress(OSError):  # a process that ended while it was looked at
                found = [resident(process) for process in with_descendants(run.pid)]
                largest = max(largest, *(whole for whole, _ in found))
                together = max(together, sum(share for _, share in found))
            time.sleep(SECONDS_BETWEEN)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} failed with exit code {run.returncode}")
    return {
        f"largest process, {workers} workers": largest,
        f"together, {workers} workers": together,
        f"{SECONDS}, {workers} workers": time.perf_counter() - begun,
    }


def measure(folder: Path, rows: int, features: int, file: str) -> dict[str, float]:
    """Return peaks in MB and seconds of runs on a table of random numbers, with each number of workers."""
    X = np.random.default_rng(0).normal(size=(rows, features))
    table = pd.DataFrame(X, columns=[f"x{number}" for number in range(features)])
    table = table.assign(y=np.sin(X[:, 0]) + X[:, 1])
    path, recipe = folder / f"{rows}x{features}.{file}", folder / "memory.yaml"
    if file == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    recipe.write_text(
        f"dataset: {{name: {file}, path: {path.name}, target: y}}\nteacher: {{name: mlp, epochs: 1}}\n"
        "regularizer: [none, {name: jacobian, strength: 0.1}]\nstudent: linear\ntrials: {seeds: 1}\n"
    )
    found: dict[str, float] = {}
    for workers in WORKERS:
        found |= peaks(recipe, Path(tempfile.mkdtemp(dir=folder)), workers)
    path.unlink()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="with 20 features")
    parser.add_argument("--features", type=int, nargs="*", default=[5, 50, 500], help="with 10000 rows")
    parser.add_argument("--files", choices=("parquet", "csv"), nargs="+", default=["parquet"])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if not os.path.exists("/proc/self/smaps_rollup"):
        raise SystemExit("this system does not tell how much memory a process has; run it on Linux")
    shapes = [(rows, 20) for rows in arguments.rows] + [(10_000, features) for features in arguments.features]
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), 100, 5, "parquet")  # compiles, where nothing is compiled yet
        base = measure(Path(name), 100, 5, "parquet")
        results["100 rows (MB)"] = base
        for file in arguments.files:
            for rows, features in shapes:
                data = rows * features * 8 / 1e6
                found = measure(Path(name), rows, features, file)
                title = f"{rows} x {features} ({data:.1f} MB as float64), {file}, times the data"
                results[title] = {
                    what: value if what.startswith(SECONDS) else (value - base[what]) / data
                    for what, value in found.items()
                }
    for title, figures in results.items():
        print(title)
        for what, value in figures.items():
            print(f"  {what:32} {value:8.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
