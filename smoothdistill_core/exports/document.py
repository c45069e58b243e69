"""The format `json`: the tree with what its inputs are, and the way back; reading evaluates nothing.

::

    {"format": "smoothdistill-formula", "version": 1, "target": "price",
     "inputs": [{"name": "rooms", "column": "rooms", "category": null}, ...],
     "tree": ["add", 1.0, "mul", 2.0, "x0"]}

``tree`` is the formula in prefix order (`Formula.to_json`), and x0 is the first of ``inputs``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.exports.inputs import Input, as_inputs
from smoothdistill_core.formula import Formula

FORMAT, VERSION = "smoothdistill-formula", 1


@dataclass(frozen=True, slots=True)
class Document:
    """What the format `json` holds."""

    formula: Formula
    inputs: tuple[Input, ...]
    target: str


def json_source(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return the document as JSON."""
    head = {"format": FORMAT, "version": VERSION, "target": target, "inputs": [asdict(one) for one in inputs]}
    return json.dumps(head | {"tree": json.loads(formula.to_json())})


def read_json(text: str) -> Document:
    """Read what the format `json` wrote; nothing is evaluated. Raises `FormulaError` for anything else."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormulaError(f"an exported formula is a JSON object; this text is not: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FormulaError(f'an exported formula is a JSON object with "format": "{FORMAT}"')
    if content.get("version") != VERSION:
        raise FormulaError(f"this formula is of version {content.get('version')!r}; version {VERSION} can be read")
    inputs, target = content.get("inputs"), content.get("target")
    if not isinstance(inputs, list) or not isinstance(target, str):
        raise FormulaError('an exported formula has a list "inputs" and a text "target"')
    formula = Formula.from_json(json.dumps(content.get("tree")))
    return Document(formula, as_inputs(formula, [_input(one, place) for place, one in enumerate(inputs)]), target)


def _input(content: Any, place: int) -> Input:
    match content:
        case {"name": str(name), "column": str(column), "category": str() | None as category}:
            return Input(name, column, category)
    raise FormulaError(f'input {place} must hold the texts "name" and "column", and as "category" a text or null')
