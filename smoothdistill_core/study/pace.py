"""`Pace`: how long cells take, by kind of work, from what was measured so far.

The first piece of work of a teacher or a student in a process also pays for what is done there once: libraries are
imported, and functions compiled. It is no measure of the others, and counts as one only where nothing better is known
and little hangs on it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from statistics import median_low
from typing import Literal, NamedTuple

from smoothdistill_core.components import Role
from smoothdistill_core.store import CellState
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.stint import Stint
from smoothdistill_core.study.tasks import Scoring, Task, Training, keys_of

RECENT = 16
"""A pace is that of so many cells, the latest: a run whose cells grow slower is soon caught up with."""

LONGEST_START = 120.0
"""What is done once in a process, such as to import and to compile, takes no more seconds than this."""

DOUBT = 1 / 3
"""An expected time is told if no more than this share of it may be what is done once."""

OUTLYING = 3.0
"""Of the cells of earlier runs, those that took so many times the middle one are taken for the first in a process."""


class KindOfWork(NamedTuple):
    """What a cell's time depends on.

    ``who`` is the teacher or student that does the work, with its options. A ``sweep`` is teachers that are trained
    together, each of which takes less time than one alone. ``how`` is the penalty of a teacher, or the role of a
    student: to imitate is other work than to fit the data. To score what was found, by whichever metrics, is work of
    another kind.
    """

    kind: Literal["teacher", "sweep", "student", "scoring"]
    who: str
    dataset: str
    how: str = ""


def kind_of_work(task: Task) -> KindOfWork:
    """Return what the time of a task's cells depends on."""
    dataset = task.trial.dataset.label
    if isinstance(task, Scoring):
        return KindOfWork("scoring", kind_of_work(task.of).who, dataset)
    if isinstance(task, Training):
        return KindOfWork("teacher" if len(task.sweep) == 1 else "sweep", str(task.teacher), dataset, task.label)
    role = Role.TAUGHT if task.needs else Role.DIRECT
    return KindOfWork("student", str(task.student), dataset, role)


class Pace:
    """The mean time of a cell, by kind of work."""

    def __init__(self) -> None:
        self._seconds: dict[KindOfWork, deque[float]] = defaultdict(lambda: deque(maxlen=RECENT))
        self._first: dict[KindOfWork, deque[float]] = defaultdict(lambda: deque(maxlen=RECENT))
        """The times of the cells that were the first of their kind in a process."""
        self._experienced: dict[tuple[str, str], dict[tuple[str, int], float]] = defaultdict(dict)
        """When each process was first done with work of a teacher or student."""

    @classmethod
    def measured(cls, plan: Plan, known: Mapping[str, CellState]) -> Pace:
        """Return the pace of the cells of a plan that are done."""
        times: dict[KindOfWork, list[float]] = defaultdict(list)
        tasks: list[Task] = [*plan.trainings, *plan.distillations]
        for task in tasks:
            for key in keys_of(task):
                if key in known and known[key].state == "done" and (seconds := known[key].seconds) is not None:
                    times[kind_of_work(task)].append(seconds)
        pace = cls()
        for work, of_work in times.items():
            middle = median_low(of_work)
            for seconds in of_work:
                pace.add(work, seconds, first=len(of_work) == 1 or seconds > OUTLYING * middle)
        return pace

    def note_process(self, task: Task, stint: Stint) -> bool:
        """Take note of where a task was done; say whether it was the first like it there."""
        before = self._experienced[_doer(kind_of_work(task))].setdefault(stint.process, stint.ended)
        return stint.began < before  # as several are that begin at once in the threads of one process

    def add(self, work: KindOfWork, seconds: float, *, first: bool = False) -> None:
        """Take note of the time that one cell took; ``first``: it may hold what is done once in a process."""
        (self._first if first else self._seconds)[work].append(seconds)

    def at_most(self, left: Mapping[KindOfWork, int]) -> float | None:
        """Return the seconds that so many cells take one after the other; None where one is unlike any measured.

        Where nothing but first ones was measured they may take less.
        """
        total = 0.0
        for work, count in left.items():
            if count:
                expected = self._expect_one(work)
                if expected is None:
                    return None
                total += count * expected.seconds
        return total

    def expect(self, left: Mapping[KindOfWork, int], workers: int) -> float | None:
        """Return the seconds that so many cells still take, None where that is not known yet.

        That is so where one is unlike any that was measured, and where too much hangs on first ones: those that are
        still to come in other processes take as long, and the others take less.
        """
        total = self.at_most(left)
        if total is None:
            return None
        doubtful = 0.0
        for work, count in left.items():
            expected = self._expect_one(work)
            if expected is not None and expected.first:
                to_come = max(0, workers - len(self._experienced[_doer(work)]))
                doubtful += max(0, count - to_come) * min(expected.seconds, LONGEST_START)
        if doubtful > DOUBT * total:
            return None
        return total / max(1, min(workers, sum(left.values())))

    def _expect_one(self, work: KindOfWork) -> _Expected | None:
        """Return the mean of the same work, else of the like on the same dataset, else of the like on any."""
        like = [known for known in {**self._seconds, **self._first} if known[:2] == work[:2]]
        for alike in ([work], [known for known in like if known.dataset == work.dataset], like):
            for measured, first in ((self._seconds, False), (self._first, True)):
                times = [seconds for known in alike for seconds in measured.get(known, ())]
                if times:
                    return _Expected(sum(times) / len(times), first)
        return None


class _Expected(NamedTuple):
    """The time of a cell; ``first``: it may hold what is done once in a process."""

    seconds: float
    first: bool


def _doer(work: KindOfWork) -> tuple[str, str]:
    """Return who does the work: what it does once in a process serves all its work there."""
    return "teacher" if work.kind == "sweep" else work.kind, work.who
