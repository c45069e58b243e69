"""How the whole behaves: start-up, the quickstart cold and warm, workers, memory against rows and features.

    python tests/benchmarks/whole.py [--json FILE] [--rows 10000 100000] [--features 5 50]

Every figure is that of whole processes. Memory is the largest process of a run (teacher, linear student,
one epoch), less that of a run on 100 rows: what the data cost.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

COMMAND = [sys.executable, "-m", "smoothdistill_core.cli"]
REPEATS = 5


def seconds(*arguments: str, **environment: str) -> float:
    """Return how long a command takes."""
    began = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - began


def start_up() -> dict[str, float]:
    """Return the median seconds of the commands that people wait for."""
    commands = (["--help"], ["plugins"])
    return {" ".join(command): statistics.median(seconds(*command) for _ in range(REPEATS)) for command in commands}


def quickstart(folder: Path) -> dict[str, float]:
    """Return the seconds of the quickstart with nothing compiled yet, and with everything compiled."""
    cache = {"NUMBA_CACHE_DIR": str(folder / "cache")}
    return {how: seconds("run", "quickstart", "--out", str(folder / how), **cache) for how in ("cold", "warm")}


def throughput(folder: Path) -> dict[str, float]:
    """Return the seconds of 40 equal cells with one worker and with two, and the ratio."""
    recipe = folder / "cells.yaml"
    recipe.write_text(
        "dataset: friedman1\nteacher: {name: mlp, hidden: [8], epochs: 1}\nregularizer: none\n"
        "student: {name: gplearn, population_size: 1000, generations: 10, parsimony_coefficient: 0.01}\n"
        "trials: {seeds: 20}\n"
    )
    times = {
        f"{workers} workers": seconds(
            "run", str(recipe), "--out", str(folder / str(workers)), "--workers", str(workers)
        )
        for workers in (1, 2)
    }
    return times | {"ratio": times["1 workers"] / times["2 workers"]}


def memory(folder: Path, rows: int, features: int) -> float:
    """Return the peak resident memory of the largest process of a run, in MB."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, features))
    table = pd.DataFrame(X, columns=[f"x{number}" for number in range(features)])
    table.assign(y=np.sin(X[:, 0]) + X[:, 1]).to_parquet(folder / "table.parquet")
    recipe = folder / "memory.yaml"
    recipe.write_text(
        "dataset: {name: parquet, path: table.parquet, target: y}\nteacher: {name: mlp, epochs: 1}\n"
        "regularizer: {name: jacobian, strength: 0.1}\nstudent: linear\ntrials: {seeds: 1}\n"
    )
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", measure, *COMMAND, "run", str(recipe), "--workers", "1"]
    out = folder / f"{rows}x{features}"
    return int(subprocess.check_output([*command, "--out", str(out)])) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--features", type=int, nargs="*", default=[5, 50, 500])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results: dict[str, dict[str, float]] = {"start-up (s)": start_up(), "quickstart (s)": quickstart(folder)}
        results["40 equal cells (s)"] = throughput(folder)
        base = memory(folder, 100, 5)
        shapes = [(rows, 20) for rows in arguments.rows] + [(10_000, features) for features in arguments.features]
        results["memory"] = {"100 rows (MB)": base}
        for rows, features in shapes:
            data = rows * features * 8 / 1e6
            ratio = (memory(folder, rows, features) - base) / data
            results["memory"][f"{rows} x {features} ({data:.1f} MB), times the data"] = ratio
    for title, figures in results.items():
        print(title)
        for what, value in figures.items():
            print(f"  {what:45} {value:8.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
