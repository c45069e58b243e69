"""`Registry`: finds plugins, keeps the broken ones out, and turns names into component classes."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any

import pluggy

from smoothdistill_core import hookspecs
from smoothdistill_core.components import KINDS, Component, Kind
from smoothdistill_core.errors import PluginError, did_you_mean
from smoothdistill_core.exports import ExportFormat
from smoothdistill_core.hookspecs import CONTRACT, DEPRECATED, GROUP, HOOKS
from smoothdistill_core.registry.admission import Admission, admit
from smoothdistill_core.registry.containment import contained
from smoothdistill_core.registry.discovery import MARK, OWN_DISTRIBUTION, check_contract, installed, load, origin
from smoothdistill_core.registry.plugin import Plugin, State
from smoothdistill_core.report_section import ReportSection


class Registry:
    """The plugins that one application sees, with all that they provide. There is no global registry.

    ``block`` names plugins that are found but not loaded; ``discover=False`` starts empty, for tests
    and for toolkits that `register` their plugins themselves. No plugin can make this fail: what is
    wrong with one stands in `plugins`.
    """

    def __init__(self, *, block: Iterable[str] = (), discover: bool = True) -> None:
        self._block = frozenset(block)
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._plugins: dict[str, Plugin] = {}
        self._provided: dict[str, dict[str, Any]] = {what: {} for what in HOOKS.values()}
        self._owners: dict[tuple[str, str], str] = {}
        if discover:
            for point in installed():
                self._discover(point)

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """All plugins that were found, in the order in which they were."""
        return tuple(self._plugins.values())

    def register(self, plugin: object, name: str, distribution: str = "", version: str = "") -> Plugin:
        """Add a plugin (a module or an object with hooks) by hand and return how that went.

        What is wrong with one thing that it provides, a name that is taken say, costs that thing only.
        """
        if refused := self._refuse(name, distribution, version):
            return refused
        try:
            offered = contained(lambda: list(self._offered(plugin, name)))
        except PluginError as error:
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            return self._list(name, distribution, version, "broken", str(error))
        admission = admit(offered, self._owner, built_in=distribution == OWN_DISTRIBUTION)
        if admission.left_out and not admission.accepted:
            self._manager.unregister(name=name)
            state: State = "duplicate" if admission.clashes else "broken"
            return self._list(name, distribution, version, state, "; ".join(admission.left_out))
        for (what, word), given in admission.accepted.items():
            self._provided[what][word] = given
            self._owners[what, word] = name
        return self._list(name, distribution, version, "ready", admission=admission)

    def components(self, kind: Kind) -> dict[str, type[Any]]:
        """Return the component classes of a kind by name, sorted."""
        return dict(sorted(self._provided[kind].items()))

    def get(self, kind: Kind, name: str) -> type[Any]:
        """Return a component class, be it `usable` or not; an unknown name raises `PluginError` with near names."""
        found: type[Any] | None = self._provided[kind].get(name)
        if found is None:
            raise PluginError(f"there is no {kind} {name!r}; {self.remedy(kind, name)}")
        return found

    @property
    def export_formats(self) -> dict[str, ExportFormat]:
        """The export formats by name, sorted."""
        return dict(sorted(self._provided["export format"].items()))

    def export_format(self, name: str) -> ExportFormat:
        """Return an export format; an unknown name raises `PluginError` with near names."""
        formats = self.export_formats
        if name not in formats:
            raise PluginError(f"there is no export format {name!r}; {self.remedy('export format', name)}")
        return formats[name]

    @property
    def report_sections(self) -> tuple[ReportSection, ...]:
        """The sections of reports, in the order in which plugins were found: the built-in ones first."""
        return tuple(self._provided["report section"].values())

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
            reason = contained(lambda: str(component.unavailable() or ""))
        except PluginError as error:
            return f"whether it can work here is unknown, because asking raised {error}"
        return " ".join(reason.split()) or None

    def provider(self, provided: type[Component] | ExportFormat | ReportSection) -> Plugin:
        """Return the plugin that a component class, an export format or a report section came with."""
        what = _what(provided)
        owner = self._owner(what, provided.name)
        if owner is None:
            raise PluginError(f"the {what} {provided.name!r} is in no plugin of this registry")
        return owner

    def is_built_in(self, component: type[Component]) -> bool:
        """Say whether a component class comes with smoothdistill itself."""
        owner = self._owner(component.kind, component.name)
        return owner is not None and owner.distribution == OWN_DISTRIBUTION and component in owner.components

    def remedy(self, what: str, name: str) -> str:
        """Say what to do about an unknown name of a kind: near names, another kind's name, plugins not in use."""
        hints = [did_you_mean(name, self._provided[what])]
        hints += [f"{name!r} is a {other}" for other in KINDS if other != what and name in self._provided[other]]
        idle = [plugin for plugin in self.plugins if plugin.state != "ready"]
        hints += [f"the plugin {plugin.name!r} is {plugin.state}: {plugin.reason}" for plugin in idle]
        hints += [
            f"the plugin {plugin.name!r} lacks a part: {why}" for plugin in self.plugins for why in plugin.left_out
        ]
        return "; ".join(hints)

    def _discover(self, point: EntryPoint) -> None:
        distribution, version = origin(point)
        if self._refuse(point.name, distribution, version):
            return
        try:
            plugin = load(point)
        except PluginError as error:
            self._list(point.name, distribution, version, "broken", str(error))
        else:
            self.register(plugin, point.name, distribution, version)

    def _refuse(self, name: str, distribution: str, version: str) -> Plugin | None:
        """List a plugin that is not even to be loaded, because it is blocked or its name is taken."""
        if name in self._block:
            return self._list(name, distribution, version, "blocked", "blocked on request")
        if name not in self._plugins:
            return None
        reason = f"the name {name!r} is taken by the plugin of {self._plugins[name].provider}"
        return self._list(f"{name} ({distribution or 'second'})", distribution, version, "duplicate", reason)

    def _offered(self, plugin: object, name: str) -> Iterable[tuple[str, Any]]:
        """Yield each thing that a plugin's hooks return, with the name of the hook."""
        check_contract(getattr(plugin, MARK, CONTRACT))
        self._check_hooks(plugin)
        self._manager.register(plugin, name=name)
        for hook in HOOKS:
            for implementation in getattr(self._manager.hook, hook).get_hookimpls():
                if implementation.plugin_name == name:
                    if advice := DEPRECATED.get(hook):
                        text = f"the plugin {name!r} uses the deprecated hook {hook}: {advice}"
                        warnings.warn(text, DeprecationWarning, stacklevel=2)
                    yield from ((hook, given) for given in implementation.function())

    def _check_hooks(self, plugin: object) -> None:
        """Refuse functions that look like hooks and are none: misspelt, or without their mark."""
        for hook in dir(plugin):
            if not hook.startswith(f"{GROUP}_") or not inspect.isroutine(getattr(plugin, hook)):
                continue
            if hook not in HOOKS:
                raise PluginError(f"there is no hook {hook!r}; {did_you_mean(hook, HOOKS)}")
            if self._manager.parse_hookimpl_opts(plugin, hook) is None:
                raise PluginError(f"{hook} is not marked as a hook; put @hookimpl above it")

    def _owner(self, what: str, name: str) -> Plugin | None:
        return self._plugins.get(self._owners.get((what, name), ""))

    def _list(
        self,
        name: str,
        distribution: str,
        version: str,
        state: State,
        reason: str = "",
        admission: Admission = Admission(),  # noqa: B008 it is frozen
    ) -> Plugin:
        provided = admission.accepted.items()
        plugin = Plugin(
            name,
            distribution,
            version,
            state,
            reason,
            admission.left_out,
            components=tuple(given for (what, _), given in provided if what in KINDS),
            export_formats=tuple(given for (what, _), given in provided if what == "export format"),
            report_sections=tuple(given for (what, _), given in provided if what == "report section"),
        )
        self._plugins[name] = plugin
        return plugin


def _what(provided: type[Component] | ExportFormat | ReportSection) -> str:
    """Return what one of the things is called that hooks return."""
    if isinstance(provided, ExportFormat):
        return "export format"
    return "report section" if isinstance(provided, ReportSection) else provided.kind
