"""A pytest plugin for tests that need what not every machine has: the stored datasets, a browser.

Use it with ``-p smoothdistill_core.testing.conditions``. A test marked ``needs_data`` or ``needs_chromium`` is
skipped where that is missing, and the end of the run says how many were. With ``--no-skips`` it fails instead, so
that a machine which is meant to have everything cannot pass by skipping; ``--without-data`` says that the machine
is not meant to have the stored datasets.
"""

from __future__ import annotations

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

NO_DATA = "SMOOTHDISTILL_DATA names no folder"
NO_BROWSER = "there is no Chromium on this machine"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--no-skips`` and ``--without-data``."""
    parser.addoption("--no-skips", action="store_true", help="fail where a test would skip for want of something")
    parser.addoption("--without-data", action="store_true", help="with --no-skips: skip for want of stored datasets")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "needs_data: reads the stored datasets that SMOOTHDISTILL_DATA names")
    config.addinivalue_line("markers", "needs_chromium: opens a page in headless Chromium")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose condition does not hold."""
    missing = {
        "needs_data": "" if os.environ.get("SMOOTHDISTILL_DATA") else NO_DATA,
        "needs_chromium": "" if any(map(shutil.which, BROWSERS)) else NO_BROWSER,
    }
    allowed = {"needs_data"} if item.config.getoption("--without-data") else set()
    for marker, reason in missing.items():
        if reason and item.get_closest_marker(marker):
            if item.config.getoption("--no-skips") and marker not in allowed:
                pytest.fail(f"{reason}, and --no-skips asks for it", pytrace=False)
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped for want of something."""
    reports = terminalreporter.stats.get("skipped", [])
    for reason in (NO_DATA, NO_BROWSER):
        count = sum(reason in str(report.longrepr) for report in reports)
        if count:
            terminalreporter.write_line(f"{count} test{'s' * (count != 1)} skipped: {reason}")
