"""Hostile names of columns, categories and the target: words, pages and programs hold them as text alone."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pandas as pd
from campaign import Campaign, LostError
from click.testing import CliRunner
from drawing import draw
from hostile_texts import NAMES
from hypothesis import strategies as st

from recipes import MOST_SAID, check_words
from smoothdistill_core import DataError, Dataset, FormulaError, Registry, Results, Study, Table, hookimpl
from smoothdistill_core.cli import main
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.exports import FORMATS
from smoothdistill_core.recipe import recipe_from_data
from smoothdistill_core.report import write_report
from smoothdistill_core.testing import tiny

OFTEN = 4
"""Formulas are shown whole, in so many places: so often a long name may stand there."""


class Named(Dataset):
    """Sixty rows in which a column of every name matters."""

    name = "named"
    columns: tuple[str, str, str]
    target: str
    towns: tuple[str, str]

    def load(self) -> Table:
        """Return the table."""
        a, b = np.random.default_rng(0).normal(size=(2, 60))
        town = np.arange(60) % 3 == 0
        values = (a, b, np.where(town, *self.towns), 2 * a - b + 0.5 * town)
        frame = pd.concat([pd.Series(column) for column in values], axis=1)
        frame.columns = pd.Index([*self.columns, self.target])
        return Table(
            frame, target=self.target, categorical=(self.columns[2],), citation=self.target, licence=self.target
        )


class Names(Campaign):
    """Runs a small study of hostile names in this process, and writes all that can be written of it."""

    name = "names"
    seconds = 90.0

    def prepare(self) -> None:
        """Make a registry of what the study needs, and count the elements of a page without hostile names."""
        self.registry = Registry(block=("datasets",))
        kinds = SimpleNamespace(smoothdistill_datasets=hookimpl(_named), smoothdistill_teachers=hookimpl(_teachers))
        self.registry.register(kinds, "named")
        plain = self._run(self.folder / "plain", ["area", "year built", "town", "price", "Ulm", "Aix"])
        self.elements = self._elements_of_report(plain)

    def case(self, number: int) -> str:
        """Run the study and write everything."""
        names = self._drawn_names(self.drawn(number))
        what = ascii(names)[:300]
        folder = self.folder / str(number)
        try:
            results = self._run(folder, names)
        except DataError as error:
            return f"{what}: refused: {error}"
        if results.failed:
            raise LostError(f"{what}: {results.failed[0].reason}")
        result = CliRunner().invoke(main, ["show", str(folder)])
        if result.exit_code:
            raise LostError(f"{what}: show ends with {result.exit_code}: {result.output[:500]!r}, {result.exception!r}")
        check_words(result.output, what, MOST_SAID + OFTEN * sum(map(len, names)))
        json.loads(CliRunner().invoke(main, ["show", str(folder), "--json"]).output)
        if more := self._elements_of_report(results) - self.elements:
            raise LostError(f"{what}: the report has other elements: {more}")
        refused = [kind for kind in FORMATS if not _exported(results, kind)]
        return f"{what}: written{'; refused: ' if refused else ''}{', '.join(refused)}"

    def _run(self, folder: Path, names: list[str]) -> Results:
        *columns, target, one, other = names
        data = {
            "name": "named",
            "dataset": Named(columns=tuple(columns), target=target, towns=(one, other)),
            "teacher": "tiny",
            "regularizer": "none",
            "student": "linear",
            "distil": {"prune": False},
            "trials": {"seeds": 1},
        }
        study = Study(recipe_from_data(data, self.registry), self.registry, folder)
        return study.run(executor=CallingThread(), workers=1, progress=lambda report: None)

    def _elements_of_report(self, results: Results) -> set[tuple[str, str]]:
        page = write_report(results, self.folder / "report.html", registry=self.registry)
        return _elements(page.read_text(encoding="utf-8"))

    def _drawn_names(self, by: Random) -> list[str]:
        """Draw four columns and two towns, all different; every other one from the list."""
        names: dict[str, None] = {}
        while len(names) < 6:
            names[by.choice(NAMES) if by.random() < 0.7 else draw(st.text(max_size=20), by)] = None
        return list(names)


def _named() -> list[type[Dataset]]:
    return [Named]


def _teachers() -> list[type[tiny.TinyTeacher]]:
    return [tiny.TinyTeacher]


def _exported(results: Results, kind: str) -> bool:
    """Write the answer for another program, which runs it; return whether the format has room for such names."""
    (answer,) = results.answers.values()
    try:
        answer.recommended.explanation.export(FORMATS[kind])
    except FormulaError:
        return False
    return True


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.update((tag, name) for name, _ in (*attributes, ("", None)))


def _elements(page: str) -> set[tuple[str, str]]:
    """Return the elements of a page, each with every attribute that one of them has."""
    parser = _Elements()
    parser.feed(page)
    return parser.found
