"""``plugins`` and ``recipes``: what is installed."""

from __future__ import annotations

import json
from typing import Any

import click

from smoothdistill_core.cli.console import console, plain_table
from smoothdistill_core.cli.standard_output import plugins_on_stderr
from smoothdistill_core.components import KINDS, Component
from smoothdistill_core.registry import Plugin, Registry


def list_plugins(registry: Registry, as_json: bool) -> None:
    """Write one row a plugin; below, what is not in use of them and why, and what is unavailable."""
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
        for why in plugin.left_out:
            out.print(f"{plugin.name} lacks a part: {why}", style="red")
    for component, reason in reasons.items():
        out.print(f"the {component.kind} {component.name} is unavailable: {reason}", style="yellow")


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
    with plugins_on_stderr():
        found = {component: registry.unavailable(component) for component in components}
    return {component: reason for component, reason in found.items() if reason}


def _plain(plugin: Plugin, reasons: dict[type[Component], str]) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "state": plugin.state,
        "reason": plugin.reason,
        "left_out": list(plugin.left_out),
        "components": [
            {"kind": component.kind, "name": component.name}
            | ({"unavailable": reasons[component]} if component in reasons else {})
            for component in plugin.components
        ],
        "export_formats": [{"name": each.name, "description": each.description} for each in plugin.export_formats],
        "report_sections": [{"name": each.name, "title": each.title} for each in plugin.report_sections],
    }


def _provides(plugin: Plugin, reasons: dict[type[Component], str]) -> str:
    def named(component: type[Component]) -> str:
        return f"{component.name} (unavailable)" if component in reasons else component.name

    by_kind: dict[str, list[str]] = {kind: [named(c) for c in plugin.components if c.kind == kind] for kind in KINDS}
    by_kind["export format"] = [each.name for each in plugin.export_formats]
    by_kind["report section"] = [each.name for each in plugin.report_sections]
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in by_kind.items() if names)
