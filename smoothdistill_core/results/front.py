"""Choosing one formula of a front, by the rule that the recipe names; never on the test part."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.formula import description_length
from smoothdistill_core.recipe import Choose
from smoothdistill_core.trial import FrontEntry


def choose_formula(front: Sequence[FrontEntry], choose: Choose, rows: int) -> FrontEntry | None:
    """Return the entry that the rule chooses; ``rows`` is the size of the part that is judged on.

    An entry without a finite score comes after all others. Where poles are forbidden, entries with one are out: None
    where no other is left.
    """
    if choose.poles == "forbid":
        front = [entry for entry in front if not entry.pole]
    front = sorted(front, key=lambda entry: entry.formula.complexity)
    judged = [entry for entry in front if math.isfinite(_merit(entry, choose))]
    if not judged:
        return front[0] if front else None
    best = max(judged, key=lambda entry: _merit(entry, choose))
    if choose.formula == "simplest":
        return next(entry for entry in judged if _merit(entry, choose) >= _merit(best, choose) - choose.within)
    if choose.formula == "knee":
        return _knee(judged[: judged.index(best) + 1], choose)
    if choose.formula == "description_length":
        return min(
            judged, key=lambda entry: description_length(entry.formula, max(1.0 - _merit(entry, choose), 0.0), rows)
        )
    return best


def _knee(front: Sequence[FrontEntry], choose: Choose) -> FrontEntry:
    """Return the entry farthest above the line from the simplest to the best (Satopaa et al., 2011)."""
    first, last = front[0], front[-1]
    nodes = last.formula.complexity - first.formula.complexity
    gain = _merit(last, choose) - _merit(first, choose)
    if nodes == 0 or gain <= 0.0:
        return last if nodes == 0 else first

    def height(entry: FrontEntry) -> float:
        along = (entry.formula.complexity - first.formula.complexity) / nodes
        return (_merit(entry, choose) - _merit(first, choose)) / gain - along

    return max(front, key=height)


def _merit(entry: FrontEntry, choose: Choose) -> float:
    """Return what the formula is judged by; a student on the data has no fidelity, and is judged by R2."""
    scores = entry.scores
    return scores.get((choose.part, choose.score), scores.get((choose.part, "r2"), math.nan))
