"""Ctrl-C: it reaches the main thread only, which decides what it means; workers do not hear it."""

from __future__ import annotations

import signal


def hold_interrupts_back() -> None:
    """Keep Ctrl-C from this thread and the processes that it starts: the main thread decides what it means."""
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # later, with the first process, it would lift what is held back here
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def ignore_interrupts() -> None:
    """Make a worker process deaf to Ctrl-C, which a terminal sends to all processes: its parent ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
