"""From the parameters of an estimator to a `Recipe`, by the rules and with the errors of recipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from pydantic import Field

from smoothdistill_core.components import Component
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.estimator.columns import Missing
from smoothdistill_core.estimator.in_memory import InMemory
from smoothdistill_core.recipe import Prepare, Problem, Recipe, RecipeError, recipe_from_data
from smoothdistill_core.recipe.defaults import BLACK_BOX, DEFAULTS
from smoothdistill_core.recipe.recipe import SECTIONS
from smoothdistill_core.registry import Registry

PREPARED = ("validation", "target", "positive", "max_rows", "split", "by", "screen")
"""The parameters that a recipe says under prepare."""


class PrepareWithoutTest(Prepare):
    """How the rows of a fit are prepared: the rows to test on stay with the caller."""

    test: float = Field(0.0, ge=0, le=0)


def recipe_of(
    parameters: Mapping[str, Any],
    datasets: Sequence[InMemory],
    seed: int,
    registry: Registry,
    name: str,
    weights: str | None = None,
) -> Recipe:
    """Return the recipe of a fit; raises `RecipeError` with everything that is wrong with the parameters.

    There is a dataset a target. ``weights`` is the column of each that weighs its rows, if one does.
    """
    missing = parameters["missing"]
    if missing not in get_args(Missing):
        wrong, remedy = f"{missing!r} is none of the choices", did_you_mean(str(missing), get_args(Missing))
        raise RecipeError([Problem(name, ("missing",), wrong, remedy)])
    said = {key: parameters[key] for key in ("student", "regularizer", "metric", "distil", "choose")}
    said["teacher"] = _teacher(parameters["teacher"], parameters.get("model"), registry, name)
    read = [_with_units(dataset, parameters["units"], datasets) for dataset in datasets]
    data = {
        "dataset": read[0] if len(read) == 1 else read,
        "prepare": {key: parameters[key] for key in PREPARED if key in parameters} | {"weights": weights},
        "trials": {"runs": 1, "seeds": 1, "first_seed": seed},
        "keep": "teachers",
        "budget": {} if parameters["seconds"] is None else {"seconds": parameters["seconds"]},
        **{key: value for key, value in said.items() if value is not None},
    }
    strength = parameters["strength"]
    if strength is not None:
        regularizers = data["regularizer"] if "regularizer" in data else _usual(_read(data, registry, name))
        entries = regularizers if isinstance(regularizers, (list, tuple)) else [regularizers]
        data["regularizer"] = [_with_strength(entry, strength, registry) for entry in entries]
    return _read(data, registry, name)


def _with_units(dataset: InMemory, units: Any, datasets: Sequence[InMemory]) -> Any:
    """Return the entry for a dataset, with those of the units that are not of another one's target."""
    if units is None:
        return dataset
    others = {other.target for other in datasets} - {dataset.target}
    if isinstance(units, Mapping):  # what is wrong with others is told where the recipe is read
        units = {column: unit for column, unit in units.items() if column not in others}
    return {"name": dataset, "units": units}


def is_black_box(teacher: Any) -> bool:
    """Say whether a teacher is a finished model, so that a fit needs no target."""
    name = teacher.get("name") if isinstance(teacher, Mapping) else teacher
    return bool(name.name == BLACK_BOX) if isinstance(name, Component) else name == BLACK_BOX


def with_option(component: Any, option: str, value: Any) -> dict[str, Any]:
    """Return a parameter that holds options with one of them set: ``teacher__epochs=50``, ``choose__within=0.02``."""
    if component is None:
        return {option: value}
    if isinstance(component, list) and len(component) == 1:
        (component,) = component
    if isinstance(component, (str, Component)):
        return {"name": component, option: value}
    if isinstance(component, Mapping):
        return {**component, option: value}
    raise ValueError(f"the option {option!r} belongs to one of several components; set the whole list instead")


def _read(data: dict[str, Any], registry: Registry, name: str) -> Recipe:
    try:
        return recipe_from_data(data, registry, name, sections={**SECTIONS, "prepare": PrepareWithoutTest})
    except RecipeError as error:
        # what a recipe says under prepare, dataset and budget, an estimator has as parameters of its own
        outer = {("prepare",), ("dataset",), ("budget",)}
        flat = [replace(p, path=p.path[1:]) if p.path[:1] in outer else p for p in error.problems]
        raise RecipeError(flat) from None


def _teacher(teacher: Any, model: Any, registry: Registry, name: str) -> Any:
    """Return the entry for the teacher; a finished model goes into the black box."""
    if model is None:
        return teacher
    entry = dict(teacher) if isinstance(teacher, Mapping) else {"name": teacher}
    if not is_black_box(teacher):
        trained = DEFAULTS["teacher"][0]["name"] if teacher is None else entry.get("name")
        wrong = f"a finished model is asked, not trained, which the teacher {trained!r} cannot do"
        raise RecipeError([Problem(name, ("model",), wrong, f"set teacher={BLACK_BOX!r}, or leave the model out")])
    return {**entry, "name": registry.usable("teacher", BLACK_BOX).of(model)}


def _usual(recipe: Recipe) -> list[dict[str, Any]]:
    """Return the regularizers of a recipe that named none, without their strengths."""
    return [{"name": sweep.regularizer} for sweep in recipe.regularizer]


def _with_strength(entry: Any, strength: Any, registry: Registry) -> Any:
    """Return a regularizer with the strength that all of them get, unless it takes none or has its own."""
    options = dict(entry) if isinstance(entry, Mapping) else {"name": entry}
    name = options.get("name")
    regularizer = registry.components("regularizer").get(name) if isinstance(name, str) else name
    takes_one = bool(getattr(regularizer, "strengths", ()))
    return {**options, "strength": strength} if takes_one and "strength" not in options else entry
