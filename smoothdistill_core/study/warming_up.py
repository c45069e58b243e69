"""`warm_up`: what is done once in a process, before the clock of a time limit starts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, wait

from smoothdistill_core.components import Component
from smoothdistill_core.components.secret import has_secrets
from smoothdistill_core.executors import OwnerOf, apart

POLL_SECONDS = 0.2
"""How often it looks whether the study is to stop."""

_log = logging.getLogger("smoothdistill")


def warm_up(
    executor: Executor, workers: int, components: Sequence[Component], owner_of: OwnerOf, stop: threading.Event
) -> None:
    """Let each of an executor's ``workers`` import and compile what ``components`` work with.

    A component that has processes of its own (``owner_of`` says whose) is warmed up in these only, with the others.
    """
    different = list({type(component): component for component in components}.values())
    everywhere = [component for component in different if owner_of(component) is None]
    crews: dict[str | None, list[Component]] = {None: everywhere}
    for component in different:
        if (owner := owner_of(component)) is not None:
            crews[owner] = [*everywhere, component]
    begun = {apart(executor, owner).submit(_warm_up, crew) for owner, crew in crews.items() for _ in range(workers)}
    while begun and not stop.is_set():
        _, begun = wait(begun, timeout=POLL_SECONDS)


_warm: set[type[Component]] = set()
"""What this process has warmed up already."""


def _warm_up(components: Sequence[Component]) -> None:
    for component in components:
        if type(component) in _warm:
            continue
        _warm.add(type(component))
        try:
            component.warm_up()
        except Exception as error:  # noqa: BLE001 what is wrong with it is said where it is used
            _log.debug("could not warm up", exc_info=None if has_secrets(component) else error)
