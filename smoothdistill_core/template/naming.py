"""`Names`: what a new plugin, its package and its class are called, and which names cannot be taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec

import smoothdistill_core
from smoothdistill_core.components import CLASSES, Kind
from smoothdistill_core.errors import PluginError
from smoothdistill_core.registry import Registry

PATTERN = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
LONGEST = 30
"""So that no line of a new package becomes too long."""

READ_AS_VALUES = ("null", "true", "false")
"""Words that YAML does not read as text."""


@dataclass(frozen=True)
class Names:
    """The names in a new plugin package, all derived from one."""

    component: str
    """What recipes say, and the name of the entry point: ``my_tree``."""
    distribution: str
    """What pip installs: ``smoothdistill-my-tree``."""
    package: str
    """What Python imports: ``smoothdistill_my_tree``."""
    class_name: str
    """``MyTreeStudent``."""


def names_for(name: str, kind: Kind, registry: Registry) -> Names:
    """Return the names that follow from ``name``; raises `PluginError` where one is malformed or taken."""
    _check_form(name)
    component = name.replace("-", "_")
    class_name = "".join(word.capitalize() for word in component.removesuffix(f"_{kind}").split("_"))
    names = Names(
        component,
        f"smoothdistill-{component.replace('_', '-')}",
        f"smoothdistill_{component}",
        class_name + CLASSES[kind].__name__,
    )
    _check_free(names, kind, registry)
    return names


def _check_form(name: str) -> None:
    if len(name) > LONGEST:
        raise PluginError(f"the name {name!r} has {len(name)} characters; choose one of at most {LONGEST}")
    if not PATTERN.fullmatch(name):
        rule = "use lower-case letters, digits, and single dashes or underscores between them, a letter first"
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
        hint = f": {near!r}, for example" if PATTERN.fullmatch(near) else ""
        raise PluginError(f"{name!r} is no name for a plugin; {rule}{hint}")
    if re.match(r"smoothdistill([-_]|$)", name):
        raise PluginError(f"the name {name!r} gets 'smoothdistill' in front anyway; leave it out")
    if name in READ_AS_VALUES:
        raise PluginError(f"recipes read {name!r} as a value, not as text; choose another name")


def _check_free(names: Names, kind: Kind, registry: Registry) -> None:
    if names.component in registry.components(kind):
        owner = registry.provider(registry.get(kind, names.component))
        raise PluginError(
            f"there is a {kind} {names.component!r} already, from {owner.distribution}; choose another name"
        )
    if find_spec(names.package):
        raise PluginError(f"a package {names.package} is installed already; choose another name")
    if taken := [plugin for plugin in registry.plugins if plugin.name == names.component]:
        raise PluginError(
            f"a plugin {names.component!r} is installed already, from {taken[0].distribution}; choose another name"
        )
    if names.class_name in smoothdistill_core.__all__:
        raise PluginError(f"the class would be called {names.class_name}, which smoothdistill has; choose another name")
