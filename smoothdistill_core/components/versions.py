"""Whether the installed version of a library is one that a component was tested with, for `Component.unavailable`."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from packaging.specifiers import SpecifierSet


def untested_version(distribution: str, tested: str) -> str | None:
    """Return that a distribution's installed version is outside ``tested``, and what to install; else None.

    ``tested`` is written as for pip, as in ``">=0.6,<0.7"``: where it ends before the first release that may change
    what the component relies on, patch releases are in it and pre-releases of that one are not. Nothing is imported.
    None as well where the distribution is not installed: what then helps, the component knows better.
    """
    try:
        installed = version(distribution)
    except PackageNotFoundError:
        return None
    if SpecifierSet(tested).contains(installed, prereleases=True):
        return None
    return f"{distribution} {installed} is not a version that was tested: pip install '{distribution}{tested}'"
