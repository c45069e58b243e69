"""`Portraying`: which portrait an answer is to have, and whether the one that is kept is it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smoothdistill_core.components import Part, digest
from smoothdistill_core.results.answer import Answer
from smoothdistill_core.store import PortraitRecord

REVISION = 1
"""Raise it when portraits are drawn otherwise than before."""

Drawn = Mapping[str, PortraitRecord]
"""The portraits of a run, by dataset."""


@dataclass(frozen=True)
class Portraying:
    """An answer that is to be drawn at rows of a ``part`` of its recommended formula's trial."""

    dataset: str
    answer: Answer
    part: Part
    determined_by: str
    """Stands for everything that the portrait depends on."""

    @classmethod
    def of(cls, dataset: str, answer: Answer) -> Portraying:
        """Return the task of drawing an answer: on the test part, where its formulas have test scores."""
        taken = answer.recommended
        parts: tuple[Part, ...] = ("test", "validation", "train")
        if not any(part == "test" for part, _ in taken.scores):
            parts = ("validation", "test", "train")  # where there are no other rows, those that others chose on
        part: Part = next((part for part in parts if taken.trial.rows(part)), "train")
        which = [(outcome.cell.key, outcome.place) for outcome in (taken, *answer.front)]
        return cls(dataset, answer, part, digest({"revision": REVISION, "formulas": which, "part": part}))

    def done(self, drawn: Drawn) -> bool:
        """Say whether the portrait is there."""
        record = drawn.get(self.dataset)
        return record is not None and record.drawn == self.determined_by
