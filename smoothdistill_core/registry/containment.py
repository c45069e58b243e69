"""`contained`: the code of a plugin runs, and whatever it raises harms nobody else."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from smoothdistill_core.errors import PluginError, one_line

Result = TypeVar("Result")


def contained(call: Callable[[], Result]) -> Result:
    """Return what a plugin's code returns; whatever it raises, SystemExit and the like too, becomes `PluginError`.

    Only Ctrl-C goes through, also where the plugin swallows it. A KeyboardInterrupt that the plugin raises
    itself is an error like any other.
    """
    with _interrupts() as interrupts:
        try:
            result = call()
        except BaseException as error:
            if not interrupts:
                raise PluginError(one_line(error)) from error
        if interrupts:
            raise interrupts[0]
    return result


@contextmanager
def _interrupts() -> Iterator[list[BaseException]]:
    """Collect what the handler of Ctrl-C raises meanwhile, so that it can be told from what a plugin raises."""
    raised: list[BaseException] = []
    handler: Any = signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: FrameType | None) -> None:
        try:
            handler(number, frame)
        except BaseException as error:
            raised.append(error)
            raise

    try:
        if callable(handler):
            signal.signal(signal.SIGINT, handle)
    except ValueError:  # Ctrl-C is delivered to the main thread, and this is another
        handler = None
    try:
        yield raised
    finally:
        if callable(handler):
            signal.signal(signal.SIGINT, handler)
