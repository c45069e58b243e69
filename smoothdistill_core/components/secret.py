"""`Secret`: the type of an option that nobody may see, such as a password; text, or ``{env: NAME}``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, SecretStr, WithJsonSchema

HIDDEN = str(SecretStr("any"))
"""What stands in the place of a secret wherever it is written."""


def _read(given: Any) -> SecretStr:
    """Take a secret; no message shows what was given."""
    if isinstance(given, SecretStr):
        return given
    if given == HIDDEN:
        raise ValueError(f"{HIDDEN} is what hides a secret; give the secret itself, or {{env: NAME}}")
    if isinstance(given, str):
        return SecretStr(given)
    if isinstance(given, Mapping) and list(given) == ["env"] and isinstance(given["env"], str):
        value = os.environ.get(given["env"])
        if value:
            return SecretStr(value)
        raise ValueError(f"the environment variable {given['env']!r} is not set; set it, or name another")
    raise ValueError("a secret is text, and this is something else; write {env: NAME}, or the text in quotes")


Secret = Annotated[
    SecretStr,
    BeforeValidator(_read),
    WithJsonSchema(
        {
            "format": "password",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"env": {"type": "string", "description": "an environment variable"}},
                    "required": ["env"],
                    "additionalProperties": False,
                },
            ],
        }
    ),
]
"""The type of an option that is never stored, shown or hashed by its value; ``get_secret_value()`` returns it.

A recipe gives it as text, or as ``{env: NAME}``, which reads an environment variable.
"""


def holds_secrets(annotation: Any) -> bool:
    """Say whether a type holds a `Secret` anywhere inside."""
    return annotation is SecretStr or any(holds_secrets(part) for part in get_args(annotation))
