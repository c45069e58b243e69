"""`searches`: which searches a task gets: what each sees, how long it evolves, and with which operators."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smoothdistill_operon.coordinates import Coordinates

if TYPE_CHECKING:
    from smoothdistill_core import DistillationTask
    from smoothdistill_operon.student import OperonStudent

SCALED = 0.4
"""The share of the generations that a search with the data's own zero has, where there is another: laws take few."""


@dataclass(frozen=True, eq=False)
class Search:
    """One search: what it sees, its share of the generations, and the operators that it may use."""

    seen: Coordinates
    generations: int
    operators: tuple[str, ...]


def searches(task: DistillationTask, student: OperonStudent) -> list[Search]:
    """Return the searches that the option ``inputs`` asks for.

    With auto, columns that keep one sign are worth a search of their own that leaves 0 where it is. A division is left
    out where all columns change their sign: nearly each would have a pole, and be none of the answers.
    """
    if student.inputs == "standardised":
        return [Search(Coordinates.as_given(task), student.generations, student.operators)]
    scaled = Coordinates.scaled(task)
    if student.inputs == "scaled":
        return [Search(scaled, student.generations, student.operators)]
    without = tuple(name for name in student.operators if name != "div") or student.operators
    X = scaled.inputs(task.X)
    if ((X.min(axis=0) < 0.0) & (X.max(axis=0) > 0.0)).all():
        return [Search(scaled, student.generations, without)]
    few = math.ceil(SCALED * student.generations)
    deviations = Search(Coordinates.standardised(task), max(1, student.generations - few), without)
    return [Search(scaled, few, student.operators), deviations]
