"""How long the whole takes: start-up, a large plan, the quickstart cold and warm, equal cells with one worker and two.

    python tests/benchmarks/whole.py [--json FILE]

Every figure is that of whole processes.
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

COMMAND = [sys.executable, "-m", "smoothdistill_core.cli"]
REPEATS = 5


def seconds(*arguments: str, **environment: str) -> float:
    """Return how long a command takes."""
    began = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - began


def start_up() -> dict[str, float]:
    """Return the median seconds of the commands that people wait for."""
    commands = (["--help"], ["plugins"], ["run", "paper/table4", "--dry-run"])
    return {" ".join(command): statistics.median(seconds(*command) for _ in range(REPEATS)) for command in commands}


def quickstart(folder: Path) -> dict[str, float]:
    """Return the seconds of the quickstart with nothing compiled yet, and with everything compiled."""
    cache = {"NUMBA_CACHE_DIR": str(folder / "cache")}
    return {how: seconds("run", "quickstart", "--out", str(folder / how), **cache) for how in ("cold", "warm")}


def throughput(folder: Path) -> dict[str, float]:
    """Return the seconds of 40 equal cells of about two seconds with one worker and with two, and the ratio."""
    recipe = folder / "cells.yaml"
    recipe.write_text(
        "dataset: friedman1\nteacher: {name: mlp, hidden: [8], epochs: 1}\nregularizer: none\n"
        "student: {name: gplearn, population_size: 3000, generations: 25, parsimony_coefficient: 0.01}\n"
        "distil: {extra: none, refit: none}\ntrials: {seeds: 20}\n"
    )
    times = {
        f"{workers} workers": seconds(
            "run", str(recipe), "--out", str(folder / str(workers)), "--workers", str(workers)
        )
        for workers in (1, 2)
    }
    return times | {"ratio": times["1 workers"] / times["2 workers"]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results: dict[str, dict[str, float]] = {"start-up (s)": start_up(), "quickstart (s)": quickstart(folder)}
        results["40 equal cells (s)"] = throughput(folder)
    for title, figures in results.items():
        print(title)
        for what, value in figures.items():
            print(f"  {what:45} {value:8.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
