"""What a run asked for, as its file says it: checked, for the file may be anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from smoothdistill_core.bounds import first_problem
from smoothdistill_core.errors import StoreError
from smoothdistill_core.recipe import Choose

Section = TypeVar("Section", bound=BaseModel)


class Entry(BaseModel):
    """A component as a run keeps it: its name, and its options."""

    model_config = ConfigDict(strict=True, extra="allow")

    name: str


class Content(BaseModel):
    """What results are read by; the rest is shown as it is."""

    model_config = ConfigDict(strict=True, extra="allow")

    choose: Choose
    prepare: dict[str, Any] = {}
    trials: dict[str, Any] = {}
    distil: dict[str, Any] = {}
    dataset: list[Entry] = []
    teacher: list[Entry] = []
    regularizer: list[Entry] = []
    student: list[Entry] = []
    metric: list[Entry] = []


def choice_in(content: Mapping[str, Any], folder: object) -> Choose:
    """Return how formulas are chosen; raises `StoreError` for a content that no recipe has."""
    return _read(Content, content, folder).choose


def section_of(content: Mapping[str, Any], key: str, section: type[Section], folder: object) -> Section:
    """Return a section of what a run asked for; raises `StoreError` where no recipe has it so."""
    return _read(section, content.get(key, {}), folder)


def _read(model: type[Section], said: Any, folder: object) -> Section:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise StoreError(
            f"{folder}: the results hold what no run of this version wrote (content: {first_problem(error)}); give "
            "another folder, or move this one away, and run the recipe again"
        ) from None
