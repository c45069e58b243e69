"""Every hook is documented with an example, and the example works."""

import inspect
import textwrap
from types import ModuleType

import pytest

from smoothdistill_core import Registry, hookspecs
from smoothdistill_core.components import KINDS


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
