"""Export formats come through the hook like components, and wrong ones are refused with the reason."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from smoothdistill_core import ExportFormat, PluginError, Registry, hookimpl
from smoothdistill_core.exports import FORMATS


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
