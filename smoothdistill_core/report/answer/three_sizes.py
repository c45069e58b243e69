"""`three_sizes`: the formula for a talk, the recommended one and the most accurate one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from smoothdistill_core.recipe import Choose
from smoothdistill_core.results import Answer
from smoothdistill_core.results.formula_choice import merit

TALK, RECOMMENDED, MOST_ACCURATE = "for a talk", "recommended", "most accurate"

MOST_NODES = 20
"""What is longer cannot be said aloud."""

KEPT = 0.75
"""A formula for a talk keeps this share of the recommended one's R2."""


def three_sizes(answer: Answer, choose: Choose) -> Mapping[int, str]:
    """Return what formulas of the front are called, by their place in it, the shortest first.

    That for a talk is the shortest that keeps `KEPT` of the recommended one's R2 on the part that is judged on; where
    none of at most `MOST_NODES` does, the most accurate of these, and where there is none, the shortest.
    """
    front = answer.front
    recommended = next(place for place, outcome in enumerate(front) if outcome is answer.recommended)
    worth = [merit(outcome.chosen, choose) for outcome in front]
    enough = KEPT * worth[recommended]
    short = [p for p in range(recommended + 1) if front[p].formula.inputs and front[p].nodes <= MOST_NODES]
    talk = next((place for place in short if worth[place] >= enough), max(short, default=0))
    names: dict[int, list[str]] = defaultdict(list)
    for place, name in ((talk, TALK), (recommended, RECOMMENDED), (len(front) - 1, MOST_ACCURATE)):
        names[place].append(name)
    return {place: ", ".join(names[place]) for place in sorted(names)}
