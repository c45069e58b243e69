"""How fast the gplearn student searches: against stock gplearn, which has to find the same programs.

    python tests/benchmarks/gplearn_student.py [--rows 300 2000 16000] [--repeats 5] [--functions all] [--json FILE]

Both sides run on one thread, in turn, and the medians of their CPU time count, which other work on the machine hardly
changes; before that, each runs once: the first search of a process loads what numba has compiled, the first of an
installation compiles it (about ten seconds). The student runs `TURNS` times in a turn, for its time is short.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from gplearn.genetic import SymbolicRegressor
from threadpoolctl import threadpool_limits

from smoothdistill_core import DistillationTask
from smoothdistill_gplearn.fitness import overflow_last
from smoothdistill_gplearn.isolation import isolated
from smoothdistill_gplearn.program import to_formula
from smoothdistill_gplearn.search import FastSymbolicRegressor
from smoothdistill_gplearn.student import GplearnStudent

TURNS = 5
TARGETS = {300: 40, 2000: 25, 16000: 15}
"""How many times as fast as gplearn the student is to be, at some numbers of rows, with the basic functions."""

FUNCTIONS = {
    "basic": ("add", "sub", "mul", "div"),
    "all": ("add", "sub", "mul", "div", "sqrt", "log", "abs", "neg", "inv", "max", "min", "sin", "cos", "tan"),
}


def searched(regressor: type[SymbolicRegressor], student: GplearnStudent, task: DistillationTask) -> SymbolicRegressor:
    """Return a ``regressor`` that has searched as ``student`` searches."""
    options = {**student.model_dump(), "metric": overflow_last(student.metric)}
    with isolated():
        return regressor(**options, low_memory=True, random_state=task.seed).fit(task.X, task.y)


def compare(student: GplearnStudent, rows: int, features: int, repeats: int) -> dict[str, float]:
    """Return the median CPU seconds of both sides, and their ratio; raise where they find different programs."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, features))
    y = X[:, 0] * X[:, 1] + np.sin(2 * X[:, 2]) + 0.5 * np.exp(-(X[:, 3] ** 2)) + 0.3 * X[:, 4]
    task = DistillationTask(X, (y - y.mean()) / y.std(), seed=0)

    stock, fast = (searched(regressor, student, task) for regressor in (SymbolicRegressor, FastSymbolicRegressor))
    for ours, theirs in zip(fast._programs[-1], stock._programs[-1], strict=True):
        if (str(ours), ours.program, ours.raw_fitness_) != (str(theirs), theirs.program, theirs.raw_fitness_):
            raise SystemExit(f"{rows} rows: {ours} is not gplearn's {theirs}")
    if student.distil(task)[0].formula != to_formula(stock._program.program):
        raise SystemExit(f"{rows} rows: the student's formula is not gplearn's {stock}")

    sides: dict[str, tuple[int, Callable[[], object]]] = {
        "stock": (1, lambda: searched(SymbolicRegressor, student, task)),
        "student": (TURNS, lambda: student.distil(task)),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, (turns, side) in sides.items():
            for _ in range(turns):
                began = time.process_time()
                side()
                times[name].append(time.process_time() - began)
    medians = {name: statistics.median(found) for name, found in times.items()}
    nodes = float(np.mean(stock.run_details_["average_length"]))
    return {**medians, "ratio": medians["stock"] / medians["student"], "nodes": nodes}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[300, 2000, 16000])
    parser.add_argument("--features", type=int, default=8)
    parser.add_argument("--population", type=int, default=1000)
    parser.add_argument("--generations", type=int, default=10)
    parser.add_argument("--functions", choices=FUNCTIONS, default="basic")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    threadpool_limits(1)
    student = GplearnStudent(
        population_size=arguments.population,
        generations=arguments.generations,
        function_set=FUNCTIONS[arguments.functions],
    )
    print(
        f"population {arguments.population}, {arguments.generations} generations, {arguments.features} features, "
        f"{arguments.functions} functions, one thread; the same programs on both sides"
    )
    print("   rows   stock s   student s   ratio   target   nodes a program")
    results = {}
    for rows in arguments.rows:
        results[rows] = row = compare(student, rows, arguments.features, arguments.repeats)
        target = TARGETS.get(rows, "") if arguments.functions == "basic" else ""
        figures = f"{row['stock']:9.3f} {row['student']:11.3f} {row['ratio']:7.1f} {target:>8} {row['nodes']:17.1f}"
        print(f"{rows:7} {figures}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
