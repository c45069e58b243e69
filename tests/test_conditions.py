"""Tests that need something are skipped without it, and fail where skipping is forbidden."""

import pytest

NEEDY = """
import pytest

@pytest.mark.needs_data
def test_reads_data(): pass

@pytest.mark.needs_chromium
def test_opens_a_page(): pass

def test_needs_nothing(): pass
"""


@pytest.fixture
def needy(pytester, monkeypatch):
    monkeypatch.delenv("SMOOTHDISTILL_DATA", raising=False)
    monkeypatch.setenv("PATH", "")
    pytester.makepyfile(NEEDY)
    return lambda *options: pytester.runpytest("-p", "smoothdistill_core.testing.conditions", *options)


def test_needy_tests_are_skipped_with_a_reason(needy):
    result = needy("-rs")
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*SMOOTHDISTILL_DATA names no folder*", "*no Chromium*"])


def test_needy_tests_fail_where_skipping_is_forbidden(needy):
    needy("--no-skips").assert_outcomes(passed=1, errors=2)


@pytest.mark.parametrize(("options", "outcomes"), [([], {"skipped": 2}), (["--no-skips"], {"errors": 2})])
def test_the_same_holds_in_the_workers_of_a_run_over_several_cores(needy, options, outcomes):
    needy("-p", "xdist", "-n", "2", *options).assert_outcomes(passed=1, **outcomes)


def test_needy_tests_run_where_their_condition_holds(needy, monkeypatch, tmp_path):
    monkeypatch.setenv("SMOOTHDISTILL_DATA", str(tmp_path))
    needy().assert_outcomes(passed=2, skipped=1)
