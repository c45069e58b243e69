"""The Pareto front: of all that a search found, what no other is both simpler and more accurate than."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

Member = TypeVar("Member")


def front(
    members: Iterable[Member],
    *,
    size: Callable[[Member], float],
    error: Callable[[Member], float],
    below: float = math.inf,
    worth: float = 0.0,
    exact: float = 0.0,
    accept: Callable[[Member], bool] | None = None,
) -> list[Member]:
    """Return the members that have less error than all simpler ones, the simplest first.

    ``size`` and ``error`` say what a member costs (the complexity of its formula, for example) and how far off it is,
    from 0 on; a member whose error is nan is in no front. ``below`` is the error that the first has to beat, that of
    the best constant for example. Each further one has to lower the error by more than the share ``worth`` of it, and
    errors below ``exact`` are as good as one another. ``accept`` refuses members, and is asked only of those that
    would be in the front, because it may take long. Of several members of equal size and error the first stays.
    """
    found = [(size(member), error(member), member) for member in members]
    chosen: list[Member] = []
    least = below
    for _, off, member in sorted((each for each in found if not math.isnan(each[1])), key=lambda each: each[:2]):
        if max(off, exact) < least * (1.0 - worth) and (accept is None or accept(member)):
            chosen.append(member)
            least = max(off, exact)
    return chosen
