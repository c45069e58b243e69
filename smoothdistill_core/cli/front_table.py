"""The table of an answer: a line for each size of formula, with its error, and which one is recommended."""

from __future__ import annotations

import math

from rich.table import Table
from rich.text import Text

from smoothdistill_core.cli.console import plain_table
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY, ERROR
from smoothdistill_core.results import Answer
from smoothdistill_core.wording.numbers import significant

MARK = "->"
"""What stands before the recommended formula."""


def front_table(answer: Answer, choose: Choose) -> Table:
    """Return the front with the errors on the part that choices are made on; formulas are wrapped, never cut."""
    part = choose.part
    scored = any(math.isfinite(outcome.score(ERROR, part)) for outcome in answer.front)
    table = plain_table(title=f"formulas by size, judged on the {part} part")
    table.add_column("")
    table.add_column("nodes", justify="right")
    if scored:
        table.add_column("typical\nerror", justify="right")
    table.add_column("R2", justify="right")
    table.add_column("formula", overflow="fold")
    for outcome in answer.front:
        taken = outcome is answer.recommended
        error = [significant(outcome.score(ERROR, part))] if scored else []
        cells = ["", str(outcome.formula.complexity), *error, f"{outcome.score(ACCURACY, part):.3f}", outcome.text]
        cells[0] = MARK if taken else ""
        table.add_row(*map(Text, cells), style="bold" if taken else "")
    return table
