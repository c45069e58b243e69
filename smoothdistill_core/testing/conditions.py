"""A pytest plugin for tests that need what not every machine has: the stored datasets, a browser.

Use it with ``-p smoothdistill_core.testing.conditions``. A test marked ``needs_data`` or
``needs_chromium`` is skipped where that is missing; with ``--no-skips`` it fails instead, so that a
machine which is meant to have everything cannot pass by skipping.
"""

from __future__ import annotations

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--no-skips``."""
    parser.addoption("--no-skips", action="store_true", help="fail where a test would skip for want of something")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "needs_data: reads the stored datasets that SMOOTHDISTILL_DATA names")
    config.addinivalue_line("markers", "needs_chromium: opens a page in headless Chromium")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose condition does not hold."""
    missing = {
        "needs_data": "" if os.environ.get("SMOOTHDISTILL_DATA") else "SMOOTHDISTILL_DATA names no folder",
        "needs_chromium": "" if any(map(shutil.which, BROWSERS)) else "there is no Chromium on this machine",
    }
    for marker, reason in missing.items():
        if reason and item.get_closest_marker(marker):
            if item.config.getoption("--no-skips"):
                pytest.fail(f"{reason}, and --no-skips asks for it", pytrace=False)
            pytest.skip(reason)
