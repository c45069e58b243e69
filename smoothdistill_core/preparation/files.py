"""A split in a folder: written block by block, read as memory maps that all processes of a machine share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Part
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation.preparation import Preparation
from smoothdistill_core.preparation.split import Rows, Split, SplitFacts

Array = NDArray[np.float64]

What = Literal["X", "y", "weights"]

FACTS = "facts.json"

LAW = "law.json"
"""Is there where the split has a law."""

ROWS_AT_ONCE = 65_536
"""Rows that are in memory while a split is written."""


@dataclass(frozen=True)
class MappedRows(Rows):
    """Rows that stand in the files of a ``folder``, and are in memory only as far as they are looked at."""

    folder: Path = field(kw_only=True)
    part: Part = field(kw_only=True)

    def own(self) -> tuple[Array, Array]:
        """Return X and y for somebody who may write into them: only pages that are written to are copied."""
        return _map(self.folder, self.part, "X", "c"), _map(self.folder, self.part, "y", "c")


def write(preparation: Preparation, folder: Path) -> None:
    """Write a split into a folder that is there and empty; raises `OSError` where that does not work."""
    width = len(preparation.inputs)
    for part, count in preparation.facts.rows.items():
        blocks = (slice(begin, begin + ROWS_AT_ONCE) for begin in range(0, count, ROWS_AT_ONCE))
        _save(_file(folder, part, "X"), (count, width), (preparation.X(part, rows) for rows in blocks))
        _save(_file(folder, part, "y"), (count,), [preparation.y(part)])
        if (weights := preparation.weights_at(preparation.places[part])) is not None:
            _save(_file(folder, part, "weights"), (count,), [weights])
    (folder / FACTS).write_text(preparation.facts.to_json(), encoding="utf-8")
    if preparation.law is not None:
        (folder / LAW).write_text(preparation.law.to_json(), encoding="utf-8")


def read(folder: Path) -> Split:
    """Return the split that `write` wrote into a folder, as memory maps; raises `OSError` where there is none."""
    facts = SplitFacts.from_json((folder / FACTS).read_text(encoding="utf-8"))
    parts: dict[Part, Rows] = {
        part: MappedRows(
            _map(folder, part, "X", "r"),
            _map(folder, part, "y", "r"),
            _map(folder, part, "weights", "r") if _file(folder, part, "weights").exists() else None,
            folder=folder,
            part=part,
        )
        for part in facts.rows
    }
    law = folder / LAW
    return Split(parts, facts, Formula.from_json(law.read_text(encoding="utf-8")) if law.exists() else None)


def _file(folder: Path, part: Part, what: What) -> Path:
    return folder / f"{part}.{what}.npy"


def _save(path: Path, shape: tuple[int, ...], blocks: Iterable[Array]) -> None:
    """Write an array that comes in blocks; through the file, for a full disk is no error to one who writes to a map."""
    with path.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(np.dtype(np.float64)), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(block.data)


def _map(folder: Path, part: Part, what: What, mode: Literal["r", "c"]) -> Array:
    """Map an array: ``r`` to read, ``c`` to write into as well, which neither the file nor anybody else sees."""
    array: Array = np.asarray(np.load(_file(folder, part, what), mmap_mode=mode))  # an array like any other
    return array
