"""How fast a sweep of teachers trains: against plain PyTorch, and against its matrix products alone.

    python tests/benchmarks/teacher_sweep.py [--rows 1600] [--features 10] [--epochs 10] [--json FILE]

The baseline is what one writes first, `smoothdistill_mlp.reference`: one network at a time, the Jacobian by
double backpropagation, spectral norms by ``torch.linalg.matrix_norm``. The limit is the time that the
matrix products of the same steps take, at this machine's rate, and nothing else: those of backpropagation,
twice for the Jacobian. The compiled engine needs fewer for the Jacobian of relu networks, and can pass it.
All sides get the same cores and run in turn; the medians count. Plain PyTorch gets the better of one thread
and one a core.
OpenBLAS chooses its own kernels: OPENBLAS_CORETYPE, where it is set, is taken out first.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from smoothdistill_core import Regularizer, TrainingJob
from smoothdistill_core.executors.cores import available_cores
from smoothdistill_mlp import reference
from smoothdistill_mlp.compiled_memory import compiled
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized

STRENGTHS = (0.1, 0.3, 0.5, 0.7, 1.0)
REPEATS = 5


def plain(job: TrainingJob, mlp: MLP) -> None:
    """Train one teacher in plain PyTorch."""
    X, y = (torch.tensor(part, dtype=torch.float32) for part in (job.X, job.y))
    options = {"epochs": mlp.epochs, "batch_size": mlp.batch_size, "learning_rate": mlp.learning_rate}
    reference.train(X, y, job.regularizer.name, job.strength, job.seed, mlp.hidden, **options)


@compiled
def products(a, weight, out, delta, gradient, times):
    """Multiply as a training step does: forward, back to the layer below, and to the weights."""
    for _ in range(times):
        np.dot(a, weight.T, out)
        np.dot(delta, weight, a)
        np.dot(delta.T, a, gradient)


def limit(job: TrainingJob, mlp: MLP) -> None:
    """Do a job's matrix products alone."""
    widths = [job.X.shape[1], *mlp.hidden]
    passes = 2 if isinstance(job.regularizer, Jacobian) else 1
    steps = mlp.epochs * -(-len(job.X) // mlp.batch_size)
    for into, out in pairwise(widths):
        shapes = ((mlp.batch_size, into), (out, into), (mlp.batch_size, out), (mlp.batch_size, out), (out, into))
        arrays = [np.zeros(shape, np.float32) for shape in shapes]
        products(*arrays, steps * passes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1600)
    parser.add_argument("--features", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if "OPENBLAS_CORETYPE" in os.environ:  # read when the library is loaded, so begin again without it
        del os.environ["OPENBLAS_CORETYPE"]
        os.execv(sys.executable, [sys.executable, *sys.argv])
    threadpool_limits(1)
    cores = available_cores()
    rng = np.random.default_rng(0)
    X = rng.normal(size=(arguments.rows, arguments.features))
    y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
    y = (y - y.mean()) / y.std()

    def jobs(*sweeps: tuple[Regularizer, tuple[float, ...]]) -> list[TrainingJob]:
        return [
            TrainingJob(X, y, regularizer, strength, 0, threads=cores)
            for regularizer, found in sweeps
            for strength in found
        ]

    cases = {
        "none": jobs((Unregularized(), (0.0,))),
        "jacobian": jobs((Jacobian(), (0.3,))),
        "lipschitz": jobs((Lipschitz(), (0.3,))),
        "sweep of 12": jobs(
            (Unregularized(), (0.0,)), (L2(), (1e-4,)), (Jacobian(), STRENGTHS), (Lipschitz(), STRENGTHS)
        ),
    }
    results = {name: compare(case, arguments.epochs) for name, case in cases.items()}
    print(f"{arguments.rows} rows, {arguments.features} features, batch 128, 2 x 100 relu, {cores} cores")
    print("us a step and network     plain   torch  compiled  limit   plain/compiled  compiled/limit")
    for name, row in results.items():
        print(
            f"{name:22} {row['plain']:8.0f} {row['torch']:7.0f} {row['compiled']:9.0f} {row['limit']:6.0f}"
            f" {row['plain'] / row['compiled']:12.1f} x {row['compiled'] / row['limit']:13.2f} x"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


def compare(jobs: list[TrainingJob], epochs: int) -> dict[str, float]:
    """Return the median microseconds a step and network of each side, measured in turn."""
    own, steps = MLP(epochs=epochs), epochs * -(-len(jobs[0].X) // MLP().batch_size) * len(jobs)
    sides: dict[str, Callable[[], object]] = {
        **{
            f"plain {threads}": lambda threads=threads: plain_sweep(jobs, own, threads)
            for threads in sorted({1, jobs[0].threads})
        },
        "torch": lambda: MLP(epochs=epochs, engine="torch").train(jobs),
        "compiled": lambda: MLP(epochs=epochs, engine="compiled").train(jobs),
        "limit": lambda: shared(lambda job: limit(job, own), jobs),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for repeat in range(REPEATS + 1):
        for name, side in sides.items():
            began = time.perf_counter()
            side()
            if repeat:  # the first round warms up
                times[name].append((time.perf_counter() - began) / steps * 1e6)
    medians = {name: statistics.median(found) for name, found in times.items()}
    return medians | {"plain": min(value for name, value in medians.items() if name.startswith("plain"))}


def plain_sweep(jobs: list[TrainingJob], mlp: MLP, threads: int) -> None:
    """Train one network after the other, each with ``threads`` threads."""
    torch.set_num_threads(threads)
    for job in jobs:
        plain(job, mlp)
    torch.set_num_threads(1)


def shared(work: Callable[[TrainingJob], None], jobs: list[TrainingJob]) -> None:
    """Do the work of all jobs on all cores."""
    with ThreadPoolExecutor(jobs[0].threads) as pool:
        list(pool.map(work, jobs))


if __name__ == "__main__":
    main()
