"""How many cores there are, and how the workers of a test run share them."""

import io
import os

import pytest
from joblib.externals.loky.backend import context

from smoothdistill_core.executors import available_cores

LOOKS = """
import os, pytest

@pytest.mark.parametrize("number", range(4))
def test_threads(number):
    assert os.environ.get("OMP_NUM_THREADS") == {wanted!r}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "before", "wanted"),
    [((), None, None), (("-n", "1"), None, str(os.cpu_count())), (("-n", "64"), None, "1"), (("-n", "1"), "7", "7")],
    ids=["no workers", "one worker", "more workers than cores", "set by the user"],
)
def test_a_worker_computes_with_its_share_of_the_cores(pytester, monkeypatch, options, before, wanted):
    for name in ("OMP_NUM_THREADS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    if before:
        monkeypatch.setenv("OMP_NUM_THREADS", before)
    pytester.makepyfile(LOOKS.format(wanted=wanted))
    many = ("--maxprocesses", str(2 * os.cpu_count()))
    result = pytester.runpytest_subprocess("-p", "smoothdistill_core.testing.cores", *many, *options)
    result.assert_outcomes(passed=4)


@pytest.mark.skipif(not os.path.exists("/sys/fs/cgroup"), reason="no control groups here")
@pytest.mark.parametrize(
    ("quota", "cores"), [("100000 100000", 1), ("150000 100000", 2), ("max 100000", os.cpu_count())]
)
def test_the_quota_of_a_container_counts(monkeypatch, quota, cores):
    monkeypatch.setattr(os.path, "exists", lambda path: path == "/sys/fs/cgroup/cpu.max")
    monkeypatch.setattr(context, "open", lambda path: io.StringIO(quota), raising=False)
    assert available_cores() == min(cores, len(os.sched_getaffinity(0)))
