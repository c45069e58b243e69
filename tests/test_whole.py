"""The whole, as processes: results repeat exactly, and every dataset runs through."""

import re

import pytest

from smoothdistill_core import Registry
from smoothdistill_core.store import Store

MADE = {"csv", "parquet", "excel", "database", "law", "laws", "trajectory", "drawn_law", "drawn_laws"}


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
@pytest.mark.needs_data
@pytest.mark.timeout(1800)
def test_every_dataset_runs_through(smoothdistill, tmp_path):
    names = [name for name in Registry().components("dataset") if name not in MADE]
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
