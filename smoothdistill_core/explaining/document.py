"""An explained model as plain data: the JSON document, its versions, and its schema."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smoothdistill_core.errors import FormulaError, ResultError
from smoothdistill_core.estimator.columns import Columns
from smoothdistill_core.explaining.disagreement import DifferingRow, WorstRegion
from smoothdistill_core.explaining.region import Region
from smoothdistill_core.explaining.sized import Sized
from smoothdistill_core.explaining.surroundings import Surroundings
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.formula import Formula
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.scaling import Scaling

if TYPE_CHECKING:
    from smoothdistill_core.explaining.model_explanation import ModelExplanation

FORMAT: Literal["smoothdistill model explanation"] = "smoothdistill model explanation"
VERSION: Literal[1] = 1
"""Raise it when a reader of before could not read what is written now."""

Cell = bool | int | float | str | None


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormulaSaid(_Plain):
    """A formula of one output: ``text`` for people, ``exact`` and ``short`` as trees in prefix order."""

    text: str
    exact: list[str | float]
    short: list[str | float] | None
    notes: list[str]
    place: int = Field(description="of this formula in the portrait of its output")


class RegionSaid(_Plain):
    """Where formulas are worst."""

    column: str
    low: float | None
    high: float | None
    category: str | None
    rows: int
    rmse: float
    overall: float


class RowSaid(_Plain):
    """A row of X, counted from 0, at which formulas and model differ much."""

    row: int
    model: list[float | None]
    formula: list[float | None]
    cells: dict[str, float | str | None]


class SizeSaid(_Plain):
    """A formula for each output, and how near they are to the model on the held-out rows."""

    formulas: list[FormulaSaid]
    scores: dict[str, float | None]
    worst: RegionSaid | None
    differing: list[RowSaid]


class OutputSaid(_Plain):
    """What has a formula: the scaling of its inputs, and its portrait at held-out rows."""

    name: str
    scaling: dict[str, Any]
    portrait: dict[str, Any]


class RowOfInterest(_Plain):
    """The row that formulas are about, the queries around it, and what model and formulas give at it."""

    row: dict[str, float | str]
    radius: float
    queries: int
    outside: list[str]
    model: list[float | None]
    formula: list[float | None]


class RegionOfInterest(_Plain):
    """The part of X that formulas are about, and the formulas for all of X, themselves such a document."""

    condition: str
    rows: int
    of: int
    everywhere: dict[str, Any]
    scores: dict[str, float | None]


class Document(_Plain):
    """A model explained by smoothdistill; numbers that are not known are null."""

    format: Literal["smoothdistill model explanation"]
    version: Literal[1]
    model: str
    scale: Literal["value", "log-odds", "softmax"]
    outputs: list[OutputSaid] = Field(min_length=1)
    classes: list[bool | int | float | str]
    front: list[SizeSaid] = Field(min_length=1)
    recommended: int
    taken: int
    rows: dict[str, int]
    columns: list[str]
    fills: dict[str, Cell]
    notes: list[str]
    around: RowOfInterest | None
    region: RegionOfInterest | None


def schema() -> dict[str, Any]:
    """Return the JSON schema of what `ModelExplanation.to_dict` returns."""
    return Document.model_json_schema()


def to_dict(explanation: ModelExplanation) -> dict[str, Any]:
    """Return an explanation as plain data."""
    scalings = [formula.scaling for formula in explanation.front[0].formulas]
    outputs = [
        {"name": name, "scaling": json.loads(scaling.to_json()), "portrait": json.loads(portrait.to_json())}
        for name, scaling, portrait in zip(explanation.outputs, scalings, explanation.portraits, strict=True)
    ]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "model": explanation.model,
        "scale": explanation.scale,
        "outputs": outputs,
        "classes": list(explanation.classes),
        "front": [_size(sized) for sized in explanation.front],
        "recommended": explanation.recommended,
        "taken": explanation.taken,
        "rows": explanation.rows,
        "columns": list(explanation.columns.names),
        "fills": explanation.columns.fills,
        "notes": list(explanation.notes),
        "around": None if explanation.around is None else _around(explanation.around),
        "region": None if explanation.region is None else _region(explanation.region),
    }
    return Document.model_validate(document).model_dump(mode="json")


def fields_of(said: Mapping[str, Any], read: Callable[[Mapping[str, Any]], ModelExplanation]) -> dict[str, Any]:
    """Return the fields of the explanation that `to_dict` wrote; raises `ResultError` for anything else.

    To ``read`` is to make an explanation of such a document: that of a region holds another, for all rows.
    """
    if not isinstance(said, Mapping) or said.get("format") != FORMAT:
        raise ResultError(f"this is no {FORMAT}; give what to_dict returned, read from its JSON")
    if said.get("version") != VERSION:
        raise ResultError(
            f"the {FORMAT} has version {said.get('version')!r}, and this smoothdistill reads version {VERSION}; "
            "use the release that wrote it, or explain the model anew"
        )
    try:
        document = Document.model_validate(said)
        scalings = [Scaling.from_json(json.dumps(output.scaling)) for output in document.outputs]
        portraits = [Portrait.from_json(json.dumps(output.portrait)) for output in document.outputs]
        front = tuple(_sized(size, scalings) for size in document.front)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ResultError(f"the {FORMAT} is damaged at {place}: {first['msg']}; write it anew") from None
    except (FormulaError, KeyError, TypeError, ValueError) as error:
        raise ResultError(f"the {FORMAT} is damaged: {error}; write it anew") from None
    return {
        "model": document.model,
        "scale": document.scale,
        "outputs": tuple(output.name for output in document.outputs),
        "classes": tuple(document.classes),
        "front": front,
        "recommended": document.recommended,
        "taken": document.taken,
        "portraits": tuple(portraits),
        "rows": document.rows,
        "columns": Columns(tuple(document.columns), document.fills),
        "notes": tuple(document.notes),
        "around": None if document.around is None else _surroundings(document.around),
        "region": None if document.region is None else _part(document.region, read),
    }


def _size(sized: Sized) -> dict[str, Any]:
    formulas = [
        {
            "text": str(each),
            "exact": json.loads(each.formula.to_json()),
            "short": None if each.short is None else json.loads(each.short.to_json()),
            "notes": list(each.notes),
            "place": place,
        }
        for each, place in zip(sized.formulas, sized.places, strict=True)
    ]
    differing = [
        {"row": row.row, "model": _known(row.model), "formula": _known(row.formula), "cells": row.cells}
        for row in sized.differing
    ]
    scores = dict(zip(sized.scores, _known(tuple(sized.scores.values())), strict=True))
    worst = None if sized.worst is None else asdict(sized.worst)
    return {"formulas": formulas, "scores": scores, "worst": worst, "differing": differing}


def _sized(said: SizeSaid, scalings: list[Scaling]) -> Sized:
    formulas = tuple(
        Explanation(
            Formula.from_json(json.dumps(each.exact)),
            scaling,
            None if each.short is None else Formula.from_json(json.dumps(each.short)),
            tuple(each.notes),
        )
        for each, scaling in zip(said.formulas, scalings, strict=True)
    )
    differing = tuple(
        DifferingRow(row.row, _numbers(row.model), _numbers(row.formula), row.cells) for row in said.differing
    )
    scores = dict(zip(said.scores, _numbers(list(said.scores.values())), strict=True))
    worst = None if said.worst is None else WorstRegion(**dict(said.worst))
    return Sized(formulas, tuple(each.place for each in said.formulas), scores, worst, differing)


def _around(around: Surroundings) -> dict[str, Any]:
    return {**asdict(around), "model": _known(around.model), "formula": _known(around.formula)}


def _surroundings(said: RowOfInterest) -> Surroundings:
    model, formula = _numbers(said.model), _numbers(said.formula)
    return Surroundings(said.row, said.radius, said.queries, tuple(said.outside), model, formula)


def _region(region: Region) -> dict[str, Any]:
    scores = dict(zip(region.scores, _known(tuple(region.scores.values())), strict=True))
    said = {"condition": region.condition, "rows": region.rows, "of": region.of}
    return {**said, "everywhere": to_dict(region.everywhere), "scores": scores}


def _part(said: RegionOfInterest, read: Callable[[Mapping[str, Any]], ModelExplanation]) -> Region:
    if said.everywhere.get("region") is not None:
        raise ResultError(f"the {FORMAT} is damaged: a region stands within a region; write it anew")
    scores = dict(zip(said.scores, _numbers(list(said.scores.values())), strict=True))
    return Region(said.condition, said.rows, said.of, read(said.everywhere), scores)


def _known(values: tuple[float, ...]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _numbers(values: list[float | None]) -> tuple[float, ...]:
    return tuple(math.nan if value is None else value for value in values)
