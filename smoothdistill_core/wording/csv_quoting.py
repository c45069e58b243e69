"""`quoting`: how the cells of a CSV file are quoted so that it comes back as the same rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, Literal


def quoting(cells: Iterable[Any]) -> Literal[0, 1]:
    """Return the quoting for a file with these cells and lines that end with a newline: the least, unless it is wrong.

    Of a line break within a cell the carriage return alone is not quoted by itself, and would begin a row.
    """
    return csv.QUOTE_ALL if any(isinstance(cell, str) and "\r" in cell for cell in cells) else csv.QUOTE_MINIMAL
