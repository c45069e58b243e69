"""What 1,000 inputs cost: memory and time of a network on all of them, and of screening, which keeps a few.

    python tests/benchmarks/wide.py [--rows 10000 100000] [--inputs 1000] [--epochs 1] [--json FILE]

Each is measured in a process of its own: seconds of a core (an epoch's share of the training, at one thread), and the
peak of memory above that of holding the table, in MB and in tables of float64.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from smoothdistill_core import Registry, TrainingJob
from smoothdistill_core.preparation.screening import steepness

KEPT = 12
MATTER = 5
"""The first inputs matter, as in Friedman's function."""

WORK = ("none", "jacobian", "lipschitz", "screen")
"""Training with a penalty, and screening."""


def table(rows: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised inputs and target, of which the first five inputs matter."""
    rng = np.random.default_rng(0)
    X = rng.random((rows, inputs))
    y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]
    X -= 0.5
    X *= 12.0**0.5
    y += rng.normal(size=rows)
    return X, (y - y.mean()) / y.std()


def measure(rows: int, inputs: int, work: str, epochs: int) -> dict[str, float]:
    """Return what one piece of work takes, in this process."""
    registry = Registry()
    teacher = registry.get("teacher", "mlp")(epochs=epochs)
    teacher.warm_up()
    X, y = table(rows, inputs)
    before, began = peak(), time.process_time()
    if work == "screen":
        kept = np.argsort(-steepness(X, y, 0))[:KEPT]
        found = {"of the 5 that matter": float((kept < MATTER).sum())}
    else:
        penalty = registry.get("regularizer", work)()
        strength = 0.01 if penalty.strengths else 0.0
        (network,) = teacher.train([TrainingJob(X, y, penalty, strength, 0)])
        found = {"R2 on the training rows": 1.0 - float(np.mean((network.predict(X) - y) ** 2))}
    seconds = time.process_time() - began
    above = peak() - before
    share = 1 if work == "screen" else epochs
    return {"seconds": seconds / share, "MB": above, "tables": above * 1e6 / X.nbytes, **found}


def peak() -> float:
    """Return the most memory that this process had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Measure each in a process of its own, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--work", choices=WORK, nargs="+", default=list(WORK))
    parser.add_argument("--here", action="store_true", help="measure one piece of work in this process")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.here:
        (rows,), (work,) = arguments.rows, arguments.work
        print(json.dumps(measure(rows, arguments.inputs, work, arguments.epochs)))
        return
    results: dict[str, dict[str, float]] = {}
    for rows in arguments.rows:
        for work in arguments.work:
            command = [sys.executable, __file__, "--here", "--rows", str(rows), "--work", work]
            command += ["--inputs", str(arguments.inputs), "--epochs", str(arguments.epochs)]
            environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
            said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
            results[f"{rows} x {arguments.inputs}, {work}"] = json.loads(said)
            figures = "  ".join(f"{what} {value:.2f}" for what, value in json.loads(said).items())
            print(f"{rows} x {arguments.inputs}, {work:10} {figures}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
