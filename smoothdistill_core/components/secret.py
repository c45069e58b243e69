"""`Secret`: the type of an option that nobody may see, such as a password; text, or ``{env: NAME}``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, SecretStr, WithJsonSchema

from smoothdistill_core.errors import PluginError, one_line

if TYPE_CHECKING:
    from smoothdistill_core.components.component import Component

Result = TypeVar("Result")

HIDDEN = str(SecretStr("any"))
"""What stands in the place of a secret wherever it is written."""


class NoSecretError(ValueError):
    """What was given is no secret; the message does not show it."""


def _read(given: Any) -> SecretStr:
    """Take a secret; no message shows what was given."""
    if isinstance(given, SecretStr):
        return given
    if given == HIDDEN:
        raise NoSecretError(f"{HIDDEN} is what hides a secret; give the secret itself, or {{env: NAME}}")
    if isinstance(given, str):
        return SecretStr(given)
    if isinstance(given, Mapping) and list(given) == ["env"] and isinstance(given["env"], str):
        value = os.environ.get(given["env"])
        if value:
            return SecretStr(value)
        raise NoSecretError(f"the environment variable {given['env']!r} is not set; set it, or name another")
    raise NoSecretError("a secret is text, and this is something else; write {env: NAME}, or the text in quotes")


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
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(holds_secrets(field.annotation) for field in annotation.model_fields.values())
    return annotation is SecretStr or any(holds_secrets(part) for part in get_args(annotation))


def has_secrets(given: Any) -> bool:
    """Say whether any `Secret` was given to a component or another model."""
    if isinstance(given, BaseModel):
        return any(map(has_secrets, dict(given).values()))
    if isinstance(given, Mapping):
        return any(map(has_secrets, given.values()))
    return isinstance(given, SecretStr) or (isinstance(given, (tuple, frozenset)) and any(map(has_secrets, given)))


def told(error: BaseException, *components: Component) -> str:
    """Return an exception as one line of text, without its message where that may show a secret of ``components``."""
    holders = [f"the {component.kind} {component.name!r}" for component in components if has_secrets(component)]
    if not holders:
        return one_line(error)
    has = f"{' and '.join(holders)} {'have' if len(holders) > 1 else 'has'} a secret"
    return f"{type(error).__name__}, whose message is kept back: {has}, which it may show"


def asked(component: Component, call: Callable[[], Result]) -> Result:
    """Return what ``call`` gets from a component; what it raises loses its message where that may show a secret."""
    try:
        return call()
    except Exception as error:
        if not has_secrets(component):
            raise
        reason = told(error, component)
    raise PluginError(reason)  # outside of the except, so that nothing leads back to the error
