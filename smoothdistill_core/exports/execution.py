"""How each format's own output is executed, to hold it against the formula."""

# ruff: noqa: ARG001 - all formats are executed through one signature

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

import numpy as np

from smoothdistill_core.exports.inputs import Input, labels
from smoothdistill_core.exports.numpy_source import RESERVED as NUMPY
from smoothdistill_core.exports.python_source import RESERVED as PYTHON
from smoothdistill_core.exports.running import run
from smoothdistill_core.exports.source import Parameters, parameters
from smoothdistill_core.exports.sql import quoted
from smoothdistill_core.exports.verification import Array
from smoothdistill_core.formula import Formula

SQL_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{function.__name__: function for function in (math.floor, math.sqrt, math.exp, math.sin, math.cos, math.tan)},
    **{function.__name__: function for function in (math.asin, math.acos, math.atan)},
    **{"ln": math.log, "power": math.pow},
}
"""What an SQLite that was built without its mathematical functions lacks."""


def run_python(source: str, formula: Formula, inputs: Sequence[Input], rows: Array) -> Array:
    """Execute the format `python`, row by row."""
    predict = run(source, {})["predict"]
    given = parameters(formula, inputs, PYTHON)
    columns: dict[str, list[Any]] = {name: column.tolist() for name, column in _numbers(given, rows).items()}
    columns |= _texts(given, rows)
    return np.array([predict(**{name: column[row] for name, column in columns.items()}) for row in range(len(rows))])


def run_numpy(source: str, formula: Formula, inputs: Sequence[Input], rows: Array) -> Array:
    """Execute the format `numpy`."""
    given = parameters(formula, inputs, NUMPY)
    value: Array = run(source, {})["predict"](**_numbers(given, rows), **_texts(given, rows))
    return value


def run_torch(source: str, formula: Formula, inputs: Sequence[Input], rows: Array) -> Array:
    """Execute the format `torch`."""
    import torch

    with torch.no_grad():
        value: Array = run(source, {})["Formula"]()(torch.from_numpy(rows)).numpy()
    return value


def run_sympy(source: str, formula: Formula, inputs: Sequence[Input], rows: Array) -> Array:
    """Execute the format `sympy` by `sympy.lambdify`."""
    import sympy

    expression = run(source, {})["expression"]
    places = {label: index for index, label in enumerate(labels(inputs))}
    symbols = sorted(expression.free_symbols, key=str)
    compute = sympy.lambdify(symbols, expression, modules=["scipy", "numpy"])
    with np.errstate(all="ignore"):
        value: Array = compute(*(rows[:, places[symbol.name]] for symbol in symbols))
    return value


def run_sql(source: str, formula: Formula, inputs: Sequence[Input], rows: Array) -> Array:
    """Execute the format `sql` in SQLite, over a table in memory; NULL is nan."""
    given = parameters(formula, inputs, ())
    order = "n"
    while any(one.column.lower() == order for one in inputs):
        order += "_"
    columns = {
        **{quoted(inputs[index].column) + " REAL": rows[:, index].tolist() for index in given.numbers},
        **{quoted(column) + " TEXT": _texts(given, rows)[name] for column, name in given.texts.items()},
        f"{order} INTEGER": list(range(len(rows))),
    }
    with closing(sqlite3.connect(":memory:")) as database:
        _complete(database)
        database.execute(f"CREATE TABLE data ({', '.join(columns)})")
        # placeholders only; the expression holds numbers, quoted names and quoted categories
        places = ", ".join("?" * len(columns))
        database.executemany(f"INSERT INTO data VALUES ({places})", zip(*columns.values(), strict=True))  # noqa: S608
        found = database.execute(f"SELECT {source} FROM data ORDER BY {order}").fetchall()  # noqa: S608
    return np.array([math.nan if value is None else value for (value,) in found], dtype=np.float64)


def run_onnx(model: bytes, formula: Formula, inputs: Sequence[Input], rows: Array) -> Array:
    """Execute the format `onnx` by onnxruntime, or where that is missing by onnx itself."""
    try:
        import onnxruntime
    except ImportError:
        from onnx import load_from_string
        from onnx.reference import ReferenceEvaluator

        with np.errstate(all="ignore"):
            results: Any = ReferenceEvaluator(load_from_string(model)).run(None, {"X": rows})
    else:
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        results = session.run(None, {"X": rows})
    value: Array = results[0]
    return value


def _numbers(given: Parameters, rows: Array) -> dict[str, Array]:
    return {name: rows[:, index] for index, name in given.numbers.items()}


def _texts(given: Parameters, rows: Array) -> dict[str, list[str]]:
    """Return for each column of categories what it holds, by its parameter."""
    texts: dict[str, list[str]] = {}
    for column, name in given.texts.items():
        lamps = {
            index: given.inputs[index].category for index in given.indicators if given.inputs[index].column == column
        }
        neither = "neither"
        while neither in lamps.values():
            neither += "'"
        texts[name] = [next((str(lamps[index]) for index in lamps if row[index] == 1.0), neither) for row in rows]
    return texts


def _complete(database: sqlite3.Connection) -> None:
    """Add the mathematical functions where this SQLite lacks them; ValueError becomes NULL, as in SQLite's own."""
    try:
        database.execute("SELECT ln(1.0), power(1.0, 1.0), sin(1.0), floor(1.0)")
    except sqlite3.OperationalError:
        for name, function in SQL_FUNCTIONS.items():
            database.create_function(name, 2 if name == "power" else 1, _null_for_errors(function), deterministic=True)


def _null_for_errors(function: Callable[..., float]) -> Callable[..., float | None]:
    def call(*arguments: Any) -> float | None:
        with suppress(ValueError, OverflowError, TypeError):
            return function(*arguments)
        return None

    return call
