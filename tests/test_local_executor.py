"""Worker processes: whatever happens to one is the affair of its own task."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from smoothdistill_core import LocalExecutor, PluginError
from smoothdistill_core.executors import LostWorkerError, OutOfTimeError
from stand_ins.processes import Unkind, raises, send

pytestmark = pytest.mark.xdist_group("processes")  # one after the other: they kill and time processes


@pytest.fixture
def executor():
    executor = LocalExecutor(2)
    yield executor
    executor.shutdown(cancel_futures=True)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_that_dies_fails_its_task_only(executor):
    fine, dead, also_fine = executor.submit(abs, -1), executor.submit(os._exit, 7), executor.submit(abs, -2)
    assert [fine.result(), also_fine.result()] == [1, 2]
    with pytest.raises(LostWorkerError, match="ended with exit code 7"):
        dead.result()


@pytest.mark.slow
def test_workers_that_die_again_and_again_leave_a_pool_that_works_and_no_orphans(executor):
    pids = [executor.submit(os.getpid).result()]
    for _ in range(5):
        with pytest.raises(LostWorkerError, match="killed by signal 9"):
            executor.submit(os.kill, pids[-1], signal.SIGKILL).result()
        pids.append(executor.submit(os.getpid).result())
    executor.shutdown()
    assert not [pid for pid in pids if alive(pid)]


def test_a_worker_that_was_killed_while_it_had_nothing_to_do_is_replaced(executor):
    idle = executor.submit(os.getpid).result()
    os.kill(idle, signal.SIGKILL)
    time.sleep(0.2)
    assert executor.submit(os.getpid).result() != idle


def test_a_worker_that_is_killed_while_it_sends_a_large_result_holds_nothing_up(executor):
    pid = executor.submit(os.getpid).result()
    large = executor.submit(bytes, 300_000_000)
    time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    assert executor.submit(abs, -1).result(timeout=20) == 1
    with pytest.raises(LostWorkerError):
        large.result(timeout=20)


def test_a_task_past_its_limit_is_stopped_and_the_next_one_is_not(executor):
    late = executor.submit_within(0.3, time.sleep, 3600)
    early = executor.submit_within(20, abs, -1)
    with pytest.raises(OutOfTimeError, match=r"timed out after 0\.3 s"):
        late.result()
    assert early.result() == 1
    assert executor.submit(abs, -2).result() == 2


def test_of_a_task_past_its_limit_what_it_sent_last_is_its_outcome(executor):
    assert executor.submit_within(8.0, send, "poor", "better", "best", seconds=3600).result() == "better"
    assert executor.submit(abs, -2).result() == 2


def test_a_task_that_ends_has_the_outcome_that_it_returns(executor):
    assert executor.submit_within(20.0, send, "poor", "better", "best").result() == "best"
    assert executor.submit(send, "poor", "best").result() == "best"
    assert send("of nobody's interest here", "best") == "best"


def test_an_error_of_a_task_comes_back(executor):
    with pytest.raises(ValueError, match="invalid literal"):
        executor.submit(int, "seven").result()


@pytest.mark.parametrize(
    ("kind", "said"),
    [(KeyboardInterrupt, "KeyboardInterrupt"), (SystemExit, "SystemExit: enough"), (Unkind, "Unkind: (asking for")],
)
def test_what_would_end_a_program_is_an_error_of_its_task(executor, kind, said, capfd):
    with pytest.raises(PluginError, match=re.escape(f"what ran in it raised {said}")):
        executor.submit(raises, kind).result()
    assert executor.submit(abs, -1).result() == 1
    assert capfd.readouterr() == ("", "")


def test_a_task_that_closes_all_files_loses_its_worker_without_a_word(executor, capfd):
    with pytest.raises(LostWorkerError, match="ended with exit code 1"):
        executor.submit(os.closerange, 3, 1000).result()
    assert executor.submit(abs, -1).result() == 1
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_sent_is_said_either_way(executor):
    with pytest.raises(PluginError, match="cannot be sent to a worker process"):
        executor.submit(lambda: None)
    with pytest.raises(PluginError, match="its result cannot be sent from a worker process"):
        executor.submit(threading.Lock).result()


def test_stopping_ends_what_is_under_way(executor):
    pid = executor.submit(os.getpid).result()
    futures = [executor.submit(time.sleep, 3600) for _ in range(4)]
    executor.shutdown(cancel_futures=True)
    assert all(future.done() for future in futures)
    assert not alive(pid)


def run(script, tmp_path):
    (tmp_path / "script.py").write_text(script)
    return subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_program_that_forgets_to_shut_it_down_ends_all_the_same(tmp_path):
    result = run(
        "import os\n"
        "from smoothdistill_core import LocalExecutor\n"
        "if __name__ == '__main__':\n"
        "    executor = LocalExecutor(1)\n"
        "    print(executor.submit(os.getpid).result())\n",
        tmp_path,
    )
    assert result.returncode == 0
    assert not alive(int(result.stdout))


def test_a_script_without_a_guard_is_told_of_it(tmp_path):
    result = run(
        "import os\nfrom smoothdistill_core import LocalExecutor\nLocalExecutor(1).submit(abs, 1).result()", tmp_path
    )
    assert "has to do so below `if __name__ == '__main__':`" in result.stderr
    assert result.returncode == 1


FORKS = "    if not (child := os.fork()):\n        time.sleep(60)\n    print(child, flush=True)\n"


@pytest.mark.parametrize("forks", ["", FORKS], ids=["alone", "with a child of its own, which holds all its pipes open"])
def test_workers_follow_a_parent_that_is_killed(tmp_path, forks):
    (tmp_path / "script.py").write_text(
        "import os, time\n"
        "from smoothdistill_core import LocalExecutor\n"
        "if __name__ == '__main__':\n"
        "    executor = LocalExecutor(1)\n"
        "    print(executor.submit(os.getpid).result(), flush=True)\n"
        f"{forks}"
        "    os.kill(os.getpid(), 9)\n"
    )
    with (tmp_path / "said").open("w") as said:  # a pipe would be held open as well
        subprocess.run([sys.executable, "script.py"], cwd=tmp_path, stdout=said, stderr=said, timeout=60, check=False)
    worker, *children = map(int, (tmp_path / "said").read_text().split())
    end = time.monotonic() + 10
    while alive(worker):
        assert time.monotonic() < end
        time.sleep(0.05)
    for child in children:
        os.kill(child, signal.SIGKILL)


def test_a_worker_whose_parent_was_killed_before_it_read_its_word_says_nothing(tmp_path):
    """Its end of the pipe is reset then, rather than closed."""
    result = run(
        "import os\n"
        "from smoothdistill_core.executors.worker import Worker\n"
        "if __name__ == '__main__':\n"
        "    worker = Worker()\n"
        "    assert worker._pipe.poll(30)\n"
        "    os.kill(os.getpid(), 9)\n",
        tmp_path,
    )
    assert (result.returncode, result.stderr) == (-9, "")
