"""`described`: what each option of a component does, read from the text below it when somebody asks."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


def described(model: type[Model]) -> type[Model]:
    """Give each option that has no ``description`` the text below it in the source, and return the model.

    Reading source takes a fifth of the time in which all plugins are found, so it is left until it is needed. Where the
    source is not at hand, as of a class typed into a prompt, nothing is added.
    """
    without = {option for option, field in model.model_fields.items() if not field.description}
    if not without:
        return model
    texts = {option: text for owner in reversed(model.__mro__) for option, text in _texts(owner).items()}
    for option in without & texts.keys():
        model.model_fields[option].description = texts[option]
    if without & texts.keys():
        model.model_rebuild(force=True)
    return model


@cache
def _texts(owner: type) -> Mapping[str, str]:
    """Return the text below each annotated name in the body of a class that has one."""
    if not issubclass(owner, BaseModel) or owner is BaseModel:
        return {}
    try:
        (definition,) = ast.parse(dedent(inspect.getsource(owner))).body
    except (OSError, TypeError, SyntaxError):
        return {}
    if not isinstance(definition, ast.ClassDef):
        return {}
    return {
        option.target.id: inspect.cleandoc(text.value.value)
        for option, text in pairwise(definition.body)
        if isinstance(option, ast.AnnAssign) and isinstance(option.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
