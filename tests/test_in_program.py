"""Processes of a fit: limits end those that are late, and nobody else's."""

import os
import time

import pytest

from smoothdistill_core.executors import OutOfTimeError, keeps_time_limits
from smoothdistill_core.executors.in_program import CallingThread, Processes, executor_of
from smoothdistill_core.executors.worker import LostWorkerError

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def processes():
    with executor_of(2) as executor:
        yield executor


def test_one_worker_is_the_calling_thread_and_more_are_processes(processes):
    with executor_of(1) as executor:
        assert isinstance(executor, CallingThread)
    assert isinstance(processes, Processes)
    assert keeps_time_limits(processes)
    assert processes.submit(os.getpid).result() != os.getpid()


def test_what_is_late_is_ended_and_its_neighbour_is_not(processes):
    processes.submit(abs, -1).result()  # a process is there
    late, other = processes.submit_within(0.5, time.sleep, 60.0), processes.submit(time.sleep, 1.5)
    with pytest.raises(OutOfTimeError, match=r"timed out after 0\.5 s"):
        late.result(timeout=30.0)
    assert other.result() is None
    assert processes.submit_within(60.0, abs, -2).result() == 2


def test_an_error_of_the_work_is_that_of_its_future(processes):
    with pytest.raises(ZeroDivisionError):
        processes.submit_within(60.0, divmod, 1, 0).result()


def test_after_a_process_that_died_there_is_another(processes):
    with pytest.raises(LostWorkerError, match="ended with exit code 3"):
        processes.submit(os._exit, 3).result()
    assert processes.submit(abs, -3).result() == 3


def test_leaving_ends_what_runs_within_two_seconds():
    began = time.monotonic()
    with executor_of(2) as executor:
        executor.submit(abs, -1).result()
        future = executor.submit(time.sleep, 60.0)
        time.sleep(0.5)
        began = time.monotonic()
    assert time.monotonic() - began < 2.0
    assert future.done()
