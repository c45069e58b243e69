"""The registry: whatever is wrong with a plugin stands in the list, and the rest goes on."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

import smoothdistill_core
from smoothdistill_core import Dataset, ExportFormat, Metric, PluginError, Registry, Student, hookimpl
from smoothdistill_core.exports import FORMATS
from smoothdistill_core.hookspecs import CONTRACT, DEPRECATED
from smoothdistill_core.registry import discovery

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
            if code is not None:  # else it is there already
                (tmp_path / f"entry_{name}.py").write_text(code)
            point = EntryPoint(name, f"entry_{name}", "smoothdistill")
            points.append(point._for(SimpleNamespace(name=f"dist-{name}", version="1.2", requires=None)))
        for name in modules:  # another test may have installed its namesake
            monkeypatch.delitem(sys.modules, f"entry_{name}", raising=False)
        monkeypatch.setattr(discovery, "entry_points", lambda group: points)
        return Registry

    return install


def test_the_built_in_plugins_are_ready():
    states = {plugin.name: plugin.state for plugin in Registry().plugins if plugin.distribution == "smoothdistill"}
    folders = {readme.parent.name for readme in PLUGINS.glob("*/README.md")}
    assert states == dict.fromkeys(folders | {"core"}, "ready")


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


def test_one_name_twice_in_a_plugin_leaves_out_the_second(registry):
    class Other(Coin):
        """Tails."""

    ready = registry.register(plugin("metric", Coin, Other), "coins")
    assert (ready.state, ready.left_out) == ("ready", ("it provides the metric 'coin' twice",))
    assert registry.get("metric", "coin") is Coin


class Die(Coin):
    """Six."""

    name = "die"


def test_a_taken_name_costs_that_component_only(registry):
    class Other(Coin):
        """Tails."""

    registry.register(plugin("metric", Coin), "coins", "mint", "1.0")
    ready = registry.register(plugin("metric", Other, Die), "games", "toys", "2.0")
    assert (ready.state, ready.reason) == ("ready", "")
    assert ready.left_out == ("its metric 'coin' is already provided by mint 1.0",)
    assert ready.components == (Die,)
    assert registry.components("metric") == {"coin": Coin, "die": Die}
    assert registry.provider(Die).name == "games"
    assert registry.provider(Coin).name == "coins"
    with pytest.raises(PluginError, match="the plugin 'games' lacks a part: its metric 'coin' is already provided"):
        registry.get("metric", "dice")


@pytest.mark.parametrize(
    "bad", ["two words", "a.b", "a/b", "naïve", "", "x" * 61, "new\nline", "trailing\n", 7], ids=repr
)
def test_a_name_that_recipes_cannot_hold_costs_that_component_only(registry, bad):
    class Odd(Coin):
        """Has an odd name."""

    Odd.name = bad
    ready = registry.register(plugin("metric", Odd, Die), "games")
    assert ready.state == "ready"
    assert ready.components == (Die,)
    (why,) = ready.left_out
    assert "letters from a to z, digits, _ and -, at most 60" in why or "needs a class attribute `name`" in why


@pytest.mark.parametrize("good", ["x" * 60, "R2-adjusted_3", "0"])
def test_letters_digits_and_both_dashes_make_a_name(registry, good):
    class Fine(Coin):
        """Has a good name."""

        name = good

    assert registry.register(plugin("metric", Fine), "games").components == (Fine,)


def prefix(name="prefix"):
    return ExportFormat(name, "the tree", ".txt", lambda formula, inputs, target: formula.to_json())


def export_formats(*formats):
    return SimpleNamespace(smoothdistill_export_formats=hookimpl(lambda: list(formats)))


def test_export_formats_are_provided_like_components(registry):
    first = prefix()
    assert registry.register(export_formats(first), "first", "press").export_formats == (first,)
    ready = registry.register(export_formats(prefix(), prefix("suffix"), prefix("a b"), "latex"), "second")
    assert ready.state == "ready"
    assert list(registry.export_formats) == ["prefix", "suffix"]
    assert registry.export_format("prefix") is first
    assert ready.left_out[0] == "its export format 'prefix' is already provided by press"
    assert "'a b' has a name that recipes cannot hold" in ready.left_out[1]
    assert ready.left_out[2] == "smoothdistill_export_formats must return objects of ExportFormat, not 'latex'"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"write": "text"}, "export format 'prefix' needs a function `write`"),
        ({"run": "text"}, "`run` is a function or None"),
        ({"suffix": None}, "the suffix of an export format must be text, not None"),
        ({"name": 3}, "the name of an export format must be text, not 3"),
    ],
)
def test_what_is_no_export_format_is_refused_with_the_reason(registry, change, reason):
    broken = registry.register(export_formats(replace(prefix(), **change)), "odd")
    assert broken.state == "broken"
    assert reason in broken.reason


def test_an_unknown_export_format_suggests_near_ones():
    with pytest.raises(PluginError, match=r"there is no export format 'latx'; did you mean 'latex'\? known: json"):
        Registry().export_format("latx")


def test_the_built_in_export_formats_come_through_the_hook():
    assert Registry().export_formats == dict(sorted(FORMATS.items()))
    assert Registry(block=["core"]).export_formats == {}


CONTRACT_2 = f"SMOOTHDISTILL_CONTRACT = {CONTRACT + 1}"
TOO_NEW = f"it needs version {CONTRACT + 1} of the hook contract, this core has {CONTRACT}; update smoothdistill"


@pytest.mark.parametrize(
    "declared",
    [CONTRACT_2, CONTRACT_2.replace(" =", ": int ="), f"SMOOTHDISTILL_CONTRACT = 1\n{CONTRACT_2}"],
)
def test_the_contract_is_read_before_an_import_can_fail_on_what_this_core_lacks(installed, tmp_path, declared):
    code = f"from smoothdistill_core import SomethingNewer\n{declared}\n"
    (found,) = installed(tmp_path, early=code)().plugins
    assert (found.state, found.reason) == ("broken", TOO_NEW)


def test_a_package_is_not_imported_to_read_the_contract_of_a_module_in_it(installed, tmp_path):
    package = tmp_path / "entry_early"
    package.mkdir()
    (package / "__init__.py").write_text("from smoothdistill_core import SomethingNewer\n")
    (package / "plugin.py").write_text(CONTRACT_2)
    (found,) = installed(tmp_path, **{"early.plugin": None})().plugins
    assert found.reason == TOO_NEW
    assert "entry_early" not in sys.modules


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"{CONTRACT_2}\nthis is no Python", "importing entry_odd failed: SyntaxError"),
        ("SMOOTHDISTILL_CONTRACT = int('1')", ""),
        (f"if False:\n    {CONTRACT_2}", ""),
        (f"'{CONTRACT_2}'", ""),
        ("SMOOTHDISTILL_CONTRACT = 'two'", "SMOOTHDISTILL_CONTRACT must be a whole number, not 'two'"),
        (f"SMOOTHDISTILL_CONTRACT = int('{CONTRACT + 1}')", TOO_NEW),
    ],
)
def test_a_contract_that_cannot_be_read_beforehand_is_read_after_the_import(installed, tmp_path, code, reason):
    (found,) = installed(tmp_path, odd=code)().plugins
    assert found.reason.startswith(reason)
    assert found.state == ("broken" if reason else "ready")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("class Own(BaseException): pass\nraise Own('mine')", "Own: mine"),
        ("class Mute(Exception):\n    def __str__(self): raise ValueError('no')\nraise Mute", "Mute: (asking for"),
        ("class Mute(Exception):\n    def __str__(self): raise SystemExit\nraise Mute", "Mute: (asking for"),
    ],
)
def test_whatever_an_import_raises_is_listed_and_the_rest_goes_on(installed, tmp_path, code, reason):
    good = "from smoothdistill_core import hookimpl\n@hookimpl\ndef smoothdistill_metrics():\n    return []\n"
    bad, fine = installed(tmp_path, bad=code, good=good)().plugins
    assert bad.state == "broken"
    assert bad.reason.startswith(f"importing entry_bad failed: {reason}")
    assert fine.state == "ready"


@pytest.mark.parametrize("swallows", [False, True])
def test_a_real_interrupt_goes_through_also_where_the_plugin_swallows_it(installed, tmp_path, swallows):
    code = "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\nexcept BaseException:\n    "
    code += "pass" if swallows else "raise"
    handler = signal.getsignal(signal.SIGINT)
    registry = installed(tmp_path, slow=code)
    with pytest.raises(KeyboardInterrupt):
        registry()
    assert signal.getsignal(signal.SIGINT) is handler


def test_an_interrupt_that_is_held_back_stays_held_back(installed, tmp_path, monkeypatch):
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        (found,) = installed(tmp_path, kills="import os, signal\nos.kill(os.getpid(), signal.SIGINT)")().plugins
    finally:
        signal.signal(signal.SIGINT, before)
    assert (found.state, heard) == ("ready", [signal.SIGINT])


def test_plugins_are_found_in_any_thread(installed, tmp_path):
    registry = installed(tmp_path, bad="raise KeyboardInterrupt")
    with ThreadPoolExecutor(1) as executor:
        (found,) = executor.submit(registry).result().plugins
    assert found.reason == "importing entry_bad failed: KeyboardInterrupt"


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
