"""What a process has freed goes back to the system at once, where the C library would keep it for later."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Return freed memory to the system. After a large table the C library of Linux keeps more than the table was."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
    if trim is not None:
        trim(0)
