"""A limit of memory ends the worker that passes it, and nothing else."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from smoothdistill_core import LocalExecutor, SmoothdistillError, Study, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.executors import OutOfMemoryError, cgroup, memory
from smoothdistill_core.executors.cgroup import Cgroup
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.executors.memory import MemoryGuard, bytes_of, resident
from smoothdistill_core.testing import tiny
from stand_ins.processes import Greedy, have_it_held, hold

pytestmark = pytest.mark.xdist_group("processes")

MB = 1_000_000


@pytest.fixture
def executor():
    executor = LocalExecutor(2, memory=500 * MB)
    yield executor
    executor.shutdown(cancel_futures=True)


@pytest.mark.slow
def test_a_worker_that_holds_too_much_is_ended_and_its_neighbour_is_not(executor):
    greedy, modest = executor.submit(hold, 1000), executor.submit(hold, 10, 2.0)
    with pytest.raises(OutOfMemoryError, match=r"it held more than 0\.5 GB of memory, its limit"):
        greedy.result(timeout=60)
    assert modest.result(timeout=60) == 10 * 125_000
    assert executor.submit(abs, -1).result(timeout=60) == 1


@pytest.mark.slow
def test_what_a_worker_has_started_counts(executor):
    with pytest.raises(OutOfMemoryError):
        executor.submit(have_it_held, 800).result(timeout=60)


@pytest.mark.slow
def test_a_student_that_takes_all_memory_fails_alone(smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS, Greedy)
    text = (
        "{name: both, dataset: tiny, teacher: tiny, regularizer: none, student: [greedy, tiny], "
        "metric: [r2, jacobian_norm], trials: {seeds: 1}}"
    )
    results = Study(recipe_from_text(text, registry), registry).run(
        workers=1, memory=600 * MB, progress=lambda report: None
    )
    assert {record.cell.student for record in results.failed} == {"greedy"}
    assert {record.reason for record in results.failed} == {
        "its worker process was ended: it held more than 0.6 GB of memory, its limit, and once more at the second try"
    }
    assert len(results.outcomes) == 2


def test_memory_is_not_limited_in_an_executor_that_is_given(smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS)
    with pytest.raises(SmoothdistillError, match="not of an executor that is given: say it where that is made"):
        Study(recipe_from_text(tiny.RECIPE, registry), registry).run(executor=CallingThread(), memory=MB)


def test_resident_memory_is_that_of_a_process_and_all_that_it_started():
    assert 10 * MB < resident(os.getpid()) < 100_000 * MB
    code = "import sys; held = bytearray(200_000_000); print(flush=True); sys.stdin.read()"
    before = resident(os.getpid())
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1) as child:
        child.stdout.readline()
        assert resident(child.pid) > 200 * MB
        assert resident(os.getpid()) - before > 190 * MB
    assert resident(child.pid) == 0


def test_without_proc_ps_is_asked(tmp_path, monkeypatch):
    (tmp_path / "ps").write_text("#!/bin/sh\necho 2048\n")
    (tmp_path / "ps").chmod(0o755)
    monkeypatch.setattr(memory, "PROC", tmp_path / "no proc")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert resident(os.getpid()) == 2048 * 1024
    memory.check_can_limit()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(SmoothdistillError, match="there is neither /proc nor ps; leave it out"):
        LocalExecutor(1, memory=MB)


@pytest.fixture
def control_groups(tmp_path, monkeypatch):
    """A tree of control groups in which this process may make some beside its own."""
    (tmp_path / "user" / "own").mkdir(parents=True)
    (tmp_path / "user" / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "user" / "own" / "cgroup.subtree_control").write_text("\n")
    (tmp_path / "self").write_text("1:name=systemd:/elsewhere\n0::/user/own\n")
    monkeypatch.setattr(cgroup, "CONTROL_GROUPS", tmp_path)
    monkeypatch.setattr(cgroup, "OWN_GROUP", tmp_path / "self")
    return tmp_path


def test_a_cgroup_with_the_limit_is_made_where_memory_is_counted(control_groups):
    group = Cgroup.around(4711, 2_000_000)
    assert group.folder.parent == control_groups / "user"
    written = {path.name: path.read_text() for path in group.folder.iterdir()}
    assert written == {
        "memory.max": "2000000",
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "cgroup.procs": "4711",
    }


def test_a_process_that_its_cgroup_has_killed_passed_its_limit(control_groups):
    guard = MemoryGuard(4711, 2_000_000)
    (folder,) = (control_groups / "user").glob("smoothdistill-*")
    assert guard.pause is None
    (folder / "memory.events").write_text("low 0\noom 0\noom_kill 0\n")
    assert not guard.is_passed()
    (folder / "memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    assert guard.is_passed()


@pytest.mark.parametrize("counted", ["cpu pids", ""])
def test_without_a_cgroup_that_counts_memory_processes_are_looked_at(control_groups, counted):
    (control_groups / "user" / "cgroup.subtree_control").write_text(counted)
    assert Cgroup.around(4711, 2_000_000) is None
    assert MemoryGuard(4711, 2_000_000).pause == memory.SECONDS_BETWEEN_LOOKS
    assert not list(control_groups.rglob("smoothdistill-*"))


@pytest.mark.parametrize(
    ("text", "size"), [("4GB", 4 * 10**9), ("512 MiB", 512 * 2**20), (" 1.5TB ", 15 * 10**11), ("2GiB", 2**31)]
)
def test_a_size_is_a_number_and_a_unit(text, size):
    assert bytes_of(text) == size


@pytest.mark.parametrize("text", ["", "4", "GB", "-1GB", "0GB", "4 gb", "1e3MB", "infGB", "9" * 400 + "GB"])
def test_any_other_size_is_refused(text):
    result = CliRunner().invoke(main, ["run", "recipe.yaml", "--memory", text])
    assert result.exit_code == 2
    assert "a size is a number and one of MB, GB" in " ".join(result.output.split())


def test_memory_of_dask_workers_is_limited_by_dask(tmp_path):
    (tmp_path / "r.yaml").write_text("dataset: diabetes")
    result = CliRunner().invoke(main, ["run", str(tmp_path / "r.yaml"), "--memory", "4GB", "--dask", "tcp://nowhere:1"])
    assert result.exit_code == 2
    assert "give it to those of Dask: --memory-limit" in result.output
