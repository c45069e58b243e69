"""Directives that write parts of a page from the code: what a recipe may say, components, the command line."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from smoothdistill_core import Recipe, Registry, recipe_schema
from smoothdistill_core.cli import main
from smoothdistill_core.components import KINDS, Component
from smoothdistill_core.formula import OPERATORS
from smoothdistill_core.formula.operators.protected import GUARD
from smoothdistill_core.recipe import type_in_words

DISTRIBUTION = "smoothdistill"
"""Plugins of other distributions that happen to be installed are not in these pages."""


class FromTheCode(SphinxDirective):
    """Puts the Markdown that `markdown` returns in its place.

    Where it has headings it begins with one: sections are appended to the page, ahead of what is returned.
    """

    def run(self) -> list[nodes.Node]:
        """Return the parsed Markdown; the page is read again in every build."""
        self.env.note_reread()
        return self.parse_text_to_nodes("\n".join(self.markdown()), allow_section_headings=True)

    def markdown(self) -> Iterator[str]:
        """Return the lines."""
        raise NotImplementedError


class RecipeKeys(FromTheCode):
    """Every key of a recipe, from the JSON schema that editors get."""

    def markdown(self) -> Iterator[str]:
        """Return one table of the kinds, one of the other keys, and one a section."""
        schema = recipe_schema(_own_registry())
        definitions = schema["$defs"]
        sections = {key: value for key, value in schema["properties"].items() if "$ref" in value}
        values = {key: schema["properties"][key] for key in Recipe.model_fields}
        rows = []
        for kind in (key for key in values if key in KINDS):
            default = ", ".join(f"`{name}`" for name in values[kind].get("default", []))
            rows.append((f"[`{kind}`](components.md#{kind}s)", default or "an error: it is needed"))
        yield from _table(("takes components", "left out, it is"), rows)
        rows = []
        for key in (key for key in values if key not in KINDS):
            if key in sections:
                rows.append((f"[`{key}`](#{key})", "–", "a mapping, see below"))
            else:
                rows.append((f"`{key}`", _default(values[key]), _meaning(values[key], definitions)))
        yield from _table(("other key", "default", "meaning"), rows)
        for key, value in sections.items():
            definition = definitions[value["$ref"].rpartition("/")[2]]
            yield from (f"## {key}", "", definition["description"], "")
            yield from _options(definition, definitions)


class BuiltInComponents(FromTheCode):
    """Every component of the built-in plugins with all of its options."""

    def markdown(self) -> Iterator[str]:
        """Return one section a kind, and in it one a component that has options."""
        registry = _own_registry()
        for kind in KINDS:
            yield from (f"## {kind.capitalize()}s", "")
            found = registry.components(kind).values()
            plain = [component for component in found if not component.model_fields]
            for component in found:
                if component not in plain:
                    yield from _component(component, registry.provider(component).name)
            if plain:
                yield from ("### Without options", "")
                rows = [
                    (f"`{c.name}`", _page(registry.provider(c).name), inspect.getdoc(c).splitlines()[0]) for c in plain
                ]
                yield from _table(("name", "plugin", "what it is"), rows)


class CommandLine(FromTheCode):
    """Every command with its arguments and options, as ``--help`` knows them."""

    def markdown(self) -> Iterator[str]:
        """Return one section a command."""
        context = click.Context(main, info_name="smoothdistill")
        for name, command in sorted(main.commands.items()):
            inner = click.Context(command, parent=context, info_name=name)
            usage = " ".join(("smoothdistill", name, *command.collect_usage_pieces(inner)))
            yield from (f"## {name}", "", "```text", usage, "```", "", command.help or "", "")
            records = [parameter.get_help_record(inner) for parameter in command.params]
            rows = [(f"`{r[0].replace('|', ' | ')}`", r[1]) for r in records if r and r[1]]
            yield from _table(("option", "meaning"), rows)
        yield from ("## Exit codes", "", "```text")
        yield from (line for line in (main.epilog or "").splitlines() if line.startswith(" "))
        yield "```"


class Operators(FromTheCode):
    """The operators that a formula may hold."""

    def markdown(self) -> Iterator[str]:
        """Return one table."""
        rows = [(f"`{o.name}`", str(o.arity), f"`{o.notation.format('a', 'b')}`") for o in OPERATORS.values()]
        yield from _table(("name", "arguments", "written"), rows)
        yield "The protected operators are gplearn's: `pdiv(a, b)` is 1, `plog(a)` and `pinv(a)` are 0 where the"
        yield f"absolute value of what is guarded is at most {GUARD:g}; `plog` and `psqrt` take the absolute value of"
        yield "their argument."


class Checks(FromTheCode):
    """The conformance checks of every kind."""

    def markdown(self) -> Iterator[str]:
        """Return one table for the checks of all kinds, and one a kind."""
        options = import_module("smoothdistill_core.testing.options").CHECKS
        yield from self._section("Every kind", options)
        for kind in KINDS:
            checks = import_module(f"smoothdistill_core.testing.{kind}s").CHECKS
            yield from self._section(f"{kind.capitalize()}s", [check for check in checks if check not in options])
            if kind == "dataset":
                checks = import_module("smoothdistill_core.testing.suites").CHECKS
                yield from self._section("Suites of datasets", [check for check in checks if check not in options])

    def _section(self, heading: str, checks: Iterable[Any]) -> Iterator[str]:
        yield from (f"### {heading}", "")
        rows = [(f"`{check.__name__}`", inspect.getdoc(check).removeprefix("Check ")) for check in checks]
        yield from _table(("check", "checks"), rows)


def _own_registry() -> Registry:
    """Return a registry of what this distribution ships, whatever else is installed."""
    others = {plugin.name for plugin in Registry().plugins if plugin.distribution != DISTRIBUTION}
    return Registry(block=others)


def _component(component: type[Component], plugin: str) -> Iterator[str]:
    schema = component.model_json_schema()
    yield from (f"### {component.name}", "", inspect.getdoc(component) or "", "", f"From {_page(plugin)}.", "")
    yield from _options(schema, schema.get("$defs", {}))


def _page(plugin: str) -> str:
    return f"[{plugin}](../plugins/{plugin}.md)"


def _options(definition: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    needed = definition.get("required", [])
    rows = []
    for option, value in definition["properties"].items():
        default = "(needed)" if option in needed else _default(value)
        rows.append((f"`{option}`", default, _meaning(value, definitions)))
    return _table(("option", "default", "meaning"), rows)


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Return a Markdown table and an empty line."""
    lines = [list(heading), *(list(row) for row in rows)]
    if len(lines) == 1:
        return
    lines.insert(1, ["---"] * len(lines[0]))
    yield from (
        "| " + " | ".join(cell.replace("\n", " ").replace("|", "\\|") for cell in line) + " |" for line in lines
    )
    yield ""


def _meaning(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return what an option means and, below, its type: a column of its own would not fit a narrow screen."""
    return f"{value['description']}<br>*{type_in_words(value, definitions)}*"


def _default(value: Mapping[str, Any]) -> str:
    if value.get("default") is None:
        return "–"
    plain = isinstance(value["default"], str) and value["default"]
    return f"`{plain or json.dumps(value['default'], ensure_ascii=False)}`"


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives."""
    app.add_directive("recipe-keys", RecipeKeys)
    app.add_directive("built-in-components", BuiltInComponents)
    app.add_directive("command-line", CommandLine)
    app.add_directive("operators", Operators)
    app.add_directive("checks", Checks)
    return {"parallel_read_safe": True}
