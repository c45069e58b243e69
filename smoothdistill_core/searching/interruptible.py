"""`interruptible`: compiled code of a library that runs for seconds, and must not keep Ctrl-C waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import Any, TypeVar

Result = TypeVar("Result")

POLL_SECONDS = 0.2
"""How often it looks for Ctrl-C."""


def interruptible(fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
    """Call ``fn``, which lets go of the interpreter while it runs, in a thread of its own, and wait for it.

    Python hears Ctrl-C in its main thread only, and there not before a compiled function returns. So interrupted, the
    caller is free at once, and ``fn`` comes to its end unheard; the program ends no earlier.
    """
    future: Future[Result] = Future()
    context = copy_context()

    def work() -> None:
        try:
            future.set_result(context.run(fn, *args, **kwargs))
        except BaseException as error:  # noqa: BLE001 whoever waits gets it
            future.set_exception(error)

    threading.Thread(target=work).start()
    while not wait([future], timeout=POLL_SECONDS).done:  # a signal may have woken another thread
        pass
    return future.result()
