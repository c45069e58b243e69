"""`export`: a formula in one of the formats of `FORMATS`, verified before it is handed out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smoothdistill_core.errors import FormulaError, did_you_mean, one_line
from smoothdistill_core.exports.document import json_source
from smoothdistill_core.exports.execution import run_numpy, run_onnx, run_python, run_sql, run_sympy, run_torch
from smoothdistill_core.exports.export_format import ExportFormat
from smoothdistill_core.exports.inputs import Input, as_inputs
from smoothdistill_core.exports.latex import latex
from smoothdistill_core.exports.mathml import mathml
from smoothdistill_core.exports.numpy_source import numpy_source
from smoothdistill_core.exports.onnx_graph import onnx_model
from smoothdistill_core.exports.preparation_for_code import precomputed, without_idle_guards
from smoothdistill_core.exports.python_source import python_source
from smoothdistill_core.exports.sql import sql_source
from smoothdistill_core.exports.sympy_source import sympy_source
from smoothdistill_core.exports.text import text
from smoothdistill_core.exports.torch_source import torch_source
from smoothdistill_core.exports.verification import Array, points, verify
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.ranges.interval import Interval

_BUILT_IN = (
    ExportFormat("text", "an equation to read", ".txt", text),
    ExportFormat("json", "the tree and its inputs; `read_json` reads it", ".json", json_source),
    ExportFormat("latex", "an equation for LaTeX (amsmath), MathJax or KaTeX", ".tex", latex),
    ExportFormat("mathml", "a <math> element for web pages", ".mml", mathml),
    ExportFormat("python", "a function of one row, in plain Python", ".py", python_source, run_python),
    ExportFormat("numpy", "a function of columns, in Python with numpy", ".py", numpy_source, run_numpy),
    ExportFormat("sympy", "Python source that builds a sympy expression", ".py", sympy_source, run_sympy),
    ExportFormat("torch", "a torch module over the rows of a tensor", ".py", torch_source, run_torch),
    ExportFormat("sql", "an expression over the columns of a table", ".sql", sql_source, run_sql, has_infinity=False),
    ExportFormat(
        "onnx", "an ONNX model in double precision, X (n, d) to y (n,)", ".onnx", onnx_model, run_onnx, binary=True
    ),
)

FORMATS: dict[str, ExportFormat] = {built_in.name: built_in for built_in in _BUILT_IN}
"""The built-in formats by name; those of plugins are in a registry."""


def export(
    formula: Formula,
    names: Sequence[str | Input],
    format: str | ExportFormat,  # noqa: A002 - the word that everybody uses
    *,
    target: str = "y",
    box: Sequence[Interval] | None = None,
    X: Array | None = None,
) -> str | bytes:
    """Write ``formula`` in one of `FORMATS`, or in an `ExportFormat`; binary ones (``onnx``) give bytes, others text.

    ``names`` has one name, or `Input`, for each input; any text is a name. Within ``box``, one interval
    (least, greatest) for each input, guards that cannot act are left out: the export is then good there only.

    What can be executed is executed before it is handed out, on random rows and on some of ``X`` of shape
    (n, d), and compared with `Formula.predict`. Raises `FormulaError` where they differ by more than
    1e-6 (relative), for an unknown format, for too few names, and for an operator that the format lacks.
    """
    if isinstance(format, str) and format not in FORMATS:
        raise FormulaError(f"there is no format {format!r}; {did_you_mean(format, FORMATS)}")
    inputs, chosen = as_inputs(formula, names), FORMATS[format] if isinstance(format, str) else format
    prepared = formula if box is None else without_idle_guards(formula, box)
    if chosen.run is None:
        return chosen.written(prepared, inputs, target)
    prepared = precomputed(prepared)
    exported, run = chosen.written(prepared, inputs, target), chosen.run
    rows = points(inputs, box, X)

    def compute(rows: Array) -> Array:
        try:
            computed = np.asarray(run(exported, prepared, inputs, rows), dtype=np.float64)
            return np.broadcast_to(computed, len(rows))
        except Exception as error:
            raise FormulaError(f"the export to {chosen.name} does not run: {one_line(error)}") from error

    verify(formula, compute, rows, chosen.name, null=not chosen.has_infinity)
    return exported
