"""What is wrong with a value of a recipe, in the words of YAML: pydantic's errors, and those of components."""

from __future__ import annotations

import re
from typing import Any

from pydantic import SecretStr

from smoothdistill_core.errors import did_you_mean

ABOUT_LENGTH = ("too_short", "too_long")

_WANTED = {
    "tuple_type": "a list",
    "string_type": "text",
    "is_instance_of": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
}
"""Pydantic's kinds of error, as what should have been there."""


def in_words(detail: Any) -> tuple[str, str]:
    """Turn one of pydantic's error details into what is wrong and what would be right."""
    value, kind, context = detail["input"], detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return parted(str(context["error"]))
    if kind == "model_type":
        return f"{shown(value)} does not fit", "it should be a mapping of options to values"
    if kind == "literal_error":
        known = [name.strip("'") for name in re.split(r", | or ", context["expected"])]
        return f"{shown(value)} is none of the choices", did_you_mean(str(value), known)
    if kind == "none_required" or value is None:
        return "is empty", "give a value, or leave the key out"
    if kind in ABOUT_LENGTH:
        bound = context["min_length"] if kind == "too_short" else context["max_length"]
        wanted = f"a list of at {'least' if kind == 'too_short' else 'most'} {bound}"
    else:
        wanted = _WANTED.get(kind) or detail["msg"].removeprefix("Input should be ").removeprefix("String should ")
    if wanted == "text" and isinstance(value, (int, float)):
        wanted = f'text: put it in quotes, "{str(value).lower() if isinstance(value, bool) else value}"'
    return f"{shown(value)} does not fit", f"it should be {wanted}"


def parted(message: str) -> tuple[str, str]:
    """Part an error's message into what is wrong and what would be right."""
    wrong, _, remedy = message.partition("; ")
    return wrong, remedy or "mend it"


def shown(value: Any) -> str:
    """Write a value as it stands in YAML, with its type where that is the point."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (dict, list, tuple)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, SecretStr):
        return "the secret"
    return f"the text {value!r}" if isinstance(value, str) else repr(value)
