"""Tests that need something are skipped without it and counted, and fail where skipping is forbidden."""

from pathlib import Path

import pytest

from smoothdistill_core.testing.conditions import BROWSERS

RUN = (Path(__file__).parents[1] / ".ci" / "run").read_text()

NEEDY = """
import pytest

@pytest.mark.needs_data
@pytest.mark.parametrize("name", ["one", "two"])
def test_reads_data(name): pass

@pytest.mark.needs_chromium
def test_opens_a_page(): pass

def test_needs_nothing(): pass
"""


@pytest.fixture
def needy(pytester, monkeypatch):
    monkeypatch.delenv("SMOOTHDISTILL_DATA", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("PATH", "")
    pytester.makepyfile(NEEDY)
    return lambda *options: pytester.runpytest("-p", "smoothdistill_core.testing.conditions", *options)


def test_needy_tests_are_skipped_with_a_reason_and_counted(needy):
    result = needy()
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(["2 tests skipped: SMOOTHDISTILL_DATA names no folder"])
    result.stdout.fnmatch_lines(["1 test skipped: *no Chromium*"])


def test_needy_tests_fail_where_skipping_is_forbidden(needy):
    result = needy("--no-skips")
    result.assert_outcomes(passed=1, errors=3)
    result.stdout.no_fnmatch_line("*skipped:*")


def test_only_what_reads_stored_data_may_be_skipped_on_a_machine_without_it(needy):
    result = needy("--no-skips", "--without-data")
    result.assert_outcomes(passed=1, skipped=2, errors=1)
    result.stdout.fnmatch_lines(["2 tests skipped: SMOOTHDISTILL_DATA names no folder"])


@pytest.mark.parametrize(("options", "outcomes"), [([], {"skipped": 3}), (["--no-skips"], {"errors": 3})])
def test_the_same_holds_in_the_workers_of_a_run_over_several_cores(needy, options, outcomes):
    needy("-p", "xdist", "-n", "2", *options).assert_outcomes(passed=1, **outcomes)


def test_needy_tests_run_where_their_condition_holds(needy, monkeypatch, tmp_path):
    monkeypatch.setenv("SMOOTHDISTILL_DATA", str(tmp_path))
    needy().assert_outcomes(passed=3, skipped=1)
    needy("--no-skips", "--without-data").assert_outcomes(passed=3, errors=1)


def test_the_checks_of_a_change_look_for_the_browsers_that_the_tests_open():
    assert f"browsers=({' '.join(BROWSERS)})\n" in RUN
