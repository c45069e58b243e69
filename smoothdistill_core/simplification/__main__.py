"""The process in which sympy works: requests come as JSON lines on stdin, ever shorter formulas go to stdout.

A request is ``{"id": 1, "tree": "[...]", "seconds": 2.0}``; the answers are ``{"id": 1, "tree": "[...]"}``, any
number of them, then ``{"id": 1, "done": true}``. The process ends when stdin does, also in the middle of work.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

MEMORY = 4 * 2**30
"""Bytes of address space that the process may take, where the system has such a limit."""

SHARE = 0.2
"""The share of its seconds that a single rewriting may take."""


class OutOfTime(BaseException):
    """Raised by the timer in the middle of whatever runs; no ``except Exception`` of a library catches it."""


def main() -> None:
    """Answer requests until stdin ends."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever prints does not get among the answers
    _bound_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _out_of_time)

    import sympy  # noqa: F401 - before the first request, so that its time counts for none

    from smoothdistill_core.simplification.search import shorter

    requests = _requests()
    _answer(answers, {"ready": True})
    while True:
        request = requests.get()
        deadline = time.monotonic() + request["seconds"]
        # whatever happens, what was found by then has been told
        with contextlib.suppress(Exception, OutOfTime):
            _work(request, deadline, answers, shorter)
        _timer(0.0)
        _answer(answers, {"id": request["id"], "done": True})


def _work(request: dict[str, Any], deadline: float, answers: int, shorter: Callable[..., Any]) -> None:
    from smoothdistill_core.formula import Formula

    def attempt(rewriting: Callable[[Any], Any], part: Any) -> Any:
        left = deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        try:
            _timer(min(left, SHARE * request["seconds"]))
            try:
                return rewriting(part)
            finally:
                _timer(0.0)
        except (Exception, OutOfTime):  # noqa: BLE001 - sympy fails in many ways; then this rewriting gives nothing
            return None

    for found in shorter(Formula.from_json(request["tree"]), attempt):
        _answer(answers, {"id": request["id"], "tree": found.to_json()})


def _timer(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _out_of_time(*_: object) -> None:
    raise OutOfTime


def _bound_memory() -> None:
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard < 0 else min(MEMORY, hard), hard))
    except (ImportError, AttributeError, ValueError, OSError):
        pass  # not every system has the limit


def _requests() -> queue.Queue[dict[str, Any]]:
    """Return a queue that a thread fills from stdin; when stdin ends, the process ends at once."""
    requests: queue.Queue[dict[str, Any]] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            requests.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return requests


def _answer(answers: int, content: dict[str, Any]) -> None:
    data = json.dumps(content).encode() + b"\n"
    while data:
        data = data[os.write(answers, data) :]


if __name__ == "__main__":
    main()
