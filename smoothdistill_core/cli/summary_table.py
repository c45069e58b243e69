"""The table of ``show``: a line for each penalty and strength, with R2, size and errors of its formulas."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from rich.table import Table
from rich.text import Text

from smoothdistill_core.cli.console import GAP, plain_table
from smoothdistill_core.recipe.defaults import ERRORS, FIDELITY
from smoothdistill_core.results import Line, Results
from smoothdistill_core.results.summary import CHOSEN, known_of
from smoothdistill_core.wording.accuracy import HEADINGS, OF
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import three_decimals, three_digits

FEWEST_COLUMNS = 12
"""On a terminal that leaves formulas fewer columns than this, they stand below the table."""

Column = tuple[str, list[str]]
"""What stands above a column, and what stands in each of its lines."""


def summary_tables(lines: list[Line], results: Results, names: Names, width: int) -> tuple[list[Table], bool]:
    """Return the table, and whether it has the formulas; where it is too wide, errors have a table of their own."""
    labels, scores, errors = _labels(lines, results, names), _scores(lines, results), _further(lines)
    parts = [[*labels, *scores, *errors]]
    if errors and _room(parts[0], width) < 0:
        parts = [[*labels, *scores], [*labels, *errors]]
    room = _room(parts[0], width)
    with_formulas = room >= FEWEST_COLUMNS
    tables = [_table(lines, part, room if with_formulas and part is parts[0] else 0) for part in parts]
    tables[0].title = f"{results.name}, chosen on the {results.choose.part} part"
    return tables, with_formulas


def told_of(lines: list[Line], results: Results) -> str:
    """Say what the numbers of the table are, and in which units."""
    told = "Means over the trials on the test part, which nothing was chosen on"
    if results.smoothness is not None:
        axis = plainly(results.smoothness.axis)
        told += f"; {axis} of the teacher, for formulas found on the data of the formula itself"
    errors = [name for metric, name in ERRORS.items() if metric in lines[0].others]
    if errors:
        told += f"; {listed(errors)} in units of the target"
    if "log" in known_of(lines):
        told += "; what is of log, and fidelity, of log(1 + target), which models are fitted to and chosen by"
    return f"{told}."


def strength_of(line: Line) -> str:
    """Write the strength of a line."""
    return line.strength if isinstance(line.strength, str) else f"{line.strength:g}"


def plainly(axis: str) -> str:
    """Write an axis in letters that every terminal has."""
    return axis.replace("‖", "||").replace("²", "^2")


def _labels(lines: list[Line], results: Results, names: Names) -> list[Column]:
    several_teachers = len({line.teacher for line in lines if line.teacher}) > 1
    trials = Counter(trial.dataset for trial in results.trials.values())

    def method(line: Line) -> str:
        labels = [
            line.penalty,
            names.short(line.student) if len(names.students) > 1 and line.student not in ("", line.penalty) else "",
            names.short(line.teacher) if several_teachers and line.teacher else "",
        ]
        return " / ".join(label for label in labels if label)

    def of(line: Line) -> str:
        return str(line.trials) if line.trials == trials[line.dataset] else f"{line.trials}/{trials[line.dataset]}"

    repeated = [False, *(line.dataset == before.dataset for before, line in pairwise(lines))]
    return [
        ("dataset", ["" if again else line.dataset for line, again in zip(lines, repeated, strict=True)]),
        ("penalty", [method(line) for line in lines]),
        ("strength", [strength_of(line) for line in lines]),
        ("trials", [of(line) for line in lines]),
    ]


def _scores(lines: list[Line], results: Results) -> list[Column]:
    of = known_of(lines)[0]
    smoothness = "smoothness" if results.smoothness is None else plainly(results.smoothness.axis)
    return [
        (f"teacher\nR2{OF[of]}", [three_decimals(line.teacher_r2_of(of)) for line in lines]),
        (smoothness, [three_decimals(line.smoothness) for line in lines]),
        (_broken(f"R2{OF[of]}"), [three_decimals(line.r2_of(of)) for line in lines]),
        (FIDELITY, [three_decimals(line.fidelity) for line in lines]),
        ("nodes", [f"{line.nodes:.0f}" for line in lines]),
    ]


def _further(lines: list[Line]) -> list[Column]:
    """Return the errors, what is of the logarithm, and further metrics, whose names break at their underscores."""
    columns = {}
    for metric in lines[0].others:
        heading = _broken(HEADINGS[metric]) if metric in HEADINGS else metric.replace("_", "\n", 1)
        write = three_digits if metric in ERRORS else three_decimals
        columns[metric] = (heading, [write(line.others[metric]) for line in lines])
    in_units = [column for metric, column in columns.items() if metric in ERRORS]
    of_log = [
        (_broken(f"R2{OF[of]}"), [three_decimals(line.r2_of(of)) for line in lines]) for of in known_of(lines)[1:]
    ]
    return [*in_units, *of_log, *(column for metric, column in columns.items() if metric not in ERRORS)]


def _broken(heading: str) -> str:
    return heading.replace(" ", "\n", 1)


def _room(columns: list[Column], width: int) -> int:
    """Return how much of the width these columns leave."""
    widest = [max(len(text) for text in (*heading.split("\n"), *cells)) for heading, cells in columns]
    return width - sum(widest) - GAP * len(widest) - 1


def _table(lines: list[Line], columns: list[Column], room: int) -> Table:
    """Return a table of these columns, and of the formulas where there is ``room`` for them."""
    table = plain_table()
    for place, (heading, _) in enumerate(columns):
        table.add_column(heading, justify="left" if place < 2 else "right", no_wrap=True)
    if room:
        table.add_column("formula of the best trial", overflow="ellipsis", no_wrap=True, max_width=room)
    for place, line in enumerate(lines):
        row = [cells[place] for _, cells in columns]
        if row[0] and table.row_count:
            table.add_section()
        cells = [*row, line.formula] if room else row
        table.add_row(*(Text(cell) for cell in cells), style="bold" if line.strength == CHOSEN else "")
    return table
