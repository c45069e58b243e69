"""What pretrained networks of equate are worth on held-out skeletons, as CSV.

``python tests/benchmarks/equate_evaluation.py [WEIGHTS] [--blind WEIGHTS] [--tasks 300]``; without a file the weights
that are shipped. ``--blind`` names those of a decoder that sees no data (``smoothdistill_equate.pretrain --blind``).
With ``--whole`` it is the student's whole search, mutations included, on the tasks, with the shipped networks and with
random proposals; their difference is paired, with the interval of the normal distribution, 95 %.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from smoothdistill_core import Deadline
from smoothdistill_equate import weights
from smoothdistill_equate.archive import Archive, Found
from smoothdistill_equate.evaluation import cross_entropy, greedy, retrieval
from smoothdistill_equate.evaluation_sets import sets, tasks
from smoothdistill_equate.expression import MOST_TOKENS, Expression
from smoothdistill_equate.generating import Drawn
from smoothdistill_equate.guiding import Guide
from smoothdistill_equate.network import EquationModel
from smoothdistill_equate.proposing import random_skeletons
from smoothdistill_equate.search import searched
from smoothdistill_equate.student import EquateStudent
from smoothdistill_equate.table import Table

SAMPLES, SUBSETS = 64, 16
ROWS = 100
"""So many rows of a task are searched; the others judge."""
EXACT, CLOSE = 1e-6, 1e-3


def main() -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(description="Evaluates pretrained networks on held-out skeletons.")
    parser.add_argument("weights", type=Path, nargs="?", default=weights.SHIPPED)
    parser.add_argument("--blind", type=Path, help="weights of a decoder that sees no data")
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--whole", action="store_true", help="the student's whole search, and nothing else")
    given = parser.parse_args()
    torch.set_num_threads(1)
    table = csv.writer(sys.stdout)
    table.writerow(["figure", "value"])
    found = (
        whole_searches(given.tasks)
        if given.whole
        else figures(weights.load(given.weights), given.blind and weights.load(given.blind), given.tasks)
    )
    for figure, value in found:
        table.writerow([figure, f"{value:.4f}"])
        sys.stdout.flush()


def figures(model: EquationModel, blind: EquationModel | None, count: int) -> Iterator[tuple[str, float]]:
    """Yield names and values."""
    drawn = sets()
    yield "sets", len(drawn)
    yield "cross_entropy", cross_entropy(model, drawn)
    if blind is not None:
        yield "cross_entropy_without_data", cross_entropy(blind, drawn, blind=True)
    yield "retrieval_at_1_of_128", retrieval(model, drawn)
    parse, exact = greedy(model, drawn)
    yield "greedy_parse", parse
    yield "greedy_exact", exact
    drawn_tasks = tasks(count)
    yield "tasks", len(drawn_tasks)
    for name, by in (("networks", model), ("random", None)):
        begin = time.process_time()
        found = np.array([left_by(one, number, by) for number, one in enumerate(drawn_tasks)])
        yield f"{name}_exact", float((found < EXACT).mean())
        yield f"{name}_exact_standard_error", math.sqrt((found < EXACT).var() / len(found))
        yield f"{name}_r2_above_999", float((found < CLOSE).mean())
        yield f"{name}_cpu_seconds_a_task", (time.process_time() - begin) / len(found)


def whole_searches(count: int) -> Iterator[tuple[str, float]]:
    """Yield names and values of the student's searches."""
    searched_tasks = tasks(count)
    exact = {}
    for proposals in ("network", "random"):
        student = EquateStudent(proposals=proposals)
        begin = time.process_time()
        found = np.array([left_by_search(one, number, student) for number, one in enumerate(searched_tasks)])
        exact[proposals] = found < EXACT
        yield f"{proposals}_exact", float(exact[proposals].mean())
        yield f"{proposals}_r2_above_999", float((found < CLOSE).mean())
        yield f"{proposals}_cpu_seconds_a_task", (time.process_time() - begin) / len(found)
    gained = exact["network"].astype(float) - exact["random"]
    half = 1.96 * gained.std() / math.sqrt(len(gained))
    yield "difference_exact", float(gained.mean())
    yield "difference_low", float(gained.mean() - half)
    yield "difference_high", float(gained.mean() + half)


def left_by_search(task: Drawn, seed: int, student: EquateStudent) -> float:
    """Return what the best of a whole search leaves, as a share of the variance of rows that were not searched."""
    table = Table.of(task.X[:ROWS], task.y[:ROWS], None, task.X.shape[1])
    return _left(task, table, searched(table, student, seed, Deadline())[0])


def left_by(task: Drawn, seed: int, model: EquationModel | None) -> float:
    """Return what the best of 64 skeletons leaves, as a share of the variance of rows that were not searched."""
    rng = np.random.default_rng(seed)
    table = Table.of(task.X[:ROWS], task.y[:ROWS], None, task.X.shape[1])
    archive = Archive(table, Deadline(), MOST_TOKENS, seed)
    archive.add(_proposed(archive, model, rng))
    archive.polish(archive.best(12))
    return _left(task, table, archive.best(1)[0])


def _left(task: Drawn, table: Table, best: Found) -> float:
    if not math.isfinite(best.bits):
        return math.inf
    with np.errstate(all="ignore"):
        off = table.formula(best.skeleton, best.fit).predict(task.X[ROWS:]) - task.y[ROWS:]
        left = float(np.mean(off**2) / np.var(task.y[ROWS:]))
    return left if math.isfinite(left) else math.inf


def _proposed(archive: Archive, model: EquationModel | None, rng: np.random.Generator) -> Iterable[Expression]:
    if model is None:
        return random_skeletons(archive.table.count, SAMPLES, rng)
    return Guide(model, archive, SUBSETS, rng).proposals(SAMPLES)


if __name__ == "__main__":
    main()
