"""Versions of what determines numbers: Python's and those of distributions, as installed in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

PYTHON = "Python"


def version_of(distribution: str) -> str:
    """Return the version of an installed distribution, or ``not installed``."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def installed(distributions: Iterable[str]) -> dict[str, str]:
    """Return the version of each distribution, and that of Python under its name."""
    python = ".".join(map(str, sys.version_info[:2]))
    return {PYTHON: python, **{name: version_of(name) for name in distributions}}
