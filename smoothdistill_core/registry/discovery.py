"""Which plugins are installed, in which order, and how one is loaded."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, EntryPoint, entry_points, version
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from smoothdistill_core.errors import PluginError
from smoothdistill_core.hookspecs import CONTRACT, GROUP
from smoothdistill_core.registry.containment import contained

OWN_DISTRIBUTION = "smoothdistill"
"""Its plugins are loaded first, so that a third party's clash is the third party's."""

MARK = "SMOOTHDISTILL_CONTRACT"
"""What a plugin calls the version of the contract that it needs."""


def installed() -> list[EntryPoint]:
    """Return the entry points of all plugins, our own first, each once."""

    def rank(point: EntryPoint) -> tuple[bool, str, str]:
        distribution = origin(point)[0]
        return distribution != OWN_DISTRIBUTION, distribution, point.name

    unique = {(rank(point), point.value): point for point in entry_points(group=GROUP)}
    return [point for _, point in sorted(unique.items(), key=lambda found: found[0][0])]


def origin(point: EntryPoint) -> tuple[str, str]:
    """Return the distribution and the version that a plugin comes from; empty where they are unknown."""
    return _name_and_version(point.dist) if point.dist else ("", "")


@lru_cache(maxsize=64)
def _name_and_version(distribution: Distribution) -> tuple[str, str]:
    """Return both of a distribution that may have many plugins; all its metadata are read for it."""
    return distribution.name or "", distribution.version or ""


def load(point: EntryPoint) -> object:
    """Import a plugin; raises `PluginError` where it needs another core, and for whatever its import raises."""
    contained(lambda: _check_core(point))
    check_contract(_declared_contract(point))
    try:
        return contained(point.load)
    except PluginError as error:
        raise PluginError(f"importing {point.value} failed: {error}") from error


def check_contract(needed: Any) -> None:
    """Raise `PluginError` where a plugin needs a newer contract than ours."""
    if not isinstance(needed, int):
        raise PluginError(f"{MARK} must be a whole number, not {needed!r}")
    if needed > CONTRACT:
        reason = f"it needs version {needed} of the hook contract, this core has {CONTRACT}"
        raise PluginError(f"{reason}; update smoothdistill")


def _check_core(point: EntryPoint) -> None:
    """Refuse a plugin whose distribution requires another smoothdistill (pip's ``--no-deps`` lets it in)."""
    if point.dist is None or origin(point)[0] == OWN_DISTRIBUTION:
        return
    for requirement in map(Requirement, point.dist.requires or ()):
        wanted = requirement.marker is None or requirement.marker.evaluate()
        if wanted and canonicalize_name(requirement.name) == OWN_DISTRIBUTION:
            own = version(OWN_DISTRIBUTION)
            if not requirement.specifier.contains(own, prereleases=True):
                needed = f"{OWN_DISTRIBUTION}{requirement.specifier}"
                raise PluginError(f"it needs {needed}, and {own} is installed; pip install '{needed}'")


def _declared_contract(point: EntryPoint) -> Any:
    """Return the version that a plugin's module says it needs, read from its source; ours where it says none.

    A module that needs a newer core may fail on the first line that imports what is new, which would tell
    nobody what to do; so it is asked before any of its lines is run.
    """
    if point.attr:  # an object, which says for itself what it needs
        return CONTRACT
    try:
        source = contained(lambda: _source(point.module)) or ""
        body = ast.parse(source).body if MARK in source else []
    except (PluginError, SyntaxError, ValueError):  # importing it tells what is wrong
        return CONTRACT
    return next((found for statement in reversed(body) for found in _literals(statement)), CONTRACT)


def _literals(statement: ast.stmt) -> Iterable[Any]:
    """Yield what a statement of a module assigns to the mark, if it is a literal."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if any(isinstance(target, ast.Name) and target.id == MARK for target in targets):
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Constant):
            yield value.value


def _source(module: str) -> str | None:
    """Return the source of a module; neither it nor the packages that it is in are imported."""
    spec: ModuleSpec | None = None
    path: Any = None
    for end in range(1, module.count(".") + 2):
        name = ".".join(module.split(".")[:end])
        specs = (finder.find_spec(name, path) for finder in sys.meta_path if hasattr(finder, "find_spec"))
        spec = next(filter(None, specs), None)
        if spec is None:
            return None
        path = spec.submodule_search_locations
    loader: Any = spec and spec.loader
    return loader.get_source(module) if hasattr(loader, "get_source") else None
