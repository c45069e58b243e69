"""`three_sizes`: the formula for a talk, the recommended one and the most accurate one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from smoothdistill_core.results import Answer

TALK, RECOMMENDED, MOST_ACCURATE = "for a talk", "recommended", "most accurate"

MOST_NODES = 20
"""What is longer cannot be said aloud."""


def three_sizes(answer: Answer) -> Mapping[int, str]:
    """Return what formulas of the front are called, by their place in it, the shortest first.

    That for a talk is the most accurate with at most half the nodes of the recommended one, and at most `MOST_NODES`;
    where there is none, the shortest that has an input.
    """
    front = answer.front
    recommended = next(place for place, outcome in enumerate(front) if outcome is answer.recommended)
    room = min(front[recommended].formula.complexity // 2, MOST_NODES)
    with_input = [place for place, outcome in enumerate(front) if outcome.formula.inputs] or [recommended]
    short = [place for place in with_input if front[place].formula.complexity <= room]
    names: dict[int, list[str]] = defaultdict(list)
    for place, name in (
        (short[-1] if short else min(with_input[0], recommended), TALK),
        (recommended, RECOMMENDED),
        (len(front) - 1, MOST_ACCURATE),
    ):
        names[place].append(name)
    return {place: ", ".join(names[place]) for place in sorted(names)}
