"""The summary: one row for each penalty and strength on each dataset, averaged over the trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smoothdistill_core.recipe.defaults import ACCURACY, ERRORS, FIDELITY
from smoothdistill_core.report.tables.table import Column, Table, Value, table
from smoothdistill_core.results import Line, Results
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.summary import CHOSEN, Of, known_of
from smoothdistill_core.wording.accuracy import OF
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import count, number, quantity

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

TO_TAKE = "formula to take"
"""What the line of the recommended formulas is called: it is the best by the recipe's rule, not on the test part."""

_MORE = {"lower": "smaller", "higher": "larger"}


def summary_table(lines: Sequence[Line], names: Names, results: Results) -> Table:
    """Return the lines of the summary of ``results`` as a table.

    Where a target is fitted as its logarithm the page shows R2 of both, and the CSV file also R2 as it is fitted.
    """
    known = [] if known_of(lines) == ["target"] else known_of(lines)
    rows: list[tuple[Value, ...]] = [
        (
            line.dataset,
            names.short(line.student) if len(names.students) > 1 else None,
            names.short(line.teacher) if len(names.taught_by) > 1 else None,
            TO_TAKE if line.penalty == BEST else line.penalty,
            None if line.strength == "" else line.strength,
            line.trials,
            line.teacher_r2,
            *(line.teacher_r2_of(of) for of in known),
            line.smoothness,
            line.r2,
            *(line.r2_of(of) for of in known),
            line.fidelity,
            line.nodes,
            *line.others.values(),
            line.formula,
        )
        for line in lines
    ]
    others = (_column(metric, results) for metric in (lines[0].others if lines else ()))
    columns = [*_by_scale(known), *others, COLUMNS[-1]]
    note, smoothness = NOTE, results.smoothness
    if smoothness is not None:
        columns = [replace(one, heading=smoothness.axis) if one.name == "smoothness" else one for one in columns]
        note += SMOOTHNESS_NOTE.format(axis=smoothness.axis, way=_MORE[smoothness.direction])
    errors = [name for metric, name in ERRORS.items() if lines and metric in lines[0].others]
    if errors:
        note += f" {listed(errors)} are in the units of the target."
    if known:
        note += " What is of log, and fidelity, is of log(1 + target), which models are fitted to and chosen by."
    if len({line.dataset for line in lines}) == 1:
        columns[0] = replace(columns[0], csv_only=True)
    strong = [place for place, line in enumerate(lines) if line.strength == CHOSEN]
    return table("summary", "All results", columns, rows, note, strong).without_empty_columns()


def _by_scale(known: Sequence[Of]) -> list[Column]:
    """Return the columns before the further metrics, those of R2 followed by what it is ``known`` of."""
    columns = []
    for column in COLUMNS[:-1]:
        is_r2 = column.name in ("teacher_r2", ACCURACY)
        columns.append(replace(column, csv_only=True) if is_r2 and known else column)
        for of in known if is_r2 else ():
            end, hint = ("_original", "") if of == "target" else ("_log", " of log(1 + target)")
            name, heading = f"{column.name}{end}", f"{column.heading}{OF[of]}"
            columns.append(replace(column, name=name, heading=heading, hint=column.hint + hint))
    return columns


def _column(metric: str, results: Results) -> Column:
    """Return the column of a further metric, as far as the metric said what it is."""
    facts = next((facts for facts in results.metrics if facts.label == metric), None)
    if facts is None:
        return Column(metric, metric, number, "the formula's own")
    unit = f", in {facts.unit}" if facts.unit else ""
    hint = f"the formula's own{unit}; {facts.direction} is better"
    return Column(metric, facts.axis, quantity if unit else number, hint)
