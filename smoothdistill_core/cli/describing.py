"""``describe``: one component with its options, or what there is of a kind."""

from __future__ import annotations

import inspect
import json
from typing import Any

import click

from smoothdistill_core.cli.console import console, plain_table
from smoothdistill_core.cli.standard_output import plugins_on_stderr
from smoothdistill_core.components import Component, Kind, Metric
from smoothdistill_core.registry import Registry


def list_components(registry: Registry, kind: Kind, as_json: bool) -> None:
    """Write one row a component of a kind: its name and what it does in one line."""
    with plugins_on_stderr():
        found = [(component, registry.unavailable(component)) for component in registry.components(kind).values()]
    if as_json:
        click.echo(json.dumps([_head(registry, component, reason) for component, reason in found], indent=2))
        return
    out = console()
    table = plain_table(kind, "what it does", "plugin")
    for component, reason in found:
        name = f"{component.name} (unavailable)" if reason else component.name
        table.add_row(name, _summary(component), registry.provider(component).name)
    out.print(table)
    out.print(f"`smoothdistill describe {kind} NAME` tells the options of one.")


def describe_component(registry: Registry, kind: Kind, name: str, as_json: bool = False) -> None:
    """Write what a component does, its options with types and defaults, and its source."""
    from smoothdistill_core.recipe import type_in_words

    component = registry.get(kind, name)
    with plugins_on_stderr():
        reason = registry.unavailable(component)
    if as_json:
        described = {"documentation": inspect.getdoc(component) or "", "options": component.model_json_schema()}
        click.echo(json.dumps(_head(registry, component, reason) | described, indent=2))
        return
    out = console()
    out.print(f"{kind} {name}", style="bold")
    out.print(inspect.getdoc(component) or "")
    if reason:
        out.print(f"It is unavailable: {reason}", style="yellow")
    if component.model_fields:
        table = plain_table("option", "type", "default", "meaning")
        schema = component.model_json_schema()
        for option, field in component.model_fields.items():
            described = schema["properties"][option]
            default = "(needed)" if field.is_required() else json.dumps(described.get("default"))
            written = type_in_words(described, schema.get("$defs"))
            table.add_row(option, written, default, field.description or "")
        out.print(table)
    else:
        out.print("It has no options.")
    if kind == "regularizer" and component.strengths:
        out.print(f"strength (in the recipe): {', '.join(f'{s:g}' for s in component.strengths)} if left out")
        out.print("It takes a number, a list, or a path that one network goes through: {path: [1.0, 0.001], steps: 10}")
    if issubclass(component, Metric):
        of = "teachers and formulas" if component.of == "both" else component.of
        unit = f", in {component.unit}" if component.unit else ""
        out.print(f"It measures {component.measures}{unit}, of {of}; {component.direction} is better.")
    plugin = registry.provider(component)
    out.print(
        f"From the plugin {plugin.name!r} of {plugin.distribution} {plugin.version}: {inspect.getfile(component)}"
    )


def _head(registry: Registry, component: type[Component], unavailable: str | None) -> dict[str, Any]:
    return {
        "kind": component.kind,
        "name": component.name,
        "description": _summary(component),
        "plugin": registry.provider(component).name,
        "unavailable": unavailable,
    }


def _summary(component: type[Component]) -> str:
    """Return the first sentence or line that a component says of itself, on one line."""
    return " ".join((component.__doc__ or "").strip().split("\n\n")[0].split())
