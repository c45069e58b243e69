"""`Component`: a named, frozen bundle of options; what all five kinds of plugin classes share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo, model_validator

from smoothdistill_core.components.described import described
from smoothdistill_core.components.secret import holds_secrets
from smoothdistill_core.components.versions import version_of
from smoothdistill_core.kinds import Kind


class Component(BaseModel):
    """A frozen pydantic model whose fields are the options that a recipe may give.

    A subclass sets the plain class variable ``name``, what recipes say. Validation, JSON schema and
    identity follow from the fields, and are made ready when they are first used. Options are immutable:
    a sequence is a ``tuple[...]``, and a list given for it is taken. An option that nobody may see is a
    `Secret`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    kind: ClassVar[Kind]
    name: ClassVar[str]
    revision: ClassVar[int] = 1
    """Raise it when the same options give other results than before: stored results are then made anew."""
    libraries: ClassVar[tuple[str, ...]] = ()
    """Distributions whose version decides results; a stored result of another version is made anew."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "name" in cls.model_fields:
            raise TypeError(f"{cls.__name__}.name is a field; write it without annotation, or as ClassVar[str]")
        for option, field in cls.model_fields.items():
            if _is_mutable(field.annotation):
                raise TypeError(f"{cls.__name__}.{option} is mutable; options are immutable: use tuple[...]")
            if holds_secrets(field.annotation) and isinstance(field.default, str):
                raise TypeError(f"{cls.__name__}.{option} is a secret, and its default is text in the source: use None")
        if any(holds_secrets(field.annotation) for field in cls.model_fields.values()):
            cls.model_config["hide_input_in_errors"] = True  # pydantic's messages show all that was given
            if cls.__pydantic_complete__:  # built with the settings as they were
                cls.model_rebuild(force=True)

    @model_validator(mode="before")
    @classmethod
    def _take_lists_for_tuples(cls, options: Any) -> Any:
        if not isinstance(options, dict):
            return options
        return {option: _immutable(value) for option, value in options.items()}

    @classmethod
    def unavailable(cls) -> str | None:
        """Return why this component cannot work here, in one sentence with the remedy; None where it can.

        Asked before any work starts, and when plugins are listed: it has to be quick and to import nothing heavy.
        """
        return None

    def warm_up(self) -> None:
        """Import and compile what it works with, where that takes its time; by itself it does nothing.

        Called once in each process of a run that has to end in time, before its clock starts.
        """

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the JSON schema of the options, with what each does: its description, or the text below it."""
        return super(Component, described(cls)).model_json_schema(*args, **kwargs)

    def options(self) -> dict[str, Any]:
        """Return the options as plain JSON data, defaults included; of a `Secret` only that it is set."""
        return self.model_dump(mode="json")

    def identity(self) -> dict[str, Any]:
        """Return all of the component that decides its results, as plain JSON data."""
        return {
            "name": self.name,
            "options": self.options(),
            "revision": self.revision,
            "libraries": {library: version_of(library) for library in self.libraries},
        }

    def __str__(self) -> str:
        given = self.model_dump(mode="json", exclude_defaults=True)
        return (
            f"{self.name}({', '.join(f'{option}={value}' for option, value in given.items())})" if given else self.name
        )


def digest(identity: Mapping[str, Any]) -> str:
    """Return 32 hexadecimal digits that stand for plain JSON data."""
    return digest_of_text(canonical(identity))


def canonical(data: Any) -> str:
    """Return plain JSON data as the one text that equal data have."""
    return _CANONICAL.encode(data)


def digest_of_text(text: str) -> str:
    """Return 32 hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _relative_to_recipe(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder")
    return path if folder is None else Path(folder) / path


RecipePath = Annotated[
    Path,
    BeforeValidator(lambda value: Path(value) if isinstance(value, str) else value),
    AfterValidator(_relative_to_recipe),
]
"""The type of an option that names a file: text in a recipe, and relative to the recipe's folder."""


def _is_mutable(annotation: Any) -> bool:
    """Say whether a type holds lists, dicts or sets anywhere inside."""
    mutable = (get_origin(annotation) or annotation) in (list, dict, set)
    return mutable or any(_is_mutable(part) for part in get_args(annotation))


def _immutable(value: Any) -> Any:
    return tuple(_immutable(item) for item in value) if isinstance(value, list) else value
