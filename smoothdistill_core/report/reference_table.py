"""Reference tables: numbers of somebody else, read from a CSV file, to stand beside ours.

The file has a heading, and one of two shapes. *Long*: the columns ``dataset``, ``method``, ``metric``, ``value``, and
perhaps ``strength`` and ``of``; ``variant`` and ``block`` are other words for method and metric. *Wide*: ``dataset``,
and one column a number, called METHOD_METRIC: ``jacobian_r2``. A method may carry its strength: ``jacobian_0.3``.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from smoothdistill_core.components import Role
from smoothdistill_core.errors import DataError, ResultError, did_you_mean
from smoothdistill_core.files import read_regular
from smoothdistill_core.recipe.defaults import (
    BASELINE,
    JACOBIAN,
    LIPSCHITZ,
    SMOOTHNESS,
    SMOOTHNESS_MAX,
    SMOOTHNESS_SQUARED,
    UNPENALISED,
)

Of = Literal["teacher", "formula"]

LONG = {name: name for name in ("dataset", "method", "metric", "value", "strength", "of")}
LONG |= {"variant": "method", "block": "metric"}
NEEDED = ("dataset", "method", "metric", "value")

METHODS = {"direct_sr": Role.DIRECT.value, "jac": JACOBIAN, "lip": LIPSCHITZ}
METHODS |= dict.fromkeys(("vann", "standard", "plain"), UNPENALISED)
"""What the paper calls methods, in our words."""

METRICS = {
    "mean_jacobian_norm": SMOOTHNESS,
    "mean_squared_jacobian_norm": SMOOTHNESS_SQUARED,
    "upper_smoothness": SMOOTHNESS_MAX,
}
"""What the paper's tables call metrics, in our words."""

SHAPES = (
    "a reference table has the columns dataset, method, metric and value (and perhaps strength and of), or the column "
    "dataset and columns such as jacobian_r2"
)

P_VALUE = "p"
"""The metric that is no score: the p-value of the signed-rank test of a method against ``none``, not corrected."""


@dataclass(frozen=True)
class Entry:
    """One number of a reference table, ``strength`` None where each trial chose its own, or there is none."""

    dataset: str
    method: str
    strength: float | None
    metric: str
    of: Of
    value: float
    line: int


@dataclass(frozen=True)
class Reference:
    """A reference table and what it is called."""

    name: str
    entries: tuple[Entry, ...]


def read_reference(path: Path | str) -> Reference:
    """Read a reference table; raises `ResultError` with the line and the column of what does not fit."""
    path = Path(path)
    try:
        text = read_regular(path).decode("utf-8-sig")
    except DataError as error:
        raise ResultError(f"the reference table {error}") from None
    except UnicodeDecodeError:
        raise ResultError(f"the reference table {path} is no UTF-8 text; save it as such") from None
    lines = csv.reader(text.splitlines())
    heading = [name.strip().casefold() for name in next(lines, [])]
    if "dataset" not in heading:
        raise ResultError(f"{path}:1: there is no column 'dataset'; {SHAPES}")
    for name in heading:
        if heading.count(name) > 1:
            raise ResultError(f"{path}:1: the column {name!r} stands twice")
    rows = ((lines.line_num, row) for row in lines if any(cell.strip() for cell in row))
    wide = "value" not in heading
    reading = _wide(path, heading, rows) if wide else _long(path, heading, rows)
    entries = tuple(_with_who(reading, "of" in heading))
    if not entries:
        raise ResultError(f"{path} holds no numbers; {SHAPES}")
    _check_twice(path, entries)
    return Reference(path.name, entries)


def _long(path: Path, heading: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Entry]:
    unknown = [name for name in heading if name not in LONG]
    if unknown:
        raise ResultError(f"{path}:1: unknown column {unknown[0]!r}; {did_you_mean(unknown[0], LONG)}")
    places = {LONG[name]: place for place, name in enumerate(heading)}
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise ResultError(f"{path}:1: there is no column {missing[0]!r}; {SHAPES}")
    for line, row in rows:
        _check_length(path, line, row, heading)
        cells = {name: row[place].strip() for name, place in places.items()}
        for name in ("dataset", "method", "metric"):
            if not cells[name]:
                raise ResultError(f"{path}:{line}: the column {name!r} is empty")
        method, strength = _method(cells["method"])
        if cells.get("strength"):
            if strength is not None:
                raise ResultError(f"{path}:{line}: the strength stands in the method and in a column of its own")
            strength = _number(path, line, "strength", cells["strength"])
        of = cells.get("of", "") or "formula"
        if of not in ("teacher", "formula"):
            raise ResultError(f"{path}:{line}: the column 'of' holds {of!r}; it is 'teacher' or 'formula'")
        metric = cells["metric"].casefold()
        value = _number(path, line, "value", cells["value"])
        who: Of = "teacher" if of == "teacher" else "formula"
        yield Entry(cells["dataset"], method, strength, METRICS.get(metric, metric), who, value, line)


def _wide(path: Path, heading: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Entry]:
    meanings: dict[int, tuple[str, float | None, str]] = {}
    for place, name in enumerate(heading):
        if name == "dataset":
            continue
        what = re.fullmatch(r"(.+?)_(p|r2|rmse|mae|fidelity|complexity|\w*jacobian_norm\w*|upper_smoothness)", name)
        if what is None:
            raise ResultError(f"{path}:1: the column {name!r} is not METHOD_METRIC, such as jacobian_r2; {SHAPES}")
        method, strength = _method(what[1])
        meanings[place] = (method, strength, METRICS.get(what[2], what[2]))
    for line, row in rows:
        _check_length(path, line, row, heading)
        dataset = row[heading.index("dataset")].strip()
        if not dataset:
            raise ResultError(f"{path}:{line}: the column 'dataset' is empty")
        for place, (method, strength, metric) in meanings.items():
            if row[place].strip():  # a table may have gaps
                value = _number(path, line, heading[place], row[place])
                yield Entry(dataset, method, strength, metric, "formula", value, line)


def _with_who(entries: Iterator[Entry], told: bool) -> Iterator[Entry]:
    """Say whose numbers these are, where no column does.

    Of a formula the strength is chosen, so that a table which lists strengths is about teachers; what was found on the
    data itself has none.
    """
    found = list(entries)
    about_teachers = not told and any(entry.strength is not None for entry in found)
    for entry in found:
        alone = entry.method in (Role.DIRECT, BASELINE)
        yield replace(entry, of="teacher") if about_teachers and not alone else entry


def _method(text: str) -> tuple[str, float | None]:
    """Return our word for a method, and its strength if it carries one."""
    name = text.strip()
    with_strength = re.fullmatch(r"(.+?)[ _](\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)", name)
    strength = None
    if with_strength:
        name, strength = with_strength[1], float(with_strength[2])
    return METHODS.get(name.casefold(), name), strength


def _number(path: Path, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ResultError(f"{path}:{line}: the column {column!r} holds {text!r}, where a number belongs") from None
    if not math.isfinite(value):
        raise ResultError(f"{path}:{line}: the column {column!r} holds {text!r}; leave the line out")
    return value


def _check_length(path: Path, line: int, row: Sequence[str], heading: Sequence[str]) -> None:
    if len(row) != len(heading):
        raise ResultError(f"{path}:{line}: the line has {len(row)} cells, and the heading {len(heading)}")


def _check_twice(path: Path, entries: Sequence[Entry]) -> None:
    seen: dict[tuple[str, str, float | None, str, str], int] = {}
    for entry in entries:
        place = (comparable(entry.dataset), entry.method, entry.strength, entry.metric, entry.of)
        if place in seen:
            raise ResultError(f"{path}:{entry.line}: the same number stands on line {seen[place]} already")
        seen[place] = entry.line


def comparable(dataset: str) -> str:
    """Return a dataset's name without what writings differ in.

    >>> comparable("California Housing")
    'california_housing'
    """
    return re.sub(r"[\W_]+", "_", dataset.casefold()).strip("_")
