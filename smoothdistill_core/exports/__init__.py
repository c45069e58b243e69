"""A formula in the formats of other tools, each verified against `Formula.predict` before it is handed out."""

from smoothdistill_core.exports.document import Document, read_json
from smoothdistill_core.exports.formats import FORMATS, Format, export
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.exports.sympy_source import to_sympy
from smoothdistill_core.exports.torch_source import to_torch

__all__ = ["FORMATS", "Document", "Format", "Input", "export", "read_json", "to_sympy", "to_torch"]
