"""`send_interim`: what a task in a worker has so far; it counts as its outcome where its time limit ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_sending = threading.Lock()
"""Held while one thread of a worker sends."""

_send: Callable[[Any], None] | None = None
"""Takes what is sent to whoever waits for the task of this process; None where nobody does."""


def send_interim(outcome: Any) -> None:
    """Send what there is so far to whoever waits for the task of this worker; elsewhere nothing comes of it."""
    with _sending:
        if _send is not None:
            _send(outcome)


def send_with(send: Callable[[Any], None] | None) -> None:
    """Let outcomes be sent this way, or none any more once this returns."""
    global _send
    with _sending:
        _send = send
