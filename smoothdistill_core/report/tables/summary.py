"""The summary: one row for each penalty and strength on each dataset, averaged over the trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smoothdistill_core.recipe.defaults import ACCURACY, FIDELITY
from smoothdistill_core.report.tables.table import Column, Table, Value, table
from smoothdistill_core.results import Line, Results
from smoothdistill_core.results.summary import CHOSEN
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import count, number

COLUMNS = (
    Column("dataset", "dataset"),
    Column("student", "student"),
    Column("teacher", "teacher"),
    Column("penalty", "penalty"),
    Column("strength", "strength", lambda value: "" if value is None else f"{value:g}"),
    Column("trials", "trials", count),
    Column("teacher_r2", "teacher R²", number, "R² of the teacher against the data"),
    Column("smoothness", "smoothness", number, "of the teacher, or of the formula where there is none"),
    Column(ACCURACY, "R²", number, "R² of the formula against the data"),
    Column(FIDELITY, FIDELITY, number, "R² of the formula against its teacher"),
    Column("nodes", "nodes", count, "nodes of the formula as it was found"),
    Column("formula", "formula of the best trial", formula=True),
)

NOTE = (
    "Means over the trials, on the test part, which nothing was chosen on. “chosen” is the strength that each trial "
    "chose for itself."
)

SMOOTHNESS_NOTE = (
    " {axis} is the teacher’s, the {way} the smoother; for formulas found on the data it is the formula’s own."
)

_MORE = {"lower": "smaller", "higher": "larger"}


def summary_table(lines: Sequence[Line], names: Names, results: Results) -> Table:
    """Return the lines of the summary of ``results`` as a table."""
    rows: list[tuple[Value, ...]] = [
        (
            line.dataset,
            names.short(line.student) if len(names.students) > 1 else None,
            names.short(line.teacher) if len(names.teachers) > 1 else None,
            line.penalty,
            None if line.strength == "" else line.strength,
            line.trials,
            line.teacher_r2,
            line.smoothness,
            line.r2,
            line.fidelity,
            line.complexity,
            *line.others.values(),
            line.formula,
        )
        for line in lines
    ]
    others = (_column(metric, results) for metric in (lines[0].others if lines else ()))
    columns = [*COLUMNS[:-1], *others, COLUMNS[-1]]
    note, smoothness = NOTE, results.smoothness
    if smoothness is not None:
        columns = [replace(one, heading=smoothness.axis) if one.name == "smoothness" else one for one in columns]
        note += SMOOTHNESS_NOTE.format(axis=smoothness.axis, way=_MORE[smoothness.direction])
    strong = [place for place, line in enumerate(lines) if line.strength == CHOSEN]
    return table("summary", "All results", columns, rows, note, strong).without_empty_columns()


def _column(metric: str, results: Results) -> Column:
    """Return the column of a further metric, as far as the metric said what it is."""
    facts = next((facts for facts in results.metrics if facts.label == metric), None)
    if facts is None:
        return Column(metric, metric, number, "the formula's own")
    unit = f", in {facts.unit}" if facts.unit else ""
    return Column(metric, facts.axis, number, f"the formula's own{unit}; {facts.direction} is better")
