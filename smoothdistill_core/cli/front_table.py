"""The table of an answer: a line for each size of formula, with its error, and which one is recommended."""

from __future__ import annotations

import math

from rich.table import Table
from rich.text import Text

from smoothdistill_core.cli.console import plain_table
from smoothdistill_core.components import Part
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY, AREA, CORRECT, ERROR, LOG_LOSS, ORIGINAL_ACCURACY
from smoothdistill_core.results import Answer
from smoothdistill_core.wording.constants import broken_in_words
from smoothdistill_core.wording.numbers import three_decimals, three_digits

MARK = "->"
"""What stands before the recommended formula."""

COLUMNS = (
    ("log-\nloss", LOG_LOSS, three_decimals),
    ("AUC", AREA, three_decimals),
    ("accu-\nracy", CORRECT, three_decimals),
    ("RMSE", ERROR, three_digits),
    ("R2 of\ntarget", ORIGINAL_ACCURACY, three_decimals),
    ("R2", ACCURACY, three_decimals),
)
"""What is shown of each formula, where it was scored: the heading, the metric, and how it is written."""


def front_table(answer: Answer, choose: Choose) -> Table:
    """Return the front with the errors on the part that choices are made on; formulas are wrapped, never cut."""
    part = choose.part
    columns = [(heading, metric, write) for heading, metric, write in COLUMNS if _scored(answer, metric, part)]
    scaling = answer.recommended.scaling
    headings = {"RMSE": f"RMSE\n{scaling.unit}" if scaling.unit else "RMSE"}
    headings["R2"] = "R2\nof log" if scaling.transform == "log1p" else "R2"
    table = plain_table(title=f"formulas by size, judged on the {part} part")
    table.add_column("")
    for heading in ("nodes", *(heading for heading, _, _ in columns)):
        table.add_column(headings.get(heading, heading), justify="right")
    table.add_column("formula", overflow="fold")
    for outcome in answer.front:
        taken = outcome is answer.recommended
        scores = [write(outcome.score(metric, part)) for _, metric, write in columns]
        formula = "\n  ".join(filter(None, (outcome.text, broken_in_words(outcome.units))))
        cells = (MARK if taken else "", str(outcome.nodes), *scores, formula)
        table.add_row(*map(Text, cells), style="bold" if taken else "")
    return table


def _scored(answer: Answer, metric: str, part: Part) -> bool:
    return any(math.isfinite(outcome.score(metric, part)) for outcome in answer.front)
