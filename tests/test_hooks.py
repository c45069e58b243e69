"""Every hook is documented with an example that works, and every component and option in words."""

import inspect
import textwrap
from types import ModuleType, SimpleNamespace

import pytest

from smoothdistill_core import Formula, Registry, hookspecs
from smoothdistill_core.components import KINDS
from smoothdistill_core.components.described import described
from smoothdistill_core.exports import export

EXPORT_FORMATS = "smoothdistill_export_formats"
REPORT_SECTIONS = "smoothdistill_report_sections"

COMPONENTS = [component for kind in KINDS for component in Registry().components(kind).values()]


def registered(hook):
    """Register the example in a hook's documentation; return the registry and the plugin."""
    doc = inspect.getdoc(getattr(hookspecs, hook))
    module = ModuleType(f"example_of_{hook}")
    exec(textwrap.dedent(doc.partition("::")[2]), vars(module))
    registry = Registry(discover=False)
    return registry, registry.register(module, hook)


def test_there_is_one_hook_a_kind_and_one_each_for_export_formats_and_report_sections():
    hooks = [name for name in vars(hookspecs) if name.startswith("smoothdistill_")]
    assert (
        hooks
        == list(hookspecs.HOOKS)
        == [*(f"smoothdistill_{kind}s" for kind in KINDS), EXPORT_FORMATS, REPORT_SECTIONS]
    )


@pytest.mark.parametrize("hook", hookspecs.HOOKS)
def test_the_example_of_a_hook_is_a_working_plugin(hook):
    registry, plugin = registered(hook)
    assert (plugin.state, plugin.reason, plugin.left_out) == ("ready", "", ())
    provided = [given for kind in KINDS for given in registry.components(kind)]
    assert len([*provided, *registry.export_formats, *registry.report_sections]) == 1


def test_the_exported_example_computes_what_the_formula_predicts():
    registry, _ = registered(EXPORT_FORMATS)
    exported = export(Formula.linear([2.0], 1.0), ["a"], registry.export_format("prefix"))
    assert exported == '["add",1.0,"mul",2.0,"x0"]'


def test_the_example_of_a_section_says_how_long_the_formula_of_each_dataset_is():
    registry, _ = registered(REPORT_SECTIONS)
    (section,) = registry.report_sections
    best = {"a & b": SimpleNamespace(nodes=5)}
    assert section.write(SimpleNamespace(best=best)) == "<ul><li>a &amp; b: 5 nodes</li></ul>"
    assert section.write(SimpleNamespace(best={})) == ""


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: f"{component.kind}-{component.name}")
def test_every_component_and_option_is_documented(component):
    assert component.__doc__
    for option, field in described(component).model_fields.items():
        assert field.description, f"{component.name}.{option}"
