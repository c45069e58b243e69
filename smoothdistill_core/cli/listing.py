"""``plugins``, ``describe`` and ``recipes``: what is installed."""

from __future__ import annotations

import inspect
import json
import sys
from contextlib import redirect_stdout
from typing import Any

import click

from smoothdistill_core.cli.console import console, plain_table
from smoothdistill_core.components import KINDS, Component, Kind, Metric
from smoothdistill_core.registry import Plugin, Registry


def list_plugins(registry: Registry, as_json: bool) -> None:
    """Write one row a plugin; below, what is wrong with those that are not ready, and what is unavailable."""
    reasons = _reasons(registry)
    if as_json:
        click.echo(json.dumps([_plain(plugin, reasons) for plugin in registry.plugins], indent=2))
        return
    out = console()
    table = plain_table("plugin", "distribution", "version", "state", "provides")
    for plugin in registry.plugins:
        style = "" if plugin.state == "ready" else "dim" if plugin.state == "blocked" else "red"
        row = (plugin.name, plugin.distribution, plugin.version, plugin.state, _provides(plugin, reasons))
        table.add_row(*row, style=style)
    out.print(table)
    for plugin in registry.plugins:
        if plugin.state not in ("ready", "blocked"):
            out.print(f"{plugin.name} is {plugin.state}: {plugin.reason}", style="red")
    for component, reason in reasons.items():
        out.print(f"the {component.kind} {component.name} is unavailable: {reason}", style="yellow")


def describe_component(registry: Registry, kind: Kind, name: str) -> None:
    """Write what a component does, its options with types and defaults, and its source."""
    from smoothdistill_core.recipe import type_in_words

    component = registry.get(kind, name)
    out = console()
    out.print(f"{kind} {name}", style="bold")
    out.print(inspect.getdoc(component) or "")
    with redirect_stdout(sys.stderr):
        reason = registry.unavailable(component)
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
    if issubclass(component, Metric):
        of = "teachers and formulas" if component.of == "both" else component.of
        unit = f", in {component.unit}" if component.unit else ""
        out.print(f"It measures {component.measures}{unit}, of {of}; {component.direction} is better.")
    plugin = registry.provider(component)
    out.print(
        f"From the plugin {plugin.name!r} of {plugin.distribution} {plugin.version}: {inspect.getfile(component)}"
    )


def list_recipes() -> None:
    """Write the name and the description of each shipped recipe, whatever plugins are installed."""
    from smoothdistill_core.recipe import shipped_recipes
    from smoothdistill_core.recipe.document import Document

    table = plain_table("recipe", "what it does", "file")
    for name, path in shipped_recipes().items():
        table.add_row(name, Document.from_file(path).data["description"], str(path))
    console().print(table)


def _reasons(registry: Registry) -> dict[type[Component], str]:
    """Return why components cannot work here, for those that cannot; what they print goes to standard error."""
    components = [component for plugin in registry.plugins for component in plugin.components]
    with redirect_stdout(sys.stderr):
        found = {component: registry.unavailable(component) for component in components}
    return {component: reason for component, reason in found.items() if reason}


def _plain(plugin: Plugin, reasons: dict[type[Component], str]) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "state": plugin.state,
        "reason": plugin.reason,
        "components": [
            {"kind": component.kind, "name": component.name}
            | ({"unavailable": reasons[component]} if component in reasons else {})
            for component in plugin.components
        ],
    }


def _provides(plugin: Plugin, reasons: dict[type[Component], str]) -> str:
    def named(component: type[Component]) -> str:
        return f"{component.name} (unavailable)" if component in reasons else component.name

    by_kind = {kind: [named(c) for c in plugin.components if c.kind == kind] for kind in KINDS}
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in by_kind.items() if names)
