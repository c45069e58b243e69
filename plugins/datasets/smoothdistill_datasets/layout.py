"""`layout_of`: where the header of a text file stands and what separates its columns, told by the target's name."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from smoothdistill_core import DataError
from smoothdistill_core.columns import MOST_COLUMNS, Numerals, too_many_columns
from smoothdistill_core.errors import did_you_mean

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What usually separates columns, and what it is called."""

WHITESPACE = "whitespace"
"""The separator of columns between which stand blanks or tabs, one or more."""

LINES = 500
"""So many lines are looked at; the others are checked when the file is read."""

BYTES = 2**24


def layout_of(text: IO[bytes], target: str, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the options `separator`, `skip_rows`, `names` and `drop` (what has no name), those that are needed.

    The header is the first line with the name of the target as a field, such that all further lines have as many
    fields. A file that begins with numbers has no header: its columns are called column_1 and on. Raises `DataError`
    where there is no such line.
    """
    head = text.read(BYTES).decode("utf-8", errors="replace").removeprefix("\ufeff")
    lines = head.splitlines(keepends=True)
    lines = lines[:LINES] if len(lines) > LINES else lines
    if not "".join(lines).strip():
        raise DataError(f"{path} is empty; it needs a header line and rows of data")
    separators = [given["separator"]] if "separator" in given else [*SEPARATORS, WHITESPACE]
    tables = {separator: _fields(lines, separator) for separator in separators}
    found = {
        separator: place
        for separator, rows in tables.items()
        if (place := _header(rows, target, given.get("skip_rows"))) is not None
    }
    if "separator" not in given and not _between_blanks(tables, found):
        del tables[WHITESPACE]
        found.pop(WHITESPACE, None)
    if not found or "names" in given:
        return _without_header(tables, target, given, path)
    separator = max(found, key=lambda each: (_even(tables[each], found[each]), _width(tables[each], found[each])))
    rows, place = tables[separator], found[separator]
    header = rows[place][1]
    if len(header) > MOST_COLUMNS:
        raise too_many_columns(len(header), str(path))
    above = [fields for _, fields in rows[:place] if "".join(fields).strip() or len(fields) > 1]
    skip = given.get("skip_rows", rows[place - 1][0] if above else 0)
    options: dict[str, Any] = {"separator": separator, "skip_rows": skip}
    if repeated := {name for name, count in Counter(header).items() if count > 1 and name}:
        if target in repeated:
            raise DataError(f"{path}: there are several columns {target!r}; rename the one that is meant")
        return {**options, "skip_rows": rows[place][0], "names": _distinct(header)}
    unnamed = [f"Unnamed: {number}" for number, name in enumerate(header) if not name]
    return {**options, **({"drop": unnamed} if unnamed else {})}


def fields_of(lines: Iterable[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of each row with the number of the line that it ends in; raises `csv.Error`."""
    if separator == WHITESPACE:  # a blank at the end of a line separates nothing
        lines, separator = (line.replace("\t", " ").rstrip(" \r\n") + "\n" for line in lines), " "
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    for fields in reader:
        yield reader.line_num, fields


def _between_blanks(tables: Mapping[str, list[tuple[int, list[str]]]], found: Mapping[str, int]) -> bool:
    """Say whether blanks separate: where nothing else may, or all lines have as many fields by them alone."""
    alone = not any(len(fields) > 1 for separator in SEPARATORS for _, fields in tables[separator])
    if WHITESPACE in found:
        others = [each for each in found if each != WHITESPACE and _even(tables[each], found[each])]
        return alone or (not others and _even(tables[WHITESPACE], found[WHITESPACE]))
    rows = tables[WHITESPACE]
    return alone and len(rows) > 1 and len(rows[0][1]) > 1 and _even(rows, 0)


def _fields(lines: list[str], separator: str) -> list[tuple[int, list[str]]]:
    """Return the fields of each line, with the number of the line that they end in."""
    rows = []
    try:
        for number, fields in fields_of(io.StringIO("".join(lines), newline=""), separator):
            rows.append((number, fields))
            if len(fields) > MOST_COLUMNS:
                break
    except csv.Error:
        pass
    return rows


def _header(rows: list[tuple[int, list[str]]], target: str, skip: int | None) -> int | None:
    """Return the place of the first row that holds the name of the target, beside other names."""
    first = 0 if skip is None else sum(number <= skip for number, _ in rows)
    return next(
        (
            place
            for place, (_, fields) in enumerate(rows)
            if place >= first and target in fields[1:] + fields[:1] and len(fields) > 1
        ),
        None,
    )


def _even(rows: list[tuple[int, list[str]]], place: int) -> bool:
    """Say whether all rows below have as many fields as the header; the last one may be cut off."""
    width = len(rows[place][1])
    return all(len(fields) == width for _, fields in rows[place + 1 : -1] if len(fields) > 1 or "".join(fields).strip())


def _width(rows: list[tuple[int, list[str]]], place: int) -> int:
    return len(rows[place][1])


def _without_header(
    tables: dict[str, list[tuple[int, list[str]]]], target: str, given: Mapping[str, Any], path: Path
) -> dict[str, Any]:
    """Return the options of a file that has no header; raises `DataError` where the target is misspelt instead."""
    filled = {sep: [row for row in rows if len(row[1]) > 1] for sep, rows in tables.items()}
    separator = max(filled, key=lambda each: (_evenness(filled[each]), len(filled[each][0][1]) if filled[each] else 0))
    rows = filled[separator]
    if not rows:
        only = next(iter(tables.values()))[0][1]
        raise DataError(
            f"{path}: there is only one column, {only[0] if only else ''!r}; a target and a feature are needed"
        )
    first = rows[0][1]
    if len(first) > MOST_COLUMNS:
        raise too_many_columns(len(first), str(path))
    names = list(given.get("names") or [f"column_{place}" for place in range(1, len(first) + 1)])
    if "names" not in given and any(name.strip() and not _number(name) for name in first):
        raise DataError(f"{path}: target names no column {target!r}; {did_you_mean(target, first)}")
    if target not in names:
        raise DataError(
            f"{path}: the first line holds numbers ({', '.join(first[:3])} ...), so that there is no header; give the "
            f"target as one of {names[0]} to {names[-1]}, or name the columns: names: [...]"
        )
    return {"separator": separator, "names": names}


def _evenness(rows: list[tuple[int, list[str]]]) -> int:
    """Return how many rows have as many fields as the commonest row has."""
    widths = Counter(len(fields) for _, fields in rows)
    return max(widths.values(), default=0)


def _number(text: str) -> bool:
    import pandas as pd

    values = pd.Series([text], dtype=str)
    return any(Numerals(mark, group).are(values).all() for mark, group in ((".", ","), (",", ".")))


def _distinct(header: list[str]) -> list[str]:
    """Return names that are distinct: area, area_2."""
    names: dict[str, None] = {}
    numbers: Counter[str] = Counter()
    for place, name in enumerate(header, start=1):
        wanted = base = name or f"column_{place}"
        while wanted in names:
            numbers[base] += 1
            wanted = f"{base}_{numbers[base] + 1}"
        names[wanted] = None
    return list(names)
