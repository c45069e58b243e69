"""The JSON schema of recipes, made from the installed plugins, for completion and checks in editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from smoothdistill_core.components import KINDS, Component, Kind, Regularizer
from smoothdistill_core.components.described import described
from smoothdistill_core.recipe.defaults import DEFAULTS
from smoothdistill_core.recipe.recipe import SECTIONS, Heading
from smoothdistill_core.registry import Registry

STRENGTH = {
    "description": "strength of the penalty: a number, a list to sweep, or a path from high to low, on which one "
    "network goes through all steps and is a teacher at each",
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 1, "uniqueItems": True},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["path", "steps"],
            "properties": {
                "path": {
                    "type": "array",
                    "prefixItems": [{"type": "number", "exclusiveMinimum": 0}] * 2,
                    "minItems": 2,
                    "maxItems": 2,
                    "description": "the first strength and the last, which is lower",
                },
                "steps": {
                    "type": "integer",
                    "minimum": 2,
                    "description": "how many strengths, in geometric steps; they share the epochs of the teacher",
                },
            },
        },
    ],
}


def recipe_schema(registry: Registry) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of the recipes that ``registry`` understands."""
    components = {kind: list(registry.components(kind).values()) for kind in KINDS}
    models: list[type[BaseModel]] = [Heading, *SECTIONS.values()]
    models += [described(component) for found in components.values() for component in found]
    references, definitions = models_json_schema([(model, "validation") for model in models])
    definitions = definitions.get("$defs", {})

    def of(model: Any) -> dict[str, Any]:
        definition: dict[str, Any] = definitions[references[model, "validation"]["$ref"].rpartition("/")[2]]
        return definition

    for found in components.values():
        for component in found:
            _name(of(component), component)
    heading = of(Heading)["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "smoothdistill recipe",
        "type": "object",
        "additionalProperties": False,
        "required": ["dataset"],
        "properties": {
            **heading,
            "requires": {
                "type": "array",
                "items": {"type": "string"},
                "description": "plugins, distributions or smoothdistill-contract, with versions",
            },
            **{kind: _one_or_many(kind, found, references) for kind, found in components.items()},
            **{key: references[model, "validation"] for key, model in SECTIONS.items()},
        },
        "$defs": definitions,
    }


def _name(definition: dict[str, Any], component: type[Component]) -> None:
    """Add to a component's schema what recipes say beside its options."""
    extra: dict[str, Any] = {"name": {"const": component.name}}
    if issubclass(component, Regularizer) and component.strengths:
        extra["strength"] = STRENGTH
    definition["properties"] = extra | definition.get("properties", {})
    definition["required"] = ["name", *definition.get("required", [])]


def _one_or_many(kind: Kind, found: list[type[Component]], references: Any) -> dict[str, Any]:
    bare = [component.name for component in found if not any(f.is_required() for f in component.model_fields.values())]
    one = {"anyOf": [{"enum": bare}, *(references[component, "validation"] for component in found)]}
    default = {"default": DEFAULTS[kind]} if kind in DEFAULTS else {}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}], **default}


def type_in_words(schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None) -> str:
    """Write the type that a JSON schema describes as the author of a recipe thinks of it.

    >>> type_in_words({"type": "array", "items": {"type": "integer", "minimum": 1}})
    'list of whole number ≥ 1'
    """
    known = definitions or {}
    if "$ref" in schema:
        return type_in_words(known[schema["$ref"].rpartition("/")[2]], known)
    if "enum" in schema:
        return " | ".join(str(choice) for choice in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("format") == "password":
        return "secret text or {env: NAME}"
    if "anyOf" in schema:
        return " or ".join(type_in_words(choice, known) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(type_in_words(item, known) for item in schema['prefixItems'])}]"
        return f"list of {type_in_words(schema['items'], known)}"
    names = {"integer": "whole number", "string": "text", "boolean": "true or false", "object": "mapping"}
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = ", ".join(f"{sign} {schema[bound]:g}" for bound, sign in signs.items() if bound in schema)
    kind: str = schema.get("type", "anything")
    return f"{names.get(kind, kind)} {bounds}".strip()
