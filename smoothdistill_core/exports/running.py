"""`run`: execute source that this package has just written from a tree."""

from __future__ import annotations

import linecache
from itertools import count
from typing import Any

_numbers = count(1)


def run(source: str, namespace: dict[str, Any], *, kept: bool = False) -> dict[str, Any]:
    """Execute ``source`` in ``namespace`` and return it; of what is ``kept``, `inspect` can show the source."""
    file = f"<exported formula {next(_numbers)}>"
    if kept:
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace["__name__"] = "exported_formula"
    # The source is ours: written from a tree of known operators, numbers by repr, and identifiers that
    # were made, with names only in literals by repr. Nothing that a file or a user wrote is executed.
    exec(compile(source, file, "exec"), namespace)  # noqa: S102
    return namespace
