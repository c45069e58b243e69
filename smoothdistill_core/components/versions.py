"""Versions of what determines numbers: Python's and those of distributions, as installed in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from packaging.specifiers import SpecifierSet

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


def untested_version(distribution: str, tested: str) -> str | None:
    """Return that a distribution's installed version is outside ``tested``, and what to install; else None.

    ``tested`` is written as for pip, as in ``">=0.6,<0.7"``: where it ends before the first release that may change
    what the component relies on, patch releases are in it and pre-releases of that one are not. Nothing is imported.
    None as well where the distribution is not installed: what then helps, the component knows better.
    """
    try:
        found = version(distribution)
    except PackageNotFoundError:
        return None
    if SpecifierSet(tested).contains(found, prereleases=True):
        return None
    return f"{distribution} {found} is not a version that was tested: pip install '{distribution}{tested}'"
