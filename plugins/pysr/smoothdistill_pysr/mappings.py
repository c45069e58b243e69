"""The types of options that are mappings: written as mappings in recipes, kept as sorted pairs, which cannot change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema


def _pairs(value: Any) -> Any:
    """Turn mappings into sorted pairs and lists into tuples, however deep."""
    if isinstance(value, Mapping):
        return tuple(sorted(((key, _pairs(part)) for key, part in value.items()), key=str))
    return tuple(map(_pairs, value)) if isinstance(value, list) else value


def _nested(pairs: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]) -> dict[str, dict[str, int]]:
    return {outer: dict(inner) for outer, inner in pairs}


def _schema(values: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": "object", "additionalProperties": values})


INTEGERS = {"type": "object", "additionalProperties": {"type": "integer"}}

Sizes = Annotated[
    tuple[tuple[str, int | tuple[int, ...]], ...],
    BeforeValidator(_pairs),
    PlainSerializer(dict),
    _schema({"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}),
]
"""Operators and the largest sizes of their arguments: ``{"^": [-1, 1], sin: 5}``; -1 is any size."""

Depths = Annotated[
    tuple[tuple[str, tuple[tuple[str, int], ...]], ...],
    BeforeValidator(_pairs),
    PlainSerializer(_nested),
    _schema(INTEGERS),
]
"""Operators, and how often others may stand inside them: ``{sin: {sin: 0, exp: 1}}``."""

Complexities = Annotated[
    tuple[tuple[str, float], ...], BeforeValidator(_pairs), PlainSerializer(dict), _schema({"type": "number"})
]
"""Operators and what each use of them adds to the complexity: ``{exp: 3}``."""
