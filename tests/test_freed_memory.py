"""Memory that was freed goes back to the system, also where what was allocated later is still in use."""

import subprocess
import sys

import pytest

PROGRAM = """
import os
from smoothdistill_core.executors.freed_memory import give_back
from smoothdistill_core.executors.memory import resident

pieces = [b"x" * 100_000 for _ in range(3_000)]
last = b"x" * 100_000
whole = resident(os.getpid())
pieces.clear()
give_back()
print(whole - resident(os.getpid()))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have other ways")
def test_what_was_freed_below_what_is_in_use_goes_back():
    freed = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert int(freed) > 250_000_000


def test_elsewhere_nothing_is_done(monkeypatch):
    from smoothdistill_core.executors.freed_memory import give_back

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "ctypes", None)  # importing it would fail
    give_back()
