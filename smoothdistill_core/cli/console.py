"""How the command line writes: a console that is wide enough when nobody watches, and plain tables."""

from __future__ import annotations

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

PLAIN_WIDTH = 200
"""The width of tables in a file or a pipe, where no terminal sets one."""


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes no text for markup: names and formulas may hold brackets."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


GAP = 2
"""The blanks between two columns of a table."""


def plain_table(*headings: str, title: str | None = None) -> Table:
    """Return a table without frames, which fits most on a line and copies well."""
    return Table(
        *headings, title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), show_edge=False
    )
