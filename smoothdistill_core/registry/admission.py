"""What a plugin provides is looked at before it is let in: is it what its hook returns, is its name good and free."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema

from smoothdistill_core.components import CLASSES, Component, Kind
from smoothdistill_core.errors import PluginError
from smoothdistill_core.exports import ExportFormat
from smoothdistill_core.hookspecs import HOOKS
from smoothdistill_core.registry.containment import contained
from smoothdistill_core.registry.plugin import Plugin
from smoothdistill_core.report_section import ReportSection

NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
"""Names stand in recipes, on command lines and in the names of files."""


@dataclass(frozen=True)
class Admission:
    """What is let in of all that a plugin provides, by what it is and its name; and why the rest is left out."""

    accepted: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    clashes: bool = False


def admit(
    offered: Iterable[tuple[str, Any]], owner: Callable[[str, str], Plugin | None], *, built_in: bool
) -> Admission:
    """Look at each thing that a plugin's hooks offer (hook, thing); ``owner(what, name)`` knows who has a name.

    Of what is ``built_in`` the options are not looked at: that would be a quarter of the time in which plugins are
    found, and tests hold them to it.
    """
    accepted: dict[tuple[str, str], Any] = {}
    left_out: list[str] = []
    clashes = False
    for hook, given in offered:
        try:
            what, name = contained(partial(_checked, given, hook, built_in))
        except PluginError as error:
            left_out.append(str(error))
            continue
        if (what, name) in accepted:
            left_out.append(f"it provides the {what} {name!r} twice")
        elif first := owner(what, name):
            left_out.append(f"its {what} {name!r} is already provided by {first.provider}")
            clashes = True
        else:
            accepted[what, name] = given
    return Admission(accepted, tuple(left_out), clashes)


def _checked(given: Any, hook: str, built_in: bool) -> tuple[str, str]:
    """Return what a thing is and its name; raises `PluginError` unless ``hook`` may return it."""
    what = HOOKS[hook]
    if what == "export format":
        _check_export_format(given, hook)
    elif what == "report section":
        _check_report_section(given, hook)
    else:
        _check_component(given, what, hook)
        if not built_in:
            check_options(given)
    return what, given.name


def _check_component(component: Any, kind: Kind, hook: str) -> None:
    if not (inspect.isclass(component) and issubclass(component, CLASSES[kind])):
        raise PluginError(f"{hook} must return subclasses of {CLASSES[kind].__name__}, not {component!r}")
    name = getattr(component, "name", None)
    if not isinstance(name, str) or not name:
        raise PluginError(f"{component.__name__} needs a class attribute `name`, the text that recipes use")
    _check_name(name, kind)
    if inspect.isabstract(component):
        missing = ", ".join(sorted(component.__abstractmethods__))
        raise PluginError(f"{kind} {name!r} does not define: {missing}")


def check_options(component: type[Component]) -> None:
    """Raise `PluginError` unless each option of a component is of a type that a recipe can hold."""
    try:
        component.model_rebuild()  # a component's options are made ready at their first use, which is now
        GenerateJsonSchema().generate(component.__pydantic_core_schema__)
    except PydanticUserError as error:
        reason = str(error).splitlines()[0]
        kind, name = component.kind, component.name
        raise PluginError(f"{kind} {name!r} has an option that no recipe can hold: {reason}") from error


def _check_export_format(given: Any, hook: str) -> None:
    _check_texts(given, ExportFormat, "an export format", ("name", "description", "suffix"), hook)
    _check_name(given.name, "export format")
    if not callable(given.write) or not (given.run is None or callable(given.run)):
        raise PluginError(f"export format {given.name!r} needs a function `write`, and `run` is a function or None")


def _check_report_section(given: Any, hook: str) -> None:
    _check_texts(given, ReportSection, "a report section", ("name", "title", "label"), hook)
    _check_name(given.name, "report section")
    if not given.title.strip():
        raise PluginError(f"report section {given.name!r} needs a title")
    if not callable(given.write):
        raise PluginError(f"report section {given.name!r} needs a function `write`")


def _check_texts(given: Any, wanted: type, what: str, texts: Sequence[str], hook: str) -> None:
    """Raise unless an object is of the ``wanted`` class and its ``texts`` are text."""
    if not isinstance(given, wanted):
        raise PluginError(f"{hook} must return objects of {wanted.__name__}, not {given!r}")
    for text in texts:
        if not isinstance(getattr(given, text), str):
            raise PluginError(f"the {text} of {what} must be text, not {getattr(given, text)!r}")


def _check_name(name: str, what: str) -> None:
    if not NAME.fullmatch(name):
        shown = name if len(name) <= 60 else f"{name[:60]}..."
        raise PluginError(
            f"its {what} {shown!r} has a name that recipes cannot hold; a name has letters from a to z, digits, "
            "_ and -, at most 60"
        )
