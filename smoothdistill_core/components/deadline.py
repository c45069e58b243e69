"""`Deadline`: how long a search may still take, and whether that ended it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


class Deadline:
    """Comes after ``seconds``, counted from now; never where none are given.

    A search asks `is_over` between its steps, and where it is ends with the best that it has. So it was cut, which is
    remembered: what came of it is not taken for the result of a whole search.
    """

    def __init__(self, seconds: float = math.inf, *, whole: Deadline | None = None) -> None:
        self._ends = time.monotonic() + max(seconds, 0.0)
        self._whole = whole
        self.cut = False
        """Whether a search was told to end."""

    @property
    def left(self) -> float:
        """The seconds that are left; infinite without a limit."""
        own = max(self._ends - time.monotonic(), 0.0)
        return own if self._whole is None else min(own, self._whole.left)

    def end_now(self) -> None:
        """Let it be over, for its parts as well, in whichever threads they are asked."""
        self._ends = time.monotonic()

    def is_over(self) -> bool:
        """Say whether to end now."""
        if self.left > 0.0:
            return False
        self.note_cut()
        return True

    def note_cut(self) -> None:
        """Remember that the search ended before it was done: for one that keeps the time by itself."""
        self.cut = True
        if self._whole is not None:
            self._whole.note_cut()

    def within(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items that it leaves time for: the first in any case, and the next ones until it is over."""
        for place, item in enumerate(items):
            if place and self.is_over():
                return
            yield item

    def part(self, share: float) -> Deadline:
        """Return the deadline of a step that may take a ``share`` of what is left."""
        return Deadline(share * self.left, whole=self)
