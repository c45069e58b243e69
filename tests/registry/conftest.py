"""What the tests of the registry share: one that knows no plugin, and a way to install some."""

import sys
from importlib.metadata import EntryPoint
from typing import NamedTuple

import pytest

from smoothdistill_core import Registry
from smoothdistill_core.registry import discovery


class Installed(NamedTuple):
    """A distribution, as far as the registry asks."""

    name: str
    version: str
    requires: tuple[str, ...] | None = None


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
            points.append(point._for(Installed(f"dist-{name}", "1.2")))
        for name in modules:  # another test may have installed its namesake
            monkeypatch.delitem(sys.modules, f"entry_{name}", raising=False)
        monkeypatch.setattr(discovery, "entry_points", lambda group: points)
        return Registry

    return install
