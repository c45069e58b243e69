"""`Progress`: how far a study is, what it found, and how long it still takes, from what was measured so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from smoothdistill_core.study.best_formula import BestFormula


@dataclass(frozen=True)
class Progress:
    """One report of a running study; ``seconds_left`` is None until enough was measured.

    ``best`` is the best formula so far: of the dataset that the student worked on which finished last, where there are
    several; None as long as there is none. What was found before the run was stopped and went on counts too.

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
    best: BestFormula | None = None


ProgressCallback = Callable[[Progress], None]
