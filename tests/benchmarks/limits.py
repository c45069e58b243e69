"""Whether a budget is kept: what a fit with so many seconds takes, by rows, workers, and who asks; with the answer.

    python tests/benchmarks/limits.py [--seconds 2 5] [--rows 1000 50000] [--jobs 1 2] [--of estimator command]

Imports and reading are left out, as the budget leaves them out: a time counts from the first report of progress, which
comes when the processes are warm, and what an estimator does before is added from a fit in a process that is. A time
is good up to the budget, a tenth of it and 1.5 s.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from smoothdistill_core import SymbolicDistiller


def table(rows: int) -> pd.DataFrame:
    """Return rows of y = x0*x1/x2 with so much noise, 30 %, that no formula leaves little enough to end the search."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.uniform(1, 5, size=(rows, 3)), columns=["x0", "x1", "x2"])
    frame["y"] = frame.x0 * frame.x1 / frame.x2 * (1 + 0.3 * rng.normal(size=rows))
    return frame


def by_estimator(frame: pd.DataFrame, seconds: float, jobs: int) -> tuple[float, float, str]:
    """Return the seconds before the first report and after it, and what was found."""
    reports: list[float] = []
    distiller = SymbolicDistiller(
        random_state=0, seconds=seconds, n_jobs=jobs, progress=lambda _: reports.append(time.monotonic())
    )
    began = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        distiller.fit(frame[["x0", "x1", "x2"]], frame["y"])
    ended = time.monotonic()
    results = distiller.results_
    done = len(results.cells) - len(results.not_begun) - len(results.failed)
    answer = str(distiller.formula_).partition("  (")[0]
    return reports[0] - began, ended - reports[0], f"{done}/{len(results.cells)}  {answer}"


def by_command(frame: pd.DataFrame, seconds: float, jobs: int) -> tuple[float, str]:
    """Return the seconds from the first line of progress to the results, and the last line of progress."""
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder) / "table.csv", index=False)
        smoothdistill = [sys.executable, "-m", "smoothdistill_core.cli"]
        subprocess.run(
            [*smoothdistill, "init", "table.csv", "--target", "y"], cwd=folder, check=True, capture_output=True
        )
        command = [*smoothdistill, "run", "table.yaml", "--no-report"]  # the report comes after the answer
        command += ["--workers", str(jobs), "--minutes", repr(seconds / 60)]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        times, last = [], ""
        for line in process.stdout or ():
            if " done, " in line:
                times.append(time.monotonic())
                last = line.strip()
        process.wait()
    return times[-1] - times[0], last


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, nargs="+", default=[2.0, 5.0, 30.0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 50_000, 200_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--of", nargs="+", choices=["estimator", "command"], default=["estimator", "command"])
    arguments = parser.parse_args()
    by_estimator(table(1_000), 2.0, 1)  # everything is imported and compiled
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for rows in arguments.rows:
        frame = table(rows)
        before = by_estimator(frame, 0.01, 1)[0]
        for seconds in arguments.seconds:
            for jobs in arguments.jobs:
                for face in arguments.of:
                    if face == "estimator":
                        _, after, said = by_estimator(frame, seconds, jobs)
                        took = before + after
                    else:
                        took, said = by_command(frame, seconds, jobs)
                    kept = "kept" if took <= 1.1 * seconds + 1.5 else "LATE"
                    what = f"{rows:7} rows {seconds:4.0f} s, {jobs} jobs, {face:9}"
                    print(f"{what}: {took:6.2f} s {kept}  {said}", flush=True)


if __name__ == "__main__":
    main()
