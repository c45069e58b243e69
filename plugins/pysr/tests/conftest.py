"""What the tests of PySR share: a machine that has Julia, as far as the student can tell."""

import os
from pathlib import Path

import pytest

from smoothdistill_pysr import search
from smoothdistill_pysr.julia import missing
from smoothdistill_pysr.student import PySRStudent

STAND_IN = Path(__file__).parent / "stand_in"


def pytest_collection_modifyitems(config, items):
    """Leave out the searches in Julia where there is none: that is no skip, because nobody can mend it."""
    if missing() is None:
        return
    out = [item for item in items if item.get_closest_marker("julia")]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture
def julia_stand_in(monkeypatch):
    """Give processes a stand-in for Julia; PySR itself is the real one."""
    path = os.pathsep.join([str(STAND_IN), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setattr(PySRStudent, "unavailable", staticmethod(lambda: None))


@pytest.fixture
def quick_search(julia_stand_in, monkeypatch):
    """Give searches a program that takes a moment, and no PySR."""
    monkeypatch.setattr(search, "PROGRAM", "quick_search")
