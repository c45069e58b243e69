"""How the command line writes: a console wide enough when nobody watches, plain tables, what fits on a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from smoothdistill_core.errors import printable, shown_lines

PLAIN_WIDTH = 200
"""The width of tables in a file or a pipe, where no terminal sets one."""


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes no text for markup: names and formulas may hold brackets."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PLAIN_WIDTH
    return _Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


class _Console(Console):
    """Writes whatever anybody named in letters that only print; texts of bounded length, formulas whole."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(shown_lines(text), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment("\n".join(map(printable, segment.text.split("\n"))), segment.style)


def say(text: str) -> None:
    """Write what is to be said of a result, which alone goes to standard output."""
    click.echo(shown_lines(text), err=True)


GAP = 2
"""The blanks between two columns of a table."""


def plain_table(*headings: str, title: str | None = None) -> Table:
    """Return a table without frames, which fits most on a line and copies well."""
    return Table(
        *headings, title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), show_edge=False
    )


def cut(text: str, width: int) -> str:
    """Return a text that takes no more columns of a terminal than ``width``: its first words, if it is longer.

    >>> cut("y = 1.5 + 2*bmi - 3*age", 20)
    'y = 1.5 + 2*bmi - …'
    """
    if cell_len(text) <= width:
        return text
    kept = text[:width]
    while cell_len(kept) > width - 2:
        if " " not in kept:
            return set_cell_size(kept, max(0, width - 1)).rstrip() + "…"
        kept = kept.rpartition(" ")[0]
    return f"{kept} …"
