"""`read_suite`: the laws of a CSV file, one a line; what is wrong with any is told with its line and column."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from smoothdistill_core import DataError
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.files import read_regular

MOST_BYTES = 16 * 2**20
"""A file of laws may be so large."""

NEEDED = ("name", "target", "formula", "ranges")
"""The columns of every file."""

OF_SYSTEMS = ("system", "state", "time")
"""The columns of a file that has laws of systems; empty where a law is none of a system."""


@dataclass(frozen=True)
class SuiteLaw:
    """A line of the file: a law, or the derivative of one ``state`` of a ``system``, which has a line for each state.

    ``ranges`` are those of the inputs, or those that the states of a system begin in; ``time`` is how long its
    trajectories last. ``units`` and the texts after it may be empty; ``licence`` and ``source`` are for people.
    """

    place: str
    """The file and the number of the line."""
    name: str
    target: str
    formula: str
    ranges: Mapping[str, Any]
    system: str = ""
    state: str = ""
    time: float = math.nan
    units: Mapping[str, Any] = field(default_factory=dict)
    target_units: str = ""
    licence: str = ""
    source: str = ""

    @property
    def all_units(self) -> dict[str, Any]:
        """The units of inputs and target, by their names, as far as they are known."""
        return {**self.units, **({self.target: self.target_units} if self.target_units else {})}

    def wrong(self, column: str, what: str) -> str:
        """Return the message on what is wrong in a column."""
        return f"{self.place}: column {column!r} of {self.name}: {what}"


def shipped_suites() -> dict[str, Traversable]:
    """Return the files that come with this package, by the names of their suites."""
    folder = files("smoothdistill_laws") / "suites"
    found = {file.name.removesuffix(".csv"): file for file in folder.iterdir() if file.name.endswith(".csv")}
    return dict(sorted(found.items()))


def read_suite(file: Traversable) -> tuple[SuiteLaw, ...]:
    """Return the laws of a file in their order; raises `DataError` with a line for each thing that is wrong.

    What the laws themselves say is not looked at, only that each is there.
    """
    content = read_regular(file, MOST_BYTES) if isinstance(file, Path) else file.read_bytes()
    try:
        lines = _lines(content.decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    _, header = next(lines, ("", []))
    _check_header(header, str(file))
    laws: list[SuiteLaw] = []
    problems = []
    for place, cells in lines:
        try:
            laws.append(_law(place, header, cells, laws))
        except DataError as error:
            problems.append(str(error))
    if not problems:
        problems = [problem for law in laws if law.system for problem in _of_system(law, laws)]
    if problems:
        raise DataError("\n".join(problems))
    if not laws:
        raise DataError(f"{file}: there is a header but no law; add lines")
    return tuple(laws)


def _lines(text: str, name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the cells of each line that is not blank, with its place; a cell in quotes may go on in the next lines."""
    reader = csv.reader(io.StringIO(text), strict=True)
    first = 1
    try:
        for cells in reader:
            if len(cells) > 1 or "".join(cells).strip():
                yield f"{name}:{first}", [cell.strip() for cell in cells]
            first = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{name}:{first}: {error}; a field with commas or quotes needs quotes, doubled within"
        ) from error


def _check_header(header: Sequence[str], name: str) -> None:
    if not header:
        raise DataError(f"{name} is empty; it needs a header line and a line for each law")
    if twice := [column for column in header if column and header.count(column) > 1]:
        raise DataError(f"{name}:1: two columns are called {twice[0]!r}; rename one")
    needed = (*NEEDED, *(OF_SYSTEMS if set(OF_SYSTEMS) & set(header) else ()))
    for column in needed:
        if column not in header:
            raise DataError(
                f"{name}:1: there is no column {column!r}; add it, or rename one ({did_you_mean(column, header)})"
            )


def _law(place: str, header: Sequence[str], cells: Sequence[str], before: Sequence[SuiteLaw]) -> SuiteLaw:
    if len(cells) != len(header):
        counted = f"{len(cells)} fields, where the header has {len(header)}"
        raise DataError(f"{place}: {counted}; put a field that holds a comma in quotes")
    row = dict(zip(header, cells, strict=True))
    for column in NEEDED:
        if not row[column]:
            raise DataError(f"{place}: column {column!r} is empty; every law needs one")
    for law in before:
        if law.name == row["name"]:
            raise DataError(f"{place}: column 'name': {row['name']!r} stands in {law.place} too; name each law once")
    law = SuiteLaw(
        place,
        row["name"],
        row["target"],
        row["formula"],
        _mapping(place, "ranges", row["ranges"]),
        units=_mapping(place, "units", row["units"]) if row.get("units") else {},
        target_units=row.get("target_units", ""),
        licence=row.get("licence", ""),
        source=row.get("source", ""),
    )
    if not any(row.get(column) for column in OF_SYSTEMS):
        return law
    for column in OF_SYSTEMS:
        if not row[column]:
            raise DataError(law.wrong(column, f"is empty; a law of a system needs {', '.join(OF_SYSTEMS)}"))
    return replace(law, system=row["system"], state=row["state"], time=_number(law, "time", row["time"]))


def _mapping(place: str, column: str, text: str) -> Mapping[str, Any]:
    example = '{"q": [1, 5], "r": [1, 5]}' if column == "ranges" else '{"q": "C", "r": "m"}'

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if twice := [name for name in names if names.count(name) > 1]:
            raise DataError(f"{place}: column {column!r}: {twice[0]!r} stands twice; keep one")
        return dict(pairs)

    try:
        read = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        wrong = f"is no JSON at character {error.pos + 1}: {error.msg}"
        raise DataError(f"{place}: column {column!r} {wrong}; write it as in {example}") from None
    except RecursionError:
        raise DataError(f"{place}: column {column!r} is nested too deeply; write it as in {example}") from None
    if not isinstance(read, dict):
        raise DataError(f"{place}: column {column!r} is no JSON object; write it as in {example}")
    return read


def _number(law: SuiteLaw, column: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise DataError(law.wrong(column, f"{text!r} is no number; write one")) from None


def _of_system(law: SuiteLaw, laws: Sequence[SuiteLaw]) -> Iterator[str]:
    """Yield in what a law differs from those before it in its system."""
    for other in laws[: laws.index(law)]:
        if other.system != law.system:
            continue
        if other.state == law.state:
            yield law.wrong("state", f"{law.state!r} has its derivative in {other.place} already; name another")
        for column in ("ranges", "time"):
            if getattr(other, column) != getattr(law, column):
                yield law.wrong(column, f"is not as in {other.place}; a system has one")
