"""The registry: whatever is wrong with a plugin stands in the list, and the rest goes on."""

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

import smoothdistill_core
from smoothdistill_core import Dataset, Metric, PluginError, Registry, Student, hookimpl
from smoothdistill_core import registry as registry_module
from smoothdistill_core.hookspecs import CONTRACT, DEPRECATED

PLUGINS = Path(__file__).parents[1] / "plugins"


class Coin(Metric):
    """Heads."""

    name = "coin"
    direction = "higher"

    def score(self, context):
        return 1.0


def plugin(kind, *components):
    """Return an object with one hook that returns ``components``."""

    def hook():
        return list(components)

    hook.__name__ = f"smoothdistill_{kind}s"
    return SimpleNamespace(**{hook.__name__: hookimpl(hook)})


@pytest.fixture
def registry():
    return Registry(discover=False)


@pytest.fixture
def installed(monkeypatch):
    """Let tests install entry points: ``installed(name=code)`` writes modules and returns a registry."""

    def install(tmp_path, **modules):
        monkeypatch.syspath_prepend(tmp_path)
        points = []
        for name, code in modules.items():
            (tmp_path / f"entry_{name}.py").write_text(code)
            point = EntryPoint(name, f"entry_{name}", "smoothdistill")
            points.append(point._for(SimpleNamespace(name=f"dist-{name}", version="1.2", requires=None)))
        monkeypatch.setattr(registry_module, "entry_points", lambda group: points)
        return Registry

    return install


def test_the_built_in_plugins_are_ready():
    states = {plugin.name: plugin.state for plugin in Registry().plugins if plugin.distribution == "smoothdistill"}
    assert states == dict.fromkeys((readme.parent.name for readme in PLUGINS.glob("*/README.md")), "ready")


def test_a_registered_plugin_provides_its_components(registry):
    assert registry.register(plugin("metric", Coin), "coins").state == "ready"
    assert registry.get("metric", "coin") is Coin
    assert registry.components("metric") == {"coin": Coin}
    assert registry.provider(Coin).name == "coins"


def test_registries_are_independent(registry):
    registry.register(plugin("metric", Coin), "coins")
    assert Registry(discover=False).components("metric") == {}


def test_an_unknown_name_suggests_near_ones_and_lists_all(registry):
    registry.register(plugin("metric", Coin), "coins")
    with pytest.raises(PluginError, match=r"there is no metric 'coins'; did you mean 'coin'\? known: coin"):
        registry.get("metric", "coins")
    with pytest.raises(PluginError, match="'coin' is a metric"):
        registry.get("student", "coin")


def test_a_plugin_that_fails_to_import_is_listed_and_harmless(installed, tmp_path):
    good = "from smoothdistill_core import hookimpl\n@hookimpl\ndef smoothdistill_metrics():\n    return []\n"
    registry = installed(tmp_path, good=good, bad="import nonexistent_module", quits="raise SystemExit(3)")()
    states = {plugin.name: plugin for plugin in registry.plugins}
    assert [states[name].state for name in ("good", "bad", "quits")] == ["ready", "broken", "broken"]
    assert (states["bad"].distribution, states["bad"].version) == ("dist-bad", "1.2")
    assert "importing entry_bad failed: ModuleNotFoundError" in states["bad"].reason
    assert "the plugin 'bad' is broken" in registry.remedy("metric", "coin")


def test_a_blocked_plugin_is_not_even_imported(installed, tmp_path):
    registry = installed(tmp_path, bad="raise RuntimeError('imported')")(block=["bad"])
    assert [(plugin.state, plugin.reason) for plugin in registry.plugins] == [("blocked", "blocked on request")]


def test_a_component_name_that_is_taken_makes_a_duplicate_and_names_the_provider(registry):
    class Other(Coin):
        """Tails."""

    registry.register(plugin("metric", Coin), "coins", "mint", "1.0")
    second = registry.register(plugin("metric", Other), "coins2", "forgery", "0.1")
    assert second.state == "duplicate"
    assert second.reason == "its metric 'coin' is already provided by mint 1.0"
    assert registry.get("metric", "coin") is Coin


def test_a_plugin_name_that_is_taken_is_listed_beside_the_first(registry):
    registry.register(plugin("metric", Coin), "coins", "mint")
    registry.register(plugin("metric"), "coins", "forgery")
    assert [(plugin.distribution, plugin.state) for plugin in registry.plugins] == [
        ("mint", "ready"),
        ("forgery", "duplicate"),
    ]


def test_a_hook_that_raises_breaks_only_its_plugin(registry):
    def smoothdistill_students():
        raise ValueError("no students today")

    broken = registry.register(SimpleNamespace(smoothdistill_students=hookimpl(smoothdistill_students)), "sad")
    assert (broken.state, broken.reason) == ("broken", "ValueError: no students today")
    assert registry.register(plugin("metric", Coin), "coins").state == "ready"


def test_a_plugin_that_needs_a_newer_contract_says_so(registry):
    module = plugin("metric", Coin)
    module.SMOOTHDISTILL_CONTRACT = CONTRACT + 1
    broken = registry.register(module, "coins")
    assert broken.state == "broken"
    assert f"needs version {CONTRACT + 1} of the hook contract, this core has {CONTRACT}" in broken.reason
    module.SMOOTHDISTILL_CONTRACT = CONTRACT
    assert Registry(discover=False).register(module, "coins").state == "ready"


def test_a_deprecated_hook_warns_and_names_the_plugin(registry, monkeypatch):
    monkeypatch.setitem(DEPRECATED, "smoothdistill_metrics", "use another")
    with pytest.warns(DeprecationWarning, match="the plugin 'coins' uses the deprecated hook .*: use another"):
        registry.register(plugin("metric", Coin), "coins")


def test_a_hook_that_exits_breaks_only_its_plugin(registry):
    def smoothdistill_students():
        raise SystemExit(3)

    broken = registry.register(SimpleNamespace(smoothdistill_students=hookimpl(smoothdistill_students)), "quitter")
    assert (broken.state, broken.reason) == ("broken", "SystemExit: 3")


def test_a_forgotten_mark_is_said(registry):
    broken = registry.register(SimpleNamespace(smoothdistill_students=lambda: []), "forgetful")
    assert broken.reason == "smoothdistill_students is not marked as a hook; put @hookimpl above it"


def test_a_plugin_may_import_the_core_by_its_name(registry):
    module = plugin("metric", Coin)
    module.smoothdistill_core = smoothdistill_core
    assert registry.register(module, "coins").state == "ready"


def test_one_name_twice_in_a_plugin_is_refused(registry):
    class Other(Coin):
        """Tails."""

    broken = registry.register(plugin("metric", Coin, Other), "coins")
    assert (broken.state, broken.reason) == ("broken", "it provides the metric 'coin' twice")


def test_an_option_that_no_recipe_can_hold_is_refused(registry):
    class Weighted(Coin):
        """Has a function for an option."""

        weigh: Callable[[float], float] | None = None

    broken = registry.register(plugin("metric", Weighted), "weighted")
    assert "metric 'coin' has an option that no recipe can hold" in broken.reason


def test_an_unknown_hook_suggests_the_right_one(registry):
    broken = registry.register(plugin("teachr"), "typo")
    assert broken.state == "broken"
    assert "there is no hook 'smoothdistill_teachrs'; did you mean 'smoothdistill_teachers'" in broken.reason


class Nameless(Student):
    """Has no name."""

    def distil(self, task):
        return []


class Unfinished(Dataset):
    """Does not load."""

    name = "unfinished"


@pytest.mark.parametrize(
    ("kind", "component", "reason"),
    [
        ("metric", "coin", "must return subclasses of Metric, not 'coin'"),
        ("student", Coin, "must return subclasses of Student"),
        ("student", Nameless, "Nameless needs a class attribute `name`"),
        ("dataset", Unfinished, "dataset 'unfinished' does not define: load"),
    ],
)
def test_what_is_no_component_is_refused_with_the_reason(registry, kind, component, reason):
    assert reason in registry.register(plugin(kind, component), "odd").reason


def test_discovery_imports_nothing_heavy():
    code = (
        "import sys; from smoothdistill_core import Registry; Registry();"
        "print([m for m in ('torch', 'sklearn', 'pandas', 'matplotlib', 'pysr', 'gplearn') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
