"""`Simplifier`: a process of sympy's own that makes formulas shorter, and never takes longer than it may."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import queue
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.agreement import equal

SECONDS_TO_START = 60.0
"""How long the process may take to load sympy; it counts for no formula."""

GRACE = 0.1
"""The share of its seconds that the process leaves unused, so that it need not be killed."""


class Simplifier:
    """Makes formulas shorter by sympy, each within ``seconds``; a context manager, for many formulas.

    The process starts with the first formula and is kept; one that overruns its time, or dies, is replaced. It
    is a plain subprocess, so it can be started from daemonic workers too, and ends when its parent does.
    """

    def __init__(self, seconds: float = 2.0) -> None:
        self.seconds = seconds
        self._process: _Process | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next formula would start another."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def simplified(self, formula: Formula, X: NDArray[np.float64] | None = None) -> Formula:
        """Return an equal formula of fewer nodes, or ``formula`` itself where none was found in time.

        Equal is what agrees numerically, with poles at the same places, at random rows and at ``X`` of shape
        (n, d). Raises `FormulaError` for an ``X`` that the formula cannot read, for a time limit that is no
        positive number, and where the process does not start.
        """
        if not (isinstance(self.seconds, (int, float)) and 0 < self.seconds < math.inf):
            raise FormulaError(f"the time limit of a simplification is a positive number, not {self.seconds!r}")
        if X is not None:
            X = np.asarray(X, dtype=np.float64)
            formula.predict(X[:1])
        if formula.complexity < 3:
            return formula
        with self._lock:
            process = self._ready()
            number, deadline = next(self._numbers), time.monotonic() + self.seconds
            best = formula
            try:
                process.ask({"id": number, "tree": formula.to_json(), "seconds": self.seconds * (1 - GRACE)})
                while (answer := process.answer(deadline)) is not None:
                    if answer.get("id") == number and "done" in answer:
                        return best
                    if answer.get("id") == number:
                        found = Formula.from_json(answer["tree"])
                        if found.complexity < best.complexity and equal(formula, found, X):
                            best = found
            except BaseException:
                self.close()
                raise
            self.close()  # it overran its time, or died
            return best

    def _ready(self) -> _Process:
        if self._process is None or not self._process.is_alive:
            self.close()
            self._process = _Process()
            if (self._process.answer(time.monotonic() + SECONDS_TO_START) or {}).get("ready") is not True:
                self.close()
                raise FormulaError(
                    "the process that simplifies formulas does not start; "
                    f"'{sys.executable} -m smoothdistill_core.simplification' says why"
                )
        return self._process


class _Process:
    """The process, and a thread that collects its answers."""

    def __init__(self) -> None:
        here = str(Path(__file__).parents[2])
        path = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
        # -P: modules of the working directory are not to stand in for those of sympy
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "smoothdistill_core.simplification"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        self._questions = cast(IO[bytes], self._popen.stdin)
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.end = weakref.finalize(self, _end, self._popen)
        threading.Thread(target=_collect, args=(self._popen.stdout, self._answers), daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, request: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # a dead process gives no answer, which is noticed there
            self._questions.write(json.dumps(request).encode() + b"\n")
            self._questions.flush()

    def answer(self, deadline: float) -> dict[str, Any] | None:
        """Return the next answer, or None when there is none until the deadline or the process has ended."""
        try:
            return self._answers.get(timeout=max(deadline - time.monotonic(), 0.0))
        except queue.Empty:
            return None


def _collect(lines: IO[bytes], answers: queue.Queue[dict[str, Any] | None]) -> None:
    # reading fails when the process is ended
    with contextlib.suppress(ValueError, OSError):
        for line in lines:
            answers.put(json.loads(line))
    answers.put(None)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def simplified(formula: Formula, X: NDArray[np.float64] | None = None, seconds: float = 2.0) -> Formula:
    """Simplify one formula as `Simplifier` does, in a process for it alone."""
    with Simplifier(seconds) as simplifier:
        return simplifier.simplified(formula, X)
