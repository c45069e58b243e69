"""``--dask``: the same results from a cluster, whatever dies of it, and clear words where it cannot be used."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from smoothdistill_core import Registry, Study, read_recipe
from smoothdistill_core.components.versions import installed
from smoothdistill_core.errors import ExecutorError
from smoothdistill_core.executors import dask as dask_cluster
from smoothdistill_core.executors.dask import dask_executor

pytestmark = pytest.mark.xdist_group("processes")  # one after the other: they kill and time processes

FREE_PORT = "tcp://127.0.0.1:9"
"""The port of the discard service: nobody listens there."""


def test_a_missing_dask_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExecutorError, match=r"pip install 'smoothdistill\[dask\]'"), dask_executor(FREE_PORT):
        pass


@pytest.mark.parametrize("address", [FREE_PORT, "nonsense://here"])
def test_an_address_where_nobody_answers_is_said_with_what_to_start(monkeypatch, address):
    monkeypatch.setattr(dask_cluster, "SECONDS_TO_ANSWER", 0.5)
    with pytest.raises(ExecutorError, match=r"no Dask scheduler answers at .*`dask scheduler`"), dask_executor(address):
        pass


class Answering:
    """A client whose workers answer what they are told to."""

    def __init__(self, answer):
        self.answer = answer

    def submit(self, function, *arguments, **options):
        return SimpleNamespace(result=lambda timeout: self._answer())

    def run(self, function, *arguments):
        return {"tcp://there": self._answer()}

    def _answer(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (TimeoutError(), r"has no worker that works; start some: dask worker tcp://here"),
        (ModuleNotFoundError("No module named 'smoothdistill_core'"), "install smoothdistill and its plugins there"),
        ({"Python": "2.7", "numpy": "0"}, r"tcp://there has Python 2\.7 in place of .*, numpy 0 in place of"),
    ],
)
def test_workers_that_would_compute_something_else_are_refused(answer, message):
    with pytest.raises(ExecutorError, match=message):
        dask_cluster._check_workers(Answering(answer), "tcp://here", ["numpy"])


def test_workers_like_this_process_are_taken():
    dask_cluster._check_workers(Answering(installed(("numpy",))), "tcp://here", ["numpy"])
    assert installed(("no-such-thing",))["no-such-thing"] == "not installed"


@pytest.fixture
def scheduler(tmp_path):
    """Start a scheduler with two worker processes on loopback; yields its process and its address."""
    module = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    file = tmp_path / "scheduler.json"
    options = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    processes = [subprocess.Popen([*module, *where], **options)]
    while not file.exists():
        time.sleep(0.05)
    module = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", file]
    worker = [*module, "--nthreads", "1", "--nworkers", "2", "--no-dashboard", "--host", "127.0.0.1"]
    processes.append(subprocess.Popen(worker, **options))
    yield SimpleNamespace(process=processes[0], address=_address(file))
    for process in processes:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # one that still starts takes no heed
            process.kill()


def _address(file):
    while True:
        try:
            return json.loads(file.read_text())["address"]
        except (ValueError, KeyError):
            time.sleep(0.05)


@pytest.mark.slow
def test_a_cluster_gives_the_same_results_as_this_machine(
    smoothdistill, small_recipe, scheduler, undisturbed, contents
):
    result = smoothdistill("run", small_recipe, "--dask", scheduler.address, "--set", "distil.seconds=100")
    assert result.returncode == 0, result.stderr
    assert "distil.seconds: 100 is not kept by the executor that was given" in result.stdout
    assert contents() == undisturbed(small_recipe)


@pytest.mark.slow
def test_a_dask_worker_that_is_killed_changes_no_result(start, small_recipe, scheduler, undisturbed, contents, states):
    from distributed import Client

    process = start("run", small_recipe, "--dask", scheduler.address)
    moments = random.Random(0)
    killed = 0
    with Client(scheduler.address, set_as_default=False) as client:
        while not states():
            assert process.poll() is None
            time.sleep(0.05)
        while killed < 3 and process.poll() is None:
            time.sleep(moments.uniform(0.2, 0.8))
            pids = sorted(client.run(os.getpid, on_error="ignore").values())
            if pids:  # else both are starting again
                os.kill(moments.choice(pids), signal.SIGKILL)
                killed += 1
    out, err = process.communicate(timeout=200)
    assert killed
    assert process.returncode == 0, out + err
    assert contents() == undisturbed(small_recipe)
    assert {attempts for attempts, _ in states().values()} == {1}


@pytest.mark.slow
def test_a_cluster_that_goes_away_leaves_a_study_to_resume(
    start, smoothdistill, small_recipe, scheduler, undisturbed, contents, states
):
    process = start("run", small_recipe, "--dask", scheduler.address)
    while sum(state == "done" for _, state in states().values()) < 5:
        assert process.poll() is None
        time.sleep(0.02)
    scheduler.process.kill()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert f"the Dask cluster at {scheduler.address} went away" in err
    assert "run the study again to resume it" in err
    assert "Traceback" not in out + err
    finished = {key: found for key, found in states().items() if found[1] == "done"}
    assert smoothdistill("run", small_recipe).returncode == 0
    assert contents() == undisturbed(small_recipe)
    after = states()
    assert after.items() >= finished.items()


@pytest.mark.slow
def test_a_cluster_without_any_worker_left_ends_the_study(small_recipe, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(dask_cluster, "SECONDS_WITHOUT_WORKERS", 1.2)
    recipe = read_recipe(small_recipe, Registry())
    options = {"processes": True, "n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, dask_executor(cluster.scheduler_address) as executor:
        assert executor.workers == 2
        study = Study(recipe, Registry())
        with pytest.raises(ExecutorError, match=r"has no workers any more.*run the study again"):
            study.run(executor=executor, workers=2, progress=lambda report: report.done >= 2 and cluster.scale(0))
