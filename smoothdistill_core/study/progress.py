"""`Progress`: how far a study is, and how long it still takes, from what was measured so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report of a running study; ``seconds_left`` is None until enough was measured.

    Two things are said once, before the first cell runs: ``changes`` is what differs from the recipe that ran in
    this folder before, ``notices`` what else there is to know (a damaged file, results outside of the plan ...).
    """

    done: int
    failed: int
    total: int
    running: tuple[str, ...]
    seconds_left: float | None
    changes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


ProgressCallback = Callable[[Progress], None]
