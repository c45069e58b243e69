"""Every plugin in this repository is held to the checks that it asks of others."""

from pathlib import Path

import pytest

HOOKS = sorted((Path(__file__).parents[2] / "plugins").glob("*/*/plugin.py"))
PLUGINS = [hook.parents[1] for hook in HOOKS if "hookimpl" in hook.read_text()]  # the others add no component yet


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_every_plugin_runs_the_checks_of_its_kinds(folder):
    conformance = folder / "tests" / f"test_{folder.name}_conformance.py"
    assert conformance.exists(), f"{folder.name} has no {conformance.name}: see smoothdistill_core.testing"
    assert "parametrize_with_" in conformance.read_text()
