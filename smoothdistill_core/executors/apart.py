"""`apart`: the processes of an executor that do the work of one owner only, such as a student of another's plugin."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Protocol, TypeVar, runtime_checkable

from smoothdistill_core.components import Component

Result = TypeVar("Result")

OwnerOf = Callable[[Component], str | None]
"""Says whose processes a component works in; None for those that any other may have worked in before."""


def nobody(component: Component) -> str | None:  # noqa: ARG001 one of those that say whose processes are whose
    """Let all components share processes."""
    return None


@runtime_checkable
class _KeepsApart(Protocol):
    def apart(self, owner: str) -> Executor: ...


def apart(executor: Executor, owner: str | None) -> Executor:
    """Return an executor whose work shares no process with that of others; without an ``owner``, the executor itself.

    An executor that has a method ``apart(owner)`` gives one. Others, as the calling thread, promise nothing: theirs
    is all the work.
    """
    return executor.apart(owner) if owner is not None and isinstance(executor, _KeepsApart) else executor


class OfOneOwner(Executor):
    """An executor as one owner has it: ``submit_for_owner`` takes the seconds that work may take, and the work."""

    def __init__(self, submit_for_owner: Callable[..., Future[Any]]) -> None:
        self._submit = submit_for_owner

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Run ``fn`` in a process of the owner's."""
        return self._submit(None, fn, *args, **kwargs)

    def submit_within(
        self, seconds: float | None, fn: Callable[..., Result], /, *args: Any, **kwargs: Any
    ) -> Future[Result]:
        """Run ``fn`` for at most so many seconds, if any."""
        return self._submit(seconds, fn, *args, **kwargs)
