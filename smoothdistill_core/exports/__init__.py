"""A formula in the formats of other tools, each verified against `Formula.predict` before it is handed out."""

from smoothdistill_core.exports.document import Document, read_json
from smoothdistill_core.exports.export_format import ExportFormat
from smoothdistill_core.exports.formats import FORMATS, export
from smoothdistill_core.exports.inputs import Input, identifiers, labels
from smoothdistill_core.exports.sympy_source import to_sympy
from smoothdistill_core.exports.torch_source import to_torch

__all__ = [
    "FORMATS",
    "Document",
    "ExportFormat",
    "Input",
    "export",
    "identifiers",
    "labels",
    "read_json",
    "to_sympy",
    "to_torch",
]
