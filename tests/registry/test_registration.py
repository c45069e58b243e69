"""A plugin provides what is sound of it: a name that is taken or wrong costs a component, a wrong hook the plugin."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

import smoothdistill_core
from smoothdistill_core import Dataset, PluginError, Registry, Student, hookimpl
from smoothdistill_core.components import KINDS
from smoothdistill_core.hookspecs import CONTRACT, DEPRECATED
from smoothdistill_core.registry.admission import check_options
from stand_ins.plugin import Coin, plugin


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


def test_an_option_that_no_recipe_can_hold_is_refused(registry):
    class Weighted(Coin):
        """Has a function for an option."""

        weigh: Callable[[float], float] | None = None

    broken = registry.register(plugin("metric", Weighted), "weighted")
    assert "metric 'coin' has an option that no recipe can hold" in broken.reason


@pytest.mark.parametrize("kind", KINDS)
def test_recipes_can_hold_all_built_in_options(kind):
    registry = Registry()
    for component in registry.components(kind).values():
        assert registry.is_built_in(component)
        check_options(component)


def test_options_are_made_ready_when_they_are_first_used(registry):
    class Biased(Coin):
        """Falls more often on one side."""

        heads: float = 0.5

    registry.register(plugin("metric", Biased), "mint", distribution="smoothdistill")
    assert not Biased.__pydantic_complete__
    assert Biased(heads=0.7).options() == {"heads": 0.7}
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Biased(tails=0.3)


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
