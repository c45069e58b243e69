"""`installed`: the versions that determine numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

PYTHON = "Python"


def installed(distributions: Iterable[str]) -> dict[str, str]:
    """Return the version of each distribution in this process, and that of Python under its name."""
    versions = {PYTHON: ".".join(map(str, sys.version_info[:2]))}
    for name in distributions:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "none"
    return versions
