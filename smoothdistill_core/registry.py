"""`Registry`: finds plugins, keeps the broken ones out, and turns names into component classes."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any, Literal

import pluggy
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import PydanticUserError

from smoothdistill_core import hookspecs
from smoothdistill_core.components import CLASSES, KINDS, Component, Kind
from smoothdistill_core.errors import PluginError, did_you_mean, one_line
from smoothdistill_core.hookspecs import CONTRACT, DEPRECATED, GROUP

OWN_DISTRIBUTION = "smoothdistill"
"""Its plugins are loaded first, so that a third party's clash is the third party's."""

State = Literal["ready", "broken", "duplicate", "blocked"]


@dataclass(frozen=True)
class Plugin:
    """One plugin that was found: where it comes from, whether it is in use, and if not, why."""

    name: str
    distribution: str
    version: str
    state: State
    reason: str = ""
    components: tuple[type[Component], ...] = field(default=(), repr=False)


class Registry:
    """The plugins and components that one application sees. There is no global registry.

    ``block`` names plugins that are found but not loaded; ``discover=False`` starts empty, for tests
    and for toolkits that `register` their plugins themselves. No plugin can make this fail: what is
    wrong with one stands in `plugins`.
    """

    def __init__(self, *, block: Iterable[str] = (), discover: bool = True) -> None:
        self._block = frozenset(block)
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._plugins: dict[str, Plugin] = {}
        self._components: dict[Kind, dict[str, type[Component]]] = {kind: {} for kind in KINDS}
        if discover:
            for point in _entry_points():
                self._discover(point)

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """All plugins that were found, in the order in which they were."""
        return tuple(self._plugins.values())

    def register(self, plugin: object, name: str, distribution: str = "", version: str = "") -> Plugin:
        """Add a plugin (a module or an object with hooks) by hand and return how that went."""
        if refused := self._refuse(name, distribution, version):
            return refused
        try:
            components = tuple(self._components_of(plugin, name))
        except (Exception, SystemExit) as error:  # noqa: BLE001 a plugin may raise anything; it is listed, no more
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            return self._list(name, distribution, version, "broken", one_line(error))
        for place, component in enumerate(components):
            if (component.kind, component.name) in ((other.kind, other.name) for other in components[:place]):
                self._manager.unregister(name=name)
                reason = f"it provides the {component.kind} {component.name!r} twice"
                return self._list(name, distribution, version, "broken", reason)
            if owner := self._owner(component.kind, component.name):
                self._manager.unregister(name=name)
                reason = f"its {component.kind} {component.name!r} is already provided by {_provider(owner)}"
                return self._list(name, distribution, version, "duplicate", reason)
        for component in components:
            self._components[component.kind][component.name] = component
        return self._list(name, distribution, version, "ready", components=components)

    def components(self, kind: Kind) -> dict[str, type[Any]]:
        """Return the component classes of a kind by name, sorted."""
        return dict(sorted(self._components[kind].items()))

    def get(self, kind: Kind, name: str) -> type[Any]:
        """Return a component class, be it `usable` or not; an unknown name raises `PluginError` with near names."""
        found = self._components[kind].get(name)
        if found is None:
            raise PluginError(f"there is no {kind} {name!r}; {self.remedy(kind, name)}")
        return found

    def usable(self, kind: Kind, name: str) -> type[Any]:
        """Return a component class that can work here; else raise `PluginError` with the reason and the remedy."""
        component = self.get(kind, name)
        if reason := self.unavailable(component):
            raise PluginError(f"the {kind} {name!r} is unavailable: {reason}")
        return component

    def unavailable(self, component: type[Component]) -> str | None:
        """Return why a component cannot work on this machine, in one line with the remedy; None where it can.

        One that fails to answer is unavailable, for that failure.
        """
        try:
            reason = component.unavailable()
        except (Exception, SystemExit) as error:  # noqa: BLE001 a plugin may raise anything; it is told, no more
            return f"whether it can work here is unknown, because asking raised {one_line(error)}"
        return " ".join(str(reason).split()) if reason else None

    def provider(self, component: type[Component]) -> Plugin:
        """Return the plugin that a component class came with."""
        owner = self._owner(component.kind, component.name)
        if owner is None:
            raise PluginError(f"the {component.kind} {component.name!r} is in no plugin of this registry")
        return owner

    def remedy(self, kind: Kind, name: str) -> str:
        """Say what to do about an unknown name: near names, another kind's name, plugins not in use."""
        hints = [did_you_mean(name, self._components[kind])]
        hints += [f"{name!r} is a {other}" for other in KINDS if other != kind and name in self._components[other]]
        idle = [plugin for plugin in self.plugins if plugin.state != "ready"]
        hints += [f"the plugin {plugin.name!r} is {plugin.state}: {plugin.reason}" for plugin in idle]
        return "; ".join(hints)

    def _discover(self, point: EntryPoint) -> None:
        distribution = point.dist.name if point.dist else ""
        version = point.dist.version if point.dist else ""
        if self._refuse(point.name, distribution, version):
            return
        try:
            _check_core(point)
            plugin = point.load()
        except PluginError as error:
            self._list(point.name, distribution, version, "broken", str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 importing a plugin may raise anything
            reason = f"importing {point.value} failed: {one_line(error)}"
            self._list(point.name, distribution, version, "broken", reason)
        else:
            self.register(plugin, point.name, distribution, version)

    def _refuse(self, name: str, distribution: str, version: str) -> Plugin | None:
        """List a plugin that is not even to be loaded, because it is blocked or its name is taken."""
        if name in self._block:
            return self._list(name, distribution, version, "blocked", "blocked on request")
        if name not in self._plugins:
            return None
        reason = f"the name {name!r} is taken by the plugin of {_provider(self._plugins[name])}"
        return self._list(f"{name} ({distribution or 'second'})", distribution, version, "duplicate", reason)

    def _components_of(self, plugin: object, name: str) -> Iterable[type[Component]]:
        needed = getattr(plugin, "SMOOTHDISTILL_CONTRACT", CONTRACT)
        if not isinstance(needed, int):
            raise PluginError(f"SMOOTHDISTILL_CONTRACT must be a whole number, not {needed!r}")
        if needed > CONTRACT:
            reason = f"it needs version {needed} of the hook contract, this core has {CONTRACT}"
            raise PluginError(f"{reason}; update smoothdistill")
        self._check_hooks(plugin)
        self._manager.register(plugin, name=name)
        for kind in KINDS:
            hook = f"{GROUP}_{kind}s"
            for implementation in self._manager.hook.__dict__[hook].get_hookimpls():
                if implementation.plugin_name == name:
                    if advice := DEPRECATED.get(hook):
                        text = f"the plugin {name!r} uses the deprecated hook {hook}: {advice}"
                        warnings.warn(text, DeprecationWarning, stacklevel=2)
                    yield from (_checked(component, kind, hook) for component in implementation.function())

    def _check_hooks(self, plugin: object) -> None:
        """Refuse functions that look like hooks and are none: misspelt, or without their mark."""
        known = [hook for hook in vars(hookspecs) if hook.startswith(f"{GROUP}_")]
        for hook in dir(plugin):
            if not hook.startswith(f"{GROUP}_") or not inspect.isroutine(getattr(plugin, hook)):
                continue
            if hook not in known:
                raise PluginError(f"there is no hook {hook!r}; {did_you_mean(hook, known)}")
            if self._manager.parse_hookimpl_opts(plugin, hook) is None:
                raise PluginError(f"{hook} is not marked as a hook; put @hookimpl above it")

    def _owner(self, kind: Kind, name: str) -> Plugin | None:
        component = self._components[kind].get(name)
        return next((plugin for plugin in self.plugins if component in plugin.components), None)

    def _list(
        self,
        name: str,
        distribution: str,
        version: str,
        state: State,
        reason: str = "",
        components: tuple[type[Component], ...] = (),
    ) -> Plugin:
        self._plugins[name] = Plugin(name, distribution, version, state, reason, components)
        return self._plugins[name]


def _entry_points() -> list[EntryPoint]:
    def rank(point: EntryPoint) -> tuple[bool, str, str]:
        distribution = point.dist.name if point.dist else ""
        return distribution != OWN_DISTRIBUTION, distribution, point.name

    unique = {(rank(point), point.value): point for point in entry_points(group=GROUP)}
    return sorted(unique.values(), key=rank)


def _check_core(point: EntryPoint) -> None:
    """Refuse a plugin whose distribution requires another smoothdistill (pip's ``--no-deps`` lets it in)."""
    if point.dist is None or point.dist.name == OWN_DISTRIBUTION:
        return
    for requirement in map(Requirement, point.dist.requires or ()):
        wanted = requirement.marker is None or requirement.marker.evaluate()
        if wanted and canonicalize_name(requirement.name) == OWN_DISTRIBUTION:
            own = version(OWN_DISTRIBUTION)
            if not requirement.specifier.contains(own, prereleases=True):
                needed = f"{OWN_DISTRIBUTION}{requirement.specifier}"
                raise PluginError(f"it needs {needed}, and {own} is installed; pip install '{needed}'")


def _checked(component: object, kind: Kind, hook: str) -> type[Component]:
    """Return ``component`` if it is a usable class of its kind, else raise `PluginError`."""
    if not (inspect.isclass(component) and issubclass(component, CLASSES[kind])):
        raise PluginError(f"{hook} must return subclasses of {CLASSES[kind].__name__}, not {component!r}")
    name = getattr(component, "name", None)
    if not isinstance(name, str) or not name:
        raise PluginError(f"{component.__name__} needs a class attribute `name`, the text that recipes use")
    if inspect.isabstract(component):
        missing = ", ".join(sorted(component.__abstractmethods__))
        raise PluginError(f"{kind} {name!r} does not define: {missing}")
    try:
        component.model_json_schema()
    except PydanticUserError as error:
        reason = str(error).splitlines()[0]
        raise PluginError(f"{kind} {name!r} has an option that no recipe can hold: {reason}") from error
    return component


def _provider(plugin: Plugin) -> str:
    return f"{plugin.distribution or plugin.name} {plugin.version}".strip()
