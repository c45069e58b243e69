"""`unmet`: what a recipe requires and is not installed."""

from __future__ import annotations

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.hookspecs import CONTRACT
from smoothdistill_core.registry import Registry


def unmet(required: str, registry: Registry) -> tuple[str, str] | None:
    """Return what is wrong with one requirement, a plugin's or a distribution's, and the remedy; None if it is met."""
    try:
        requirement = Requirement(required)
    except (InvalidRequirement, RecursionError):  # of brackets within brackets
        return f"{required!r} is no requirement", "write a name and a version, as in smoothdistill>=0.1"
    name = canonicalize_name(requirement.name)
    installed = _versions(registry)
    version = {canonicalize_name(each): version for each, version in installed.items()}.get(name)
    if version is None:
        for plugin in registry.plugins:
            if name in map(canonicalize_name, (plugin.name, plugin.distribution)):
                wrong = f"the plugin {requirement.name!r} is {plugin.state}: {plugin.reason}"
                return wrong, "mend it, or take it out of requires"
        wrong = f"the plugin {requirement.name!r} is not installed"
        return wrong, f"pip install '{required}'; {did_you_mean(requirement.name, installed)}"
    if version and not requirement.specifier.contains(version, prereleases=True):
        return f"{requirement.name} {version} is installed, {required!r} is required", f"pip install '{required}'"
    return None


def _versions(registry: Registry) -> dict[str, str]:
    """Return the versions of the distributions and plugins that are ready, and that of the contract."""
    ready = [plugin for plugin in registry.plugins if plugin.state == "ready"]
    versions = {plugin.distribution: plugin.version for plugin in ready}
    versions |= {plugin.name: plugin.version for plugin in ready}
    return versions | {"smoothdistill-contract": str(CONTRACT)}
