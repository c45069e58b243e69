"""A pytest plugin with fixtures for plugin authors: registries, a tiny table, a tiny teacher, a run.

pytest loads it in every session of whoever has smoothdistill installed, so it imports nothing until a
fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from smoothdistill_core import Registry, Table, TrainedTeacher
    from smoothdistill_core.components import Component

    MakeRegistry = Callable[..., Registry]


@pytest.fixture
def smoothdistill_empty_registry() -> Registry:
    """Return a registry without discovery: it holds nothing, whatever is installed."""
    from smoothdistill_core import Registry

    return Registry(discover=False)


@pytest.fixture
def smoothdistill_make_registry() -> MakeRegistry:
    """Return a function that returns a registry of just the component classes it is given.

    ::

        def test_my_recipe(smoothdistill_make_registry):
            registry = smoothdistill_make_registry(MyStudent, MyMetric)
    """
    return _registry_of


@pytest.fixture
def smoothdistill_tiny_table() -> Table:
    """Return a table of 40 rows: features ``a``, ``b``, ``c`` (numbers) and ``d`` (a category), target ``y``."""
    from smoothdistill_core.testing.tiny import TinyDataset

    return TinyDataset().load()


@pytest.fixture
def smoothdistill_tiny_teacher() -> TrainedTeacher:
    """Return a trained teacher of three inputs, ``1 + 2 x0 - x1``, with exact gradient and Lipschitz bound."""
    from smoothdistill_core.testing.tiny import LinearTeacher

    return LinearTeacher([2.0, -1.0, 0.0], intercept=1.0)


@pytest.fixture
def smoothdistill_run_folder(tmp_path: Path) -> Path:
    """Return the folder of a finished run of made-up components: two seeds, three strengths, one student."""
    from concurrent.futures import ThreadPoolExecutor

    from smoothdistill_core import Study, recipe_from_text
    from smoothdistill_core.testing import tiny

    folder = tmp_path / "runs" / "tiny"
    registry = _registry_of(*tiny.COMPONENTS)
    with ThreadPoolExecutor(1) as here:
        Study(recipe_from_text(tiny.RECIPE, registry), registry, folder).run(executor=here, workers=1)
    return folder


def _registry_of(*components: type[Component]) -> Registry:
    from types import SimpleNamespace

    from smoothdistill_core import PluginError, Registry, hookimpl
    from smoothdistill_core.components import CLASSES, KINDS

    for component in components:
        if not isinstance(component, type) or not issubclass(component, tuple(CLASSES.values())):
            raise PluginError(f"give component classes (subclasses of Student, for instance), not {component!r}")

    def hook(kind: str) -> Any:
        def implementation() -> list[type[Component]]:
            return [component for component in components if component.kind == kind]

        return hookimpl(implementation)

    registry = Registry(discover=False)
    plugin = registry.register(SimpleNamespace(**{f"smoothdistill_{kind}s": hook(kind) for kind in KINDS}), "test")
    if wrong := plugin.reason or "; ".join(plugin.left_out):
        raise PluginError(f"these components make no plugin: {wrong}")
    return registry
