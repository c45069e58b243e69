"""`Progress`: how far a study is, and how long it still takes, from what was measured so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report of a running study; ``seconds_left`` is None until enough was measured.

    ``changes`` says, in the first report, what differs from the recipe that ran in this folder before.
    """

    done: int
    failed: int
    total: int
    running: tuple[str, ...]
    seconds_left: float | None
    changes: tuple[str, ...] = ()


ProgressCallback = Callable[[Progress], None]

KindOfWork = tuple[str, str]
"""What a cell's time depends on: what is done, on which dataset."""


class Pace:
    """The mean time of a cell, by kind of work."""

    def __init__(self) -> None:
        self._cells: Counter[KindOfWork] = Counter()
        self._seconds: dict[KindOfWork, float] = defaultdict(float)

    def add(self, work: KindOfWork, seconds: float) -> None:
        """Take note of the time that one cell took."""
        self._cells[work] += 1
        self._seconds[work] += seconds

    def expect(self, left: Iterable[KindOfWork], workers: int) -> float | None:
        """Return the seconds that the cells still take; None where one is unlike any that was measured."""
        total = 0.0
        for work, count in Counter(left).items():
            expected = self._expect_one(work)
            if expected is None:
                return None
            total += count * expected
        return total / workers

    def _expect_one(self, work: KindOfWork) -> float | None:
        """Return the mean of the same work on the same dataset, else of the same work on any."""
        alike = [work] if work in self._cells else [known for known in self._cells if known[0] == work[0]]
        cells = sum(self._cells[known] for known in alike)
        return sum(self._seconds[known] for known in alike) / cells if cells else None
