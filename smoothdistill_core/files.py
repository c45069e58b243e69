"""Files that a person names: regular ones under a limit of size, and standard input; nothing that is without end."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from smoothdistill_core.errors import DataError

STANDARD_INPUT = "-"
"""The name of standard input on the command line."""

MOST_BYTES = 4 * 2**30
"""A file of data may be so large, unpacked."""

RAISED = "SMOOTHDISTILL_MOST_BYTES"
"""The environment variable that lets any file be as large as it says."""


def limit(most: int = MOST_BYTES) -> int:
    """Return how many bytes are read at most: ``most``, or what the environment raises it to."""
    told = os.environ.get(RAISED, "0")
    try:
        return max(most, int(told))
    except ValueError:
        raise DataError(
            f"{RAISED} is {shortened(told)!r}; set it to a number of bytes, {2 * most} for example"
        ) from None


def open_regular(path: Path, most: int = MOST_BYTES) -> IO[bytes]:
    """Open a regular file, or a link to one; raises `DataError`, in one line, for anything else.

    A pipe or a device may be without end, or wait for ever; a file over ``most`` bytes is refused before it is read.
    """
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise DataError(f"{path} is a folder; name a file in it")
        if not stat.S_ISREG(facts.st_mode):
            raise DataError(f"{path} is a pipe or a device, and no file; save what it gives to a file, and name that")
        if facts.st_size > limit(most):
            raise DataError(
                f"{path} has {facts.st_size:,} bytes, and at most {limit(most):,} are read; give a smaller file, or "
                f"set {RAISED}"
            )
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{shortened(path)}: cannot be read ({error.strerror}); name a readable file") from None


def read_regular(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return what a regular file holds; raises `DataError` as `open_regular` does, and where it changes meanwhile."""
    with open_regular(path, most) as file:
        before = fingerprint_of(file)
        content = file.read(limit(most) + 1)
        if fingerprint_of(file) != before or len(content) > limit(most):
            raise changed(path)
    return content


def read_standard_input(most: int = MOST_BYTES) -> bytes:
    """Return all of standard input; raises `DataError` where it has more than ``most`` bytes."""
    content = sys.stdin.buffer.read(limit(most) + 1)
    if len(content) > limit(most):
        raise DataError(
            f"standard input gives more than {limit(most):,} bytes; save a part of it to a file and name that, or set "
            f"{RAISED}"
        )
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all, in the place of what has its name; raises `OSError`.

    It is written beside, under a name that nobody can know before: no link is followed. What a person names in /dev,
    standard output for example, is written to as it is.
    """
    if path.parent.resolve().parts[1:2] == ("proc",) or path.parent.resolve() == Path("/dev"):
        path.write_bytes(content)
        return
    beside = path.with_name(f".{secrets.token_hex(16)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def is_there(path: Path) -> bool:
    """Say whether there is anything of this name; of a name that no file can have, there is not."""
    try:
        return path.exists()
    except OSError:
        return False


def fingerprint_of(file: IO[bytes]) -> tuple[int, int]:
    """Return what changes when somebody writes to an open file: its size, and the time of the last change."""
    facts = os.fstat(file.fileno())
    return facts.st_size, facts.st_mtime_ns


def changed(path: Path) -> DataError:
    """Return the error of a file that was written to while it was read."""
    return DataError(f"{path} changed while it was read; wait until it is written, and start again")


def shortened(path: Path | str) -> str:
    """Return a path for a message, its middle left out where it is too long for a line."""
    text = str(path)
    return text if len(text) <= 200 else f"{text[:100]}...{text[-60:]}"
