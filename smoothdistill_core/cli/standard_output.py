"""Standard output is for results alone: what plugins write there goes to standard error."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress


@contextmanager
def plugins_on_stderr() -> Iterator[None]:
    """While plugins are imported and asked, send standard output to standard error, file descriptor 1 included."""
    _flush()
    try:
        kept = os.dup(1)
    except OSError:  # there is none: nothing can come out of it
        with redirect_stdout(sys.stderr):
            yield
        return
    try:
        with suppress(OSError):
            os.dup2(2, 1)
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _flush()
        os.dup2(kept, 1)
        os.close(kept)


def _flush() -> None:
    """Write out what Python and C have collected, so that it goes where it was meant to go."""
    with suppress(OSError, ValueError):
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)
