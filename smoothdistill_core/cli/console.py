"""Where the command line writes: a rich console that is wide enough when nobody watches."""

from __future__ import annotations

import sys

from rich.console import Console

PLAIN_WIDTH = 200
"""The width of tables in a file or a pipe, where no terminal sets one."""


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes no text for markup: names and formulas may hold brackets."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)
