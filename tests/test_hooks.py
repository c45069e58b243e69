"""Every hook is documented with an example that works, and every component and option in words."""

import inspect
import textwrap
from types import ModuleType

import pytest

from smoothdistill_core import Registry, hookspecs
from smoothdistill_core.components import KINDS

COMPONENTS = [component for kind in KINDS for component in Registry().components(kind).values()]


def example(kind):
    doc = inspect.getdoc(getattr(hookspecs, f"smoothdistill_{kind}s"))
    return textwrap.dedent(doc.partition("::")[2])


def test_there_is_one_hook_a_kind():
    hooks = [name for name in vars(hookspecs) if name.startswith("smoothdistill_")]
    assert hooks == [f"smoothdistill_{kind}s" for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_hook_is_a_working_plugin(kind):
    module = ModuleType(f"example_{kind}")
    exec(example(kind), vars(module))
    registry = Registry(discover=False)
    plugin = registry.register(module, f"example-{kind}")
    assert (plugin.state, plugin.reason) == ("ready", "")
    assert len(registry.components(kind)) == 1


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: f"{component.kind}-{component.name}")
def test_every_component_and_option_is_documented(component):
    assert component.__doc__
    for option, field in component.model_fields.items():
        assert field.description, f"{component.name}.{option}"
