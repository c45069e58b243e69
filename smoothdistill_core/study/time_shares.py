"""`TimeShares`: how the time of a budget is shared among the pieces of work of a run.

Each piece may take an equal share of what is left by the time it begins, so that what one does not use is the others'.
They begin in an order that has the cheap and promising first. So where time is short it is the last that come to
nothing.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple

from smoothdistill_core.study.tasks import Distillation, Task

TO_WORK = 0.95
"""The share of a budget in which models are trained and formulas searched: then the answer is made of them."""

LEAST = 2.0
"""No piece of work is given fewer seconds than this, as long as there are so many: it would come to nothing."""

WORTH = 0.1, 0.5
"""Nothing is begun in the last tenth of the budget, or half second, whichever is shorter: it would be late only."""

GRACE = 1.0
"""So many seconds after its time is over a piece of work is stopped that did not end by itself."""

LATEST = 2.0
"""That is after so many times its share, or with the budget: who is but a little late loses nothing."""

AT_LAST = 0.3
"""So many seconds later nobody waits any more for work that nothing stops."""


class WorkTime(NamedTuple):
    """The ``seconds`` that each of several ``workers`` works."""

    seconds: float
    workers: int

    def share(self, pieces: int) -> float:
        """Return the seconds that each of so many equal pieces of work may take."""
        return self.seconds / math.ceil(pieces / self.workers)


class TimeShares:
    """Shares out ``seconds`` that began to count at ``began`` of the monotonic clock among several ``workers``."""

    def __init__(self, seconds: float, workers: int, began: float) -> None:
        self._ends = began + seconds
        self._work_ends = began + TO_WORK * seconds
        self._workers = workers
        self._worth = min(WORTH[0] * seconds, WORTH[1])
        self._first = True

    @property
    def some_left(self) -> bool:
        """Whether there is time to begin something; the first piece of work is begun in any case."""
        return self._first or self._left > self._worth

    def share(self, task: Task, waiting: int) -> float | None:
        """Return the seconds that a task may take which is to begin now, with so many others ``waiting``.

        None: it takes what it takes. That is the first one's if it is a baseline, so that there is an answer.
        """
        first, self._first = self._first, False
        if first and isinstance(task, Distillation) and task.student.baseline:
            return None
        left = self._left
        return max(WorkTime(left, self._workers).share(waiting + 1), min(left, LEAST))

    def stopped_after(self, limit: float) -> float:
        """Return the seconds after which a task that has a ``limit``, and is to begin now, is stopped."""
        return min(LATEST * limit, max(self._left, limit)) + GRACE

    def at_most(self, expected: float | None) -> float:
        """Return the seconds that a run still takes, of which so many are ``expected`` by what was measured, if any."""
        return self._left if expected is None else min(expected, self._left)

    def are_over(self) -> bool:
        """Say whether all that was begun had its time, and that in which it would have been stopped."""
        return not self._first and time.monotonic() > self._work_ends + GRACE + AT_LAST

    def is_up(self) -> bool:
        """Say whether the whole budget is used up."""
        return time.monotonic() > self._ends

    @property
    def _left(self) -> float:
        return max(self._work_ends - time.monotonic(), 0.0)
