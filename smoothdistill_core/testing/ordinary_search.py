"""One search for an ordinary task, on which most checks of a student look: what it raises is told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from smoothdistill_core.components import Candidate, Student
from smoothdistill_core.testing.contracts import Check, ConformanceError, NotCheckedError
from smoothdistill_core.testing.surroundings import restored


@dataclass(frozen=True)
class Search:
    """What a student found for the ordinary task, or how it broke the contract."""

    component: Student
    candidates: list[Candidate]
    broken: ConformanceError | None


_latest: list[Search] = []
"""The last one: the checks of a component mostly run one after another."""


def ordinary_search(component: Student, search: Callable[[Student], list[Candidate]]) -> Search:
    """Return what ``search`` gives for ``component``, or the contract that it breaks; run once in a row of checks."""
    if not _latest or _latest[0].component is not component:
        with restored():
            try:
                found = Search(component, search(component), None)
            except ConformanceError as error:
                found = Search(component, [], error)
        _latest[:] = [found]
    return _latest[0]


def where_it_succeeds(search: Callable[[Student], list[Candidate]], told_by: str) -> Callable[[Check], Check]:
    """Make a check say nothing where the ordinary search fails already, which the check ``told_by`` tells."""

    def decorate(check: Check) -> Check:
        @wraps(check)
        def checked(component: Student) -> None:
            if broken := ordinary_search(component, search).broken:
                raise NotCheckedError(f"not checked: {broken.found} ({told_by} fails for it)")
            check(component)

        return checked

    return decorate
