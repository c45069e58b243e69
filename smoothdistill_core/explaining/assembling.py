"""`assembled`: what was found for each output of a model becomes one explanation, scored on the held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import ResultError
from smoothdistill_core.estimator.columns import Columns
from smoothdistill_core.explaining.asked import Asked
from smoothdistill_core.explaining.disagreement import differing_rows, squared_misses, worst_region
from smoothdistill_core.explaining.held_out import on_one_scale, scored
from smoothdistill_core.explaining.model_explanation import ModelExplanation
from smoothdistill_core.explaining.probabilities import probabilities
from smoothdistill_core.explaining.region import Region
from smoothdistill_core.explaining.searching import Searched
from smoothdistill_core.explaining.sized import Sized
from smoothdistill_core.explaining.surroundings import Surroundings
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.portraying import column_cells
from smoothdistill_core.results import Outcome

Array = NDArray[np.float64]
Places = NDArray[np.intp]


def assembled(
    asked: Asked,
    found: Sequence[Searched],
    columns: Columns,
    clip: float,
    numbers: Places,
    around: Surroundings | None,
    region: Region | None,
) -> ModelExplanation:
    """Return the explanation of a model, with the formulas of every size; ``numbers`` (n,) are those of rows in X."""
    chosen = [each.answer.recommended for each in found]
    sizes = _sizes(found, chosen)
    rows = found[0].learnt.places["test"]
    table = found[0].learnt.arranged.table
    names = [str(name) for name in table.frame.columns if name != table.target]
    cells = {name: column_cells(table, name, rows) for name in names}
    model = np.column_stack([each.learnt.target[rows] for each in found])
    predicted: dict[tuple[int, str, int], Array] = {}
    front = []
    for outcomes in sizes:
        for output, (each, outcome) in enumerate(zip(found, outcomes, strict=True)):
            key = (output, outcome.cell.key, outcome.place)
            if key not in predicted:
                predicted[key] = outcome.explanation.formula.predict(outcome.scaling.raw(each.learnt.X("test")))
        formulas = np.column_stack([predicted[n, o.cell.key, o.place] for n, o in enumerate(outcomes)])
        scaled = on_one_scale(model, formulas, asked.scale)
        front.append(
            Sized(
                tuple(outcome.explanation for outcome in outcomes),
                tuple(_place(each, outcome) for each, outcome in zip(found, outcomes, strict=True)),
                scored(*scaled, asked.scale),
                worst_region(cells, *scaled),
                differing_rows(numbers[rows].tolist(), cells, model, formulas, squared_misses(*scaled)),
            )
        )
    recommended = next(place for place, outcomes in enumerate(sizes) if outcomes == chosen)
    counts = found[0].learnt.facts.rows
    notes = [note for each in found for note in (*each.learnt.facts.notes, *each.notes)]
    if asked.classes:
        notes.append(f"probabilities were kept {clip:.2g} away from 0 and 1, where log-odds are infinite")
        notes += _absent(asked, model)
    if around is not None:
        values = [_at_row(each, outcome) for each, outcome in zip(found, chosen, strict=True)]
        around = replace(around, model=tuple(m for m, _ in values), formula=tuple(f for _, f in values))
        if around.outside:
            outside = ", ".join(f"{name} = {around.row[name]:g}" for name in around.outside)
            notes.insert(0, f"the row lies outside of X ({outside}): there the model may do anything")
    if region is not None:
        frame = table.frame[names].iloc[rows]
        of_all = np.column_stack([formula.predict(frame) for formula in region.everywhere.formulas.values()])
        region = replace(region, scores=scored(*on_one_scale(model, of_all, asked.scale), asked.scale))
    return ModelExplanation(
        model=asked.name,
        scale=asked.scale,
        outputs=asked.outputs,
        classes=asked.classes,
        front=tuple(front),
        recommended=recommended,
        taken=recommended,
        portraits=tuple(_without_keys(each.portrait) for each in found),
        rows={str(part): count for part, count in counts.items()},
        columns=columns,
        notes=tuple(dict.fromkeys(notes)),
        around=around,
        region=region,
    )


def _sizes(found: Sequence[Searched], chosen: list[Outcome]) -> list[list[Outcome]]:
    """Return the formulas of all outputs for each size that one of them has, and those that were chosen."""
    sizes: list[list[Outcome]] = []
    for size in sorted({outcome.nodes for each in found for outcome in each.answer.front}):
        try:
            outcomes = [each.answer.at(size) for each in found]
        except ResultError:  # one output has no formula so short
            continue
        sizes.append(outcomes)
    if chosen not in sizes:
        sizes.append(chosen)
    return sorted(sizes, key=lambda outcomes: sum(outcome.nodes for outcome in outcomes))


def _place(each: Searched, outcome: Outcome) -> int:
    """Return where a formula is in the portrait of its output."""
    keys = [(portrayed.cell, portrayed.place) for portrayed in each.portrait.formulas]
    return keys.index((outcome.cell.key, outcome.place))


def _without_keys(portrait: Portrait) -> Portrait:
    """Return a portrait whose formulas are told apart by their place only: the keys are those of one run."""
    formulas = tuple(replace(each, cell="", place=place) for place, each in enumerate(portrait.formulas))
    return replace(portrait, formulas=formulas)


def _at_row(each: Searched, outcome: Outcome) -> tuple[float, float]:
    """Return what model and formula give at the first row of the table."""
    row = outcome.scaling.raw(each.learnt.inputs_at(np.array([0])))
    return float(each.learnt.target[0]), float(outcome.explanation.formula.predict(row)[0])


def _absent(asked: Asked, model: Array) -> list[str]:
    """Say which classes the model never names on the held-out rows."""
    named = set(probabilities(model).argmax(axis=1).tolist())
    absent = [str(label) for place, label in enumerate(asked.classes) if place not in named]
    return [f"classes that the model names for none of the held-out rows: {', '.join(absent)}"] if absent else []
