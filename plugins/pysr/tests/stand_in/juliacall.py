"""Stands in for juliacall where there is no Julia: PySR imports it, and its search is a line through the data.

What reaches Julia is written to ``seen.json`` beside the hall of fame.
"""

import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np

if "STAND_IN_PID" in os.environ:
    Path(os.environ["STAND_IN_PID"]).write_text(str(os.getpid()))
    print("the search hangs", flush=True)
    time.sleep(600)


class JuliaError(Exception):
    """An error of Julia."""


def search(X, y, *, options, run_id, weights, guesses, **arguments):
    if "STAND_IN_ERROR" in os.environ:
        raise JuliaError(os.environ["STAND_IN_ERROR"])
    print("Iteration 1 of 1\n\nbest: x0", flush=True)
    folder = Path(options.output_directory) / run_id
    slope = np.float32(np.average(X[0] * y, weights=weights) / np.average(X[0] ** 2, weights=weights))
    front = {1: "x0", 3: f"(x0 * {slope})", 5: f"(x0 * {slope}) - -1.5e-7"}
    rows = [f'{size},{0.5 / size},"{equation}"\n' for size, equation in front.items()]
    for name in ("hall_of_fame.csv", "hall_of_fame.csv.bak"):
        (folder / name).write_text("Complexity,Loss,Equation\n" + "".join(rows))
    seen = {"X": list(X.shape), "dtype": str(X.dtype), "weights": None if weights is None else weights.tolist()}
    seen |= {
        "options": vars(options),
        "guesses": guesses,
        "threads": os.environ["PYTHON_JULIACALL_THREADS"],
        **arguments,
    }
    (folder / "seen.json").write_text(json.dumps(seen, default=str))


def convert(_, value):
    return value


AnyValue = VectorValue = object
Main = MagicMock()
Main.VERSION = SimpleNamespace(major=1, minor=11, patch=0)
Main.Symbol = str
Main.copy = Main.PythonCall.PyArray = lambda array: array
Main.seval = lambda code: code
Main.take_b = lambda _: b""
Main.Dict = MagicMock(__getitem__=lambda *_: dict)
Main.SymbolicRegression.Options = lambda **options: SimpleNamespace(**options)
Main.SymbolicRegression.OperatorEnum = list
Main.SymbolicRegression.equation_search._jl_call_nogil = search
