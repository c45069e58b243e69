"""Damaged and made-up tables in every kind of file: each is read, or refused in words, and runs no code."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pandas as pd
from campaign import Campaign, LostError
from click.testing import CliRunner
from drawing import draw
from flips import damaged
from hostile_texts import NAMES
from hypothesis import strategies as st

from recipes import check_words
from smoothdistill_core import DataError, Registry, Study, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.cli.exit_codes import BAD_INPUT
from smoothdistill_core.recipe import propose

SECONDS = 5.0
"""How long a small table may take a processor."""

_cells = (
    st.text(max_size=12)
    | st.integers().map(str)
    | st.floats().map(str)
    | st.sampled_from(("", "NA", "1,5", "1.234,5", "$3", "12%", "1/2/2024", "2024-01-02", "00:10", "1e999", *NAMES))
)
_made_up = st.tuples(
    st.lists(st.lists(_cells, max_size=6), max_size=30),
    st.sampled_from((",", ";", "\t", "|", " ", "::", "\x00")),
    st.sampled_from(("\n", "\r\n", "\r", "\n\n")),
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "shift-jis")),
)


def _sound() -> pd.DataFrame:
    by = Random(0)
    rows = [
        (n, by.gauss(0, 1), by.choice(["Köln", "Ulm", "Aix"]), by.random() < 0.5, by.gauss(9, 3)) for n in range(60)
    ]
    return pd.DataFrame(rows, columns=["id", "area", "town", "new", "price"])


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def _zip(frame: pd.DataFrame) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", _csv(frame))
    return packed.getvalue()


def _parquet(frame: pd.DataFrame) -> bytes:
    return bytes(frame.to_parquet(index=False))


def _workbook(frame: pd.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.to_excel(written, index=False)
    return written.getvalue()


def _database(frame: pd.DataFrame) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        frame.to_sql("houses", database, index=False)
        return database.serialize()


WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    ".csv": _csv,
    ".tsv": lambda frame: frame.to_csv(index=False, sep="\t").encode("utf-16"),
    ".csv.gz": lambda frame: gzip.compress(_csv(frame)),
    ".csv.bz2": lambda frame: bz2.compress(_csv(frame)),
    ".csv.xz": lambda frame: lzma.compress(_csv(frame)),
    ".csv.zip": _zip,
    ".parquet": _parquet,
    ".xlsx": _workbook,
    ".db": _database,
}


class Tables(Campaign):
    """Reads tables: one of three is made up, the others are sound ones that were damaged."""

    name = "tables"
    seconds = 60.0

    def prepare(self) -> None:
        """Write a sound table in every way."""
        self.registry = Registry()
        self.sound = {ending: write(_sound()) for ending, write in WRITERS.items()}

    def case(self, number: int) -> str:
        """Have a recipe proposed for a table, and plan a study of it."""
        by = self.drawn(number)
        ending, content, target, what = self._made_up(by) if number % 3 == 2 else self._damaged(by)
        path = self.folder / f"table{ending}"
        path.write_bytes(content)
        began = time.process_time()
        try:
            verdict = self._read(path, target)
        except DataError as error:
            verdict = f"refused: {str(error)[:300]}"
        took = time.process_time() - began
        if took > SECONDS:
            raise LostError(f"{what}: took {took:.2f} s: {verdict}")
        _check_said(path, what)
        path.unlink()
        return f"{what}: {verdict}"

    def _read(self, path: Path, target: str) -> str:
        source, given = _source(path)
        proposed = propose(self.registry, source, target, given)
        text = proposed.text(self.folder) + "student: linear\nteacher: boosting\nregularizer: none\n"
        Study(recipe_from_text(text, self.registry, folder=self.folder), self.registry).plan()
        return "read"

    def _damaged(self, by: Random) -> tuple[str, bytes, str, str]:
        ending = by.choice(list(self.sound))
        content, what = damaged(self.sound[ending], by, single=by.random() < 0.4)
        return ending, content, "price", f"{ending}: {what}"

    def _made_up(self, by: Random) -> tuple[str, bytes, str, str]:
        rows, separator, end, encoding = draw(_made_up, by)
        names = ["price", *by.sample(NAMES, 4)]
        lines = [separator.join(names), *(separator.join(row) for row in rows)]
        content = end.join(lines).encode(encoding, errors="replace")
        return ".csv", content, "price", f"{len(rows)} rows between {separator!r} in {encoding}"


def _source(path: Path) -> tuple[str, dict[str, str]]:
    """Return what a table is read from, and with which options."""
    return (f"sqlite:///{path}", {"table": "houses"}) if path.suffix == ".db" else (str(path), {})


def _check_said(path: Path, what: str) -> None:
    """Raise unless the command line writes a recipe for a table, or refuses it, in words that fit a terminal."""
    source, given = _source(path)
    options = [part for option, value in given.items() for part in ("--set", f"{option}={value}")]
    out = path.with_name("proposed.yaml")
    result = CliRunner().invoke(main, ["init", source, "--target", "price", "--force", "--out", str(out), *options])
    if result.exit_code not in (0, BAD_INPUT):
        raise LostError(f"{what}: init ends with {result.exit_code}: {result.output[:500]!r}, {result.exception!r}")
    check_words(result.output, what)
