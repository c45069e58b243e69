"""Searches in a daemonic process, as pools of workers have them, and prints the formulas."""

import multiprocessing

import numpy as np

from smoothdistill_core import DistillationTask
from smoothdistill_pysr import search
from smoothdistill_pysr.student import PySRStudent


def work(connection):
    search.PROGRAM = "quick_search"
    PySRStudent.unavailable = staticmethod(lambda: None)
    X = np.linspace(-1, 1, 20)[:, None]
    connection.send(
        [str(candidate.formula) for candidate in PySRStudent().distil(DistillationTask(X, X[:, 0], seed=0))]
    )


if __name__ == "__main__":
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=work, args=(theirs,), daemon=True)
    worker.start()
    theirs.close()
    print(*ours.recv(), sep="\n")
