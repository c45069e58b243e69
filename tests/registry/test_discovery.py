"""Installed plugins are found: whatever is wrong with importing one stands in the list, and the rest goes on."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from smoothdistill_core import Registry
from smoothdistill_core.hookspecs import CONTRACT

PLUGINS = Path(__file__).parents[2] / "plugins"


def test_the_built_in_plugins_are_ready():
    states = {plugin.name: plugin.state for plugin in Registry().plugins if plugin.distribution == "smoothdistill"}
    folders = {readme.parent.name for readme in PLUGINS.glob("*/README.md")}
    assert states == dict.fromkeys(folders | {"core"}, "ready")


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


def test_discovery_imports_nothing_heavy():
    code = (
        "import sys; from smoothdistill_core import Registry; Registry();"
        "print([m for m in ('torch', 'sklearn', 'pandas', 'matplotlib', 'pysr', 'gplearn') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
