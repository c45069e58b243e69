"""The whole, as processes: results repeat exactly, survive being killed, and every dataset runs through."""

import random
import re
import time

import pytest

from smoothdistill_core import Registry
from smoothdistill_core.store import Store

MOMENTS = 6
"""How many times the killed run is killed, each time afresh and at another moment."""


def contents(folder):
    with Store(folder, read_only=True) as store:
        return store.contents()


@pytest.mark.slow
def test_the_same_recipe_gives_the_same_results_whatever_the_number_of_workers(smoothdistill, small_recipe, tmp_path):
    for name, workers in (("one", 1), ("again", 1), ("two", 2)):
        assert smoothdistill("run", small_recipe, "--out", name, "--workers", workers).returncode == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "again")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_run_killed_at_any_moment_ends_as_if_undisturbed(smoothdistill, start, small_recipe, tmp_path, states):
    began = time.monotonic()
    kept = ((), ("--set", "keep=teachers"))
    for number, options in enumerate(kept):
        assert smoothdistill("run", small_recipe, "--out", f"undisturbed{number}", *options).returncode == 0
    duration = (time.monotonic() - began) / len(kept)
    moments = random.Random(0)
    interrupted = 0
    for number in range(MOMENTS):
        arguments = ("run", small_recipe, "--out", f"killed{number}", *kept[number % 2])
        process = start(*arguments)
        time.sleep(moments.uniform(0.0, duration))
        process.kill()
        interrupted += process.wait() != 0
        finished = {key: found for key, found in states(f"killed{number}").items() if found[1] == "done"}
        assert smoothdistill(*arguments).returncode == 0
        assert states(f"killed{number}").items() >= finished.items()
        assert contents(tmp_path / f"killed{number}") == contents(tmp_path / f"undisturbed{number % 2}")
    assert interrupted > MOMENTS // 2


@pytest.mark.slow
@pytest.mark.needs_data
@pytest.mark.timeout(1800)
def test_every_dataset_runs_through(smoothdistill, tmp_path):
    made = {"csv", "parquet", "excel", "database", "law", "laws", "trajectory"}
    names = [name for name in Registry().components("dataset") if name not in made]
    assert len(names) == 22
    (tmp_path / "all.yaml").write_text(
        f"name: all\n"
        f"dataset: [{', '.join(names)}]\n"
        "prepare: {max_rows: 3000}\n"
        "teacher: {name: mlp, hidden: [16], epochs: 3}\n"
        "regularizer: [none, {name: jacobian, strength: 0.1}, {name: lipschitz, strength: 0.1}]\n"
        "student: {name: gplearn, population_size: 50, generations: 2}\n"
        "trials: {seeds: 1}\n"
    )
    result = smoothdistill("run", "all.yaml")
    assert result.returncode == 0, result.stdout
    for name in names:
        assert re.search(f"^{name}: .*test R2", result.stdout, re.MULTILINE)
