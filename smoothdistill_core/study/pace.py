"""`Pace`: how long cells take, by kind of work, from what was measured so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Literal, NamedTuple

from smoothdistill_core.store import CellState
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.tasks import Scoring, Task, Training, keys_of


class KindOfWork(NamedTuple):
    """What a cell's time depends on: the teacher or student that does the work, with its options, and the dataset.

    To score what it found, by whichever metrics, is work of another kind.
    """

    kind: Literal["teacher", "student", "scoring"]
    who: str
    dataset: str


def kind_of_work(task: Task) -> KindOfWork:
    """Return what the time of a task's cells depends on."""
    dataset = task.trial.dataset.label
    if isinstance(task, Scoring):
        return KindOfWork("scoring", kind_of_work(task.of).who, dataset)
    if isinstance(task, Training):
        return KindOfWork("teacher", str(task.teacher), dataset)
    return KindOfWork("student", str(task.student), dataset)


class Pace:
    """The mean time of a cell, by kind of work."""

    def __init__(self) -> None:
        self._cells: Counter[KindOfWork] = Counter()
        self._seconds: dict[KindOfWork, float] = defaultdict(float)

    @classmethod
    def measured(cls, plan: Plan, known: Mapping[str, CellState]) -> Pace:
        """Return the pace of the cells of a plan that are done."""
        pace = cls()
        tasks: list[Task] = [*plan.trainings, *plan.distillations]
        for task in tasks:
            work = kind_of_work(task)
            for key in keys_of(task):
                if key in known and known[key].state == "done" and (seconds := known[key].seconds) is not None:
                    pace.add(work, seconds)
        return pace

    def add(self, work: KindOfWork, seconds: float) -> None:
        """Take note of the time that one cell took."""
        self._cells[work] += 1
        self._seconds[work] += seconds

    def expect(self, left: Mapping[KindOfWork, int], workers: int) -> float | None:
        """Return the seconds that so many cells still take; None where one is unlike any that was measured."""
        total = 0.0
        for work, count in left.items():
            if not count:
                continue
            expected = self._expect_one(work)
            if expected is None:
                return None
            total += count * expected
        return total / workers

    def _expect_one(self, work: KindOfWork) -> float | None:
        """Return the mean of the same work on the same dataset, else of the same work on any."""
        alike = [work] if work in self._cells else [known for known in self._cells if known[:2] == work[:2]]
        cells = sum(self._cells[known] for known in alike)
        return sum(self._seconds[known] for known in alike) / cells if cells else None
