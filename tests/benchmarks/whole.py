"""How long the whole takes: start-up, a default fit, a large plan, the quickstart, cells with one worker and with two.

    python tests/benchmarks/whole.py [--json FILE]

Every figure is that of whole processes, in seconds of the clock and of the CPU; of several runs it is the median.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

COMMAND = ["-m", "smoothdistill_core.cli"]
REPEATS = 5

SCIKIT_LEARN = "import sklearn.base, numpy"
ESTIMATOR = "from smoothdistill_core import SymbolicDistiller"
FIT = """
import warnings
import numpy as np
from smoothdistill_core import SymbolicDistiller
random = np.random.default_rng(0)
a, b, c = X = random.normal(size=(3, 300))
y = {target}
y += {noise} * y.std() * random.normal(size=300)
warnings.simplefilter("ignore")
SymbolicDistiller(random_state=0, n_jobs=1).fit(X.T, y)
"""
FITS = {"an exact law": ("a * b / (2 + c**2)", 0.01), "no exact law": ("b * np.sin(2 * a) + np.exp(-(c**2))", 0.2)}
"""What 300 rows of 3 inputs are made of, and how much noise is added."""


class Taken(NamedTuple):
    """The seconds that something took, by the clock and of the CPU."""

    clock: float
    cpu: float


def taken(*arguments: str, **environment: str) -> Taken:
    """Return what a process of Python takes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env={**os.environ, **environment})
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def median(runs: list[Taken]) -> Taken:
    """Return the median of clock and CPU."""
    return Taken(*(statistics.median(times) for times in zip(*runs, strict=True)))


def start_up() -> dict[str, Taken]:
    """Return what people wait for before anything is done; the runs alternate, so that each meets the same machine."""
    commands = {name: [*COMMAND, *name.split()] for name in ("--help", "plugins", "run paper/table4 --dry-run")}
    commands |= {name: ["-c", name] for name in (SCIKIT_LEARN, ESTIMATOR)}
    runs: dict[str, list[Taken]] = {name: [] for name in commands}
    for _ in range(REPEATS):
        for name, command in commands.items():
            runs[name].append(taken(*command))
    return {name: median(each) for name, each in runs.items()}


def default_fits() -> dict[str, Taken]:
    """Return what a default fit of 300 rows takes, imports included, with everything compiled."""
    programs = {name: FIT.format(target=target, noise=noise) for name, (target, noise) in FITS.items()}
    taken("-c", programs["no exact law"])
    return {name: taken("-c", program) for name, program in programs.items()}


def quickstart(folder: Path) -> dict[str, Taken]:
    """Return what the quickstart takes with nothing compiled yet, and with everything compiled."""
    cache = {"NUMBA_CACHE_DIR": str(folder / "cache")}
    return {how: taken(*COMMAND, "run", "quickstart", "--out", str(folder / how), **cache) for how in ("cold", "warm")}


def throughput(folder: Path) -> dict[str, Taken]:
    """Return what 40 equal cells of about two seconds take with one worker and with two."""
    recipe = folder / "cells.yaml"
    recipe.write_text(
        "dataset: friedman1\nteacher: {name: mlp, hidden: [8], epochs: 1}\nregularizer: none\n"
        "student: {name: gplearn, population_size: 3000, generations: 25, parsimony_coefficient: 0.01}\n"
        "distil: {extra: none, refit: none}\ntrials: {seeds: 20}\n"
    )
    run = [*COMMAND, "run", str(recipe)]
    return {
        f"{workers} workers": taken(*run, "--out", str(folder / str(workers)), "--workers", str(workers))
        for workers in (1, 2)
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = {"start-up": start_up(), "a default fit of 300 x 3": default_fits(), "quickstart": quickstart(folder)}
        results["40 equal cells"] = throughput(folder)
    for title, figures in results.items():
        print(f"{title:48} {'clock':>8} {'CPU':>8}")
        for what, times in figures.items():
            print(f"  {what:46} {times.clock:8.2f} {times.cpu:8.2f}")
    one, two = results["40 equal cells"].values()
    print(f"two workers are {one.clock / two.clock:.2f} times as fast as one")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
