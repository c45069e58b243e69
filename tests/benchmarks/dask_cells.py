"""How many small cells a second a Dask cluster on this machine does, and what the study's process holds meanwhile.

    python tests/benchmarks/dask_cells.py [--cells 1000 10000 100000] [--where dask processes thread] [--csv FILE]

The components are those of tests, which take a few milliseconds: what is measured is the way there and back, through
the scheduler to two worker processes of one thread each and into the store. Beside it the same cells in two processes
of the study's own, and in its calling thread. Every run is a process by itself; its peak is less what one of 70 cells
holds.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from smoothdistill_core import Component, Registry

WHERE = ("dask", "processes", "thread")
FEWEST = 70
"""Cells of the run whose memory the others are compared with."""
LARGEST_RUN = 1000
"""Seeds that one run of a recipe may have."""


def measure(cells: int, where: str, address: str, folder: Path) -> dict[str, float]:
    """Run a study of about so many cells; return seconds, cells a second, the peak and the size of its file in MB."""
    from smoothdistill_core import LocalExecutor, Study, recipe_from_text
    from smoothdistill_core.executors.dask import dask_executor
    from smoothdistill_core.executors.in_program import CallingThread
    from smoothdistill_core.testing import tiny

    bare = f"{tiny.RECIPE}distil: {{refit: none, prune: false}}\n"  # what is not the way there and back is left out
    registry = registry_of_tests()
    recipe = recipe_from_text(bare, registry)
    trials = round(cells * recipe.trials.seeds / len(Study(recipe, registry).plan().cells))
    runs = -(-trials // LARGEST_RUN)
    text = bare.replace("seeds: 2", f"runs: {runs}, seeds: {trials // runs}")
    study = Study(recipe_from_text(text, registry), registry, folder)
    plan = study.plan()
    began = time.perf_counter()
    match where:
        case "dask":
            with dask_executor(address) as executor:
                done = study.run(plan=plan, executor=executor, workers=2 * executor.workers, draw=False)
        case "processes":
            with LocalExecutor(2) as executor:
                done = study.run(plan=plan, executor=executor, workers=2, draw=False)
        case _:
            done = study.run(plan=plan, executor=CallingThread(), workers=1, draw=False)
    seconds = time.perf_counter() - began
    if not done.complete:
        raise SystemExit(f"{len(done.failed)} cells failed")
    return {
        "cells": len(done.cells),
        "seconds": seconds,
        "cells_a_second": len(done.cells) / seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "file_mb": (folder / "results.sqlite").stat().st_size / 1e6,
    }


def registry_of_tests() -> Registry:
    """Return a registry of nothing but the components that answer at once."""
    from smoothdistill_core import Registry, hookimpl
    from smoothdistill_core.components import KINDS
    from smoothdistill_core.testing import tiny

    def hook(kind: str) -> Callable[[], list[type[Component]]]:
        return hookimpl(lambda: [component for component in tiny.COMPONENTS if component.kind == kind])

    registry = Registry(discover=False)
    registry.register(SimpleNamespace(**{f"smoothdistill_{kind}s": hook(kind) for kind in KINDS}), "tests")
    return registry


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers on loopback; yield the scheduler's address."""
    file = folder / "scheduler.json"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    processes = [subprocess.Popen([*command, "--no-dashboard", "--scheduler-file", str(file)], **quiet)]  # type: ignore[call-overload]
    while not file.exists() or not file.read_text().endswith("}"):
        time.sleep(0.05)
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1"]
    processes.append(subprocess.Popen([*command, "--nworkers", "2", "--no-dashboard"], **quiet))  # type: ignore[call-overload]
    try:
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def one(cells: int, where: str, address: str) -> dict[str, float]:
    """Measure in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--one", str(cells), where, address, folder]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, nargs="+", default=(1_000, 10_000, 100_000))
    parser.add_argument("--where", choices=WHERE, nargs="+", default=WHERE)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        cells, where, address, folder = arguments.one
        print(json.dumps(measure(int(cells), where, address, Path(folder))))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)) as address:
        for where in arguments.where:
            least = one(FEWEST, where, address)["peak_mb"]
            for cells in arguments.cells:
                found = one(cells, where, address)
                rows.append({"where": where, **found, "peak_mb": found["peak_mb"] - least})
                print(pd.DataFrame(rows).round(1).to_string(index=False), end="\n\n", flush=True)
    if arguments.csv is not None:
        pd.DataFrame(rows).round(2).to_csv(arguments.csv, index=False)


if __name__ == "__main__":
    main()
