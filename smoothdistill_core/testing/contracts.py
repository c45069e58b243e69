"""`Contract`: what a component promises, how a broken promise is told, and how it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest import SkipTest

from smoothdistill_core.components import Component
from smoothdistill_core.errors import SmoothdistillError, one_line

Check = Callable[[Any], None]
"""A function of one component that returns nothing, or raises `ConformanceError`.

It raises `NotCheckedError` where it has nothing to say, because another check fails: pytest skips it.
"""

Result = TypeVar("Result")

REMEDY = re.compile(
    r"\b(add|at least|at most|bring|change|choose|correct|delete|did you mean|give|install|instead|leave|lower|make"
    r"|must|needs?|only|pass|put|raise|remove|rename|run|say|set|should|try|unset|use|write)\b",
    re.IGNORECASE,
)
"""The words of which a message that says what would be right holds at least one."""


class ConformanceError(AssertionError):
    """A component breaks a contract; the message says which, what was ``found``, and how to mend it."""

    found = ""


class NotCheckedError(SkipTest):
    """A check cannot be made, since another one fails; the message says which, and the cause in one line."""


@dataclass(frozen=True)
class Contract:
    """One promise of a kind of component, in words, and what an author does about a broken one."""

    promise: str
    mend: str

    def broken(self, component: Component, found: str) -> ConformanceError:
        """Return the error that says how ``component`` breaks this contract."""
        error = ConformanceError(
            f"the {component.kind} {component} breaks a contract.\n"
            f"Contract: {self.promise}.\n"
            f"Found: {found}.\n"
            f"To mend it: {self.mend}."
        )
        error.found = found
        return error

    @contextmanager
    def kept_by(self, component: Component, doing: str) -> Iterator[None]:
        """Turn whatever is raised inside into the error of a broken contract."""
        try:
            yield
        except ConformanceError:
            raise
        except Exception as error:
            raise self.broken(component, f"{doing} raised {type(error).__name__}: {_message(error)}") from error

    def kept_or_refused(self, component: Component, doing: str, call: Callable[[], Result]) -> Result | None:
        """Return what ``call`` does, or None where the component refuses with an error that has a remedy."""
        with self.kept_by(component, doing):
            try:
                return call()
            except SmoothdistillError as error:
                if not REMEDY.search(str(error)):
                    raise self.broken(
                        component,
                        f"{doing} was refused with the message {str(error)!r}, which does not say what would be right",
                    ) from error
        return None


def _message(error: Exception) -> str:
    text = one_line(error).removeprefix(f"{type(error).__name__}: ")
    return text if len(text) <= 500 else f"{text[:500]}..."
