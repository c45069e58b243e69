"""Reading PySR's ``hall_of_fame.csv``: the best equation of each complexity, written anew after every iteration."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

HEADER = ["Complexity", "Loss", "Equation"]
JULIA_FLOAT = re.compile(r"\b(\d+\.\d+)[fF]([+-]?\d+)\b")
"""A number of 32 bits as Julia may write it: ``1.5f-7``."""


@dataclass(frozen=True)
class Entry:
    """One equation of the front as PySR wrote it; the loss is the one that PySR searched with."""

    complexity: int
    loss: float
    equation: str


def read_front(folder: Path) -> tuple[Entry, ...]:
    """Return PySR's front from the folder of its run, the simplest first; nothing where there is none yet.

    PySR writes the file and then a copy of it: where one was cut short, the other is whole.
    """
    file = folder / "hall_of_fame.csv"
    for place in (file, file.with_name(f"{file.name}.bak"), file.with_name(f"{file.name}.bkup")):
        try:
            return tuple(sorted(_entries(place), key=lambda entry: entry.complexity))
        except (OSError, ValueError):
            continue
    return ()


def _entries(file: Path) -> list[Entry]:
    """Return the rows of one file; raises ValueError unless it is whole."""
    text = JULIA_FLOAT.sub(r"\1e\2", file.read_text(encoding="utf-8"))
    if not text.endswith("\n"):
        raise ValueError(f"{file} was cut short")
    header, *rows = csv.reader(text.splitlines(), strict=True)
    if header != HEADER:
        raise ValueError(f"{file} does not begin with {','.join(HEADER)}")
    return [Entry(int(complexity), float(loss), equation) for complexity, loss, equation in rows]
