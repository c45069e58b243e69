"""`Keeping`: what a search has so far, handed on in case that its time limit has to kill it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from smoothdistill_core.components import Candidate

SHARE = 0.1
"""At most this share of a search goes into checking and scoring what it has so far."""


class Keeping:
    """Takes the candidates that a search has so far, and hands them on; not each time where that takes long."""

    def __init__(self, hand_on: Callable[[Sequence[Candidate]], None]) -> None:
        self._hand_on = hand_on
        self._not_before = 0.0

    def __call__(self, candidates: Sequence[Candidate]) -> None:
        """Hand them on, unless the last ones have taken too long for that."""
        began = time.monotonic()
        if began < self._not_before:
            return
        self._hand_on(candidates)
        ended = time.monotonic()
        self._not_before = ended + (ended - began) * (1.0 / SHARE - 1.0)
