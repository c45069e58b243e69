"""A study of processes: whatever dies, the rest goes on, and afterwards everything is as if undisturbed."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("processes")  # one after the other: they kill and time processes

MOMENTS = 8
"""How many times a worker is killed while one study runs."""


def workers(pid):
    """Return the worker processes of a run; the threads of a process each have children of their own."""
    found = []
    for path in Path(f"/proc/{pid}/task").iterdir():
        for child in (path / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"spawn_main" in command:
                found.append(int(child))
    return found


@pytest.mark.slow
def test_a_worker_that_dies_fails_its_cell_only_and_twice(smoothdistill, small_recipe, install, states):
    code = "class Deadly(Student):\n    name = 'deadly'\n    def distil(self, task):\n        os.kill(os.getpid(), 9)\n"
    result = smoothdistill("run", small_recipe, *install("deadly", code))
    assert result.returncode == 1
    assert result.stdout.count("its worker process was killed by signal 9") == 2
    assert "linear" in result.stdout
    assert sorted(states().values()) == [(1, "done"), (1, "done"), (2, "failed"), (2, "failed")]


@pytest.mark.slow
def test_a_student_past_its_time_limit_is_stopped_and_not_tried_again(smoothdistill, small_recipe, install, states):
    code = (
        "import time\n"
        "class Slow(Student):\n"
        "    name = 'slow'\n"
        "    def distil(self, task):\n"
        "        if task.teacher is not None:\n"
        "            time.sleep(3600)\n"
        "        formula = Formula.constant(0.5)\n"
        "        return [Candidate(formula, formula.predict)]\n"
    )
    arguments = ("run", small_recipe, *install("slow", code), "--set", "distil.seconds=15")
    result = smoothdistill(*arguments)
    assert result.returncode == 1
    assert "timed out after 15 s" in result.stdout
    before = states()
    assert sorted(before.values()) == [(1, "done")] * 3 + [(1, "failed")]
    assert smoothdistill(*arguments).returncode == 1
    assert states() == before


@pytest.mark.slow
def test_of_a_student_that_is_stopped_what_it_kept_is_the_result(smoothdistill, small_recipe, install, states):
    code = (
        "import time\n"
        "class Slow(Student):\n"
        "    name = 'slow'\n"
        "    def distil(self, task):\n"
        "        for constant in (0.125, 0.25):\n"
        "            formula = Formula.constant(constant)\n"
        "            task.keep([Candidate(formula, formula.predict)])\n"
        "        time.sleep(0 if task.teacher is None else 3600)\n"
        "        formula = Formula.constant(0.5)\n"
        "        return [Candidate(formula, formula.predict)]\n"
    )
    arguments = ("run", small_recipe, *install("slow", code), "--set", "distil.seconds=15")
    result = smoothdistill(*arguments)
    assert result.returncode == 0, result.stdout
    assert "distil.seconds ended 1 of 2 searches" in result.stdout
    before = states()
    assert sorted(before.values()) == [(1, "done")] * 4
    assert smoothdistill(*arguments).returncode == 0
    assert states() == before


@pytest.mark.slow
def test_workers_killed_at_any_moment_change_no_result(
    smoothdistill, start, small_recipe, undisturbed, contents, states
):
    seeds = ("--set", "trials.seeds=6")
    moments = random.Random(1)
    process = start("run", small_recipe, "--workers", "2", *seeds)
    killed = 0
    finished = {}
    while process.poll() is None and killed < MOMENTS:
        time.sleep(moments.uniform(0.2, 0.6))
        finished |= {key: found for key, found in states().items() if found[1] == "done"}
        if found := workers(process.pid):
            os.kill(moments.choice(found), signal.SIGKILL)
            killed += 1
    process.communicate(timeout=120)
    assert killed
    if process.returncode == 1:  # a cell may have been hit twice: then it failed, and is tried again
        smoothdistill("run", small_recipe, *seeds)
    assert contents() == undisturbed(small_recipe, "trials.seeds=6")
    after = states()
    assert after.items() >= finished.items()
    assert max(attempts for attempts, _ in after.values()) <= 3
